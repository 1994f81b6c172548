# SPDX-License-Identifier: GPL-2.0
"""The images that QEMU and Xen boot: hypervisor, kernel, two initramfs.

One initramfs serves dom0 and the driver domain, a smaller one the guests.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import elf, kernel, locks, packages, paths, progress, stubs
from .cpio import Tree
from .errors import LabError

LIBRARIES = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu",
             "usr/lib/xen-4.17/lib/x86_64-linux-gnu", "lib64"]
XEN_BIN = "usr/lib/xen-4.17/bin"
LAB_FOLDER = "usr/lib/lab"

COMMON_PROGRAMS = [
    "bin/bash", "usr/bin/fio", "usr/bin/iperf3", "sbin/ethtool",
    "sbin/mke2fs", "sbin/e2fsck", "sbin/resize2fs", "sbin/mkfs.xfs", "sbin/xfs_repair",
    "usr/bin/flock", "sbin/losetup",
    # Of two programs of this name, the one that kills the whole process group.
    "usr/bin/timeout",
]
DOM0_PROGRAMS = [
    "xl", "xenstored", "xenconsoled", "xenconsole", "xen-init-dom0", "xentrace",
    "xentop", "lsevtchn", "xen-diag", "libxl-save-helper",
]
STORAGE = ["ext4", "xfs", "loop", "brd", "crc32c_generic", "libcrc32c"]
DOM0_MODULES = STORAGE + [
    "xenfs", "xen_privcmd", "xen_evtchn", "xen_gntdev", "xen_gntalloc",
    "xen_blkback", "xen_netback", "xen_blkfront", "xen_netfront", "ahci", "sd_mod",
    "null_blk", "scsi_debug", "dm_mod", "dm_flakey", "dm_log_writes", "dm_delay",
    "bridge", "dummy", "8021q", "pktgen", "crc32c_intel",
    "iptable_nat", "xt_MASQUERADE",
]
GUEST_MODULES = STORAGE + ["xenfs", "xen_blkfront", "xen_netfront", "8021q", "pktgen",
                           "xen_gntalloc", "xen_gntdev", "xen_evtchn", "crc32c_intel"]
# What iptables loads for "-t nat ... -j MASQUERADE".
IPTABLES_PARTS = ["libxt_standard.so", "libxt_MASQUERADE.so"]
XENSTORE_COMMANDS = ["read", "write", "ls", "list", "rm", "exists", "watch", "chmod", "control"]
FOLDERS = ["proc", "sys", "dev", "tmp", "run", "etc", "var/log", "var/lib", "root", "mnt",
           "lab", "test"]


@dataclass
class Images:
    """What was built for one kernel family."""
    release: str
    key: str
    xen: Path
    vmlinux: Path
    dom0: Path
    guest: Path


class Builder:
    """Fills a tree with programs and whatever they need to run."""

    def __init__(self, root: Path, tree: Tree, scratch: Path) -> None:
        self.root = root
        self.tree = tree
        self.scratch = scratch

    def find(self, path: str) -> Path:
        """A file of the unpacked packages."""
        found = self.root / path
        if not found.exists() and path.startswith(("bin/", "sbin/", "lib")):
            found = self.root / "usr" / path
        if not found.exists():
            raise LabError(f"no {path} in the unpacked packages: delete build/lab/packages "
                           "and try again")
        return found.resolve()

    def add_program(self, source: str, target: str | None = None) -> None:
        """Add a program under its own path or another, with its libraries."""
        path = self.find(source)
        self.tree.add_file(target or source, path, 0o755)
        if elf.is_elf(path):
            self._add_libraries(path)

    def _library(self, name: str) -> Path | None:
        for folder in LIBRARIES:
            if (self.root / folder / name).exists():
                return (self.root / folder / name).resolve()
        return None

    def _add_libraries(self, program: Path) -> None:
        facts = elf.read(program)
        if facts.interpreter and facts.interpreter not in self.tree:
            loader = self._library(Path(facts.interpreter).name)
            if loader is None:
                raise LabError(f"no {facts.interpreter} in the unpacked packages")
            self.tree.add_file(facts.interpreter, loader, 0o755)
        missing = []
        offered: set[str] = set()
        for name in facts.needed:
            library = self._library(name)
            if library is None:
                missing.append(name)
                continue
            offered |= elf.read(library).defined
            self.add_library(name, library)
        self._stand_in(program, facts, missing, offered)

    def add_library(self, name: str, library: Path) -> None:
        """Add a library and those it needs."""
        target = f"lib/x86_64-linux-gnu/{name}"
        if target not in self.tree:
            self.tree.add_file(target, library, 0o755)
            self._add_libraries(library)

    def _stand_in(self, program: Path, facts: elf.Dynamic, missing: list[str],
                  offered: set[str]) -> None:
        unknown = set(missing) - stubs.UNUSED
        if unknown:
            raise LabError(f"{program.name} needs {', '.join(sorted(unknown))}: add its package "
                           "to USERLAND in tools/lab/xenlab/packages.py")
        if missing:
            made = stubs.make(self.scratch / program.name, facts, offered)
            for name, library in made.items():
                self.tree.add_file(f"lib/x86_64-linux-gnu/{name}", library, 0o755)

    def add_modules(self, modules: kernel.ModuleTree, names: list[str]) -> None:
        """Add modules, flat, with the tables that modprobe reads; /mod is a short name."""
        base = f"lib/modules/{modules.release}"
        chosen = modules.closure(names)
        lines = []
        for name in chosen:
            self.tree.add_file(f"{base}/{_file_name(modules, name)}", modules.data(name))
            needs = [n for n in modules.depends.get(name, []) if n in chosen]
            lines.append(f"{_file_name(modules, name)}: "
                         + " ".join(_file_name(modules, n) for n in needs))
        self.tree.add_file(f"{base}/modules.dep", "\n".join(lines) + "\n")
        aliases = [line for line in (modules.base / "modules.alias").read_text().splitlines()
                   if line.rpartition(" ")[2].replace("-", "_") in chosen]
        self.tree.add_file(f"{base}/modules.alias", "\n".join(aliases) + "\n")
        self.tree.add_link("mod", base)


def _file_name(modules: kernel.ModuleTree, name: str) -> str:
    return modules.by_name[name].name.split(".ko")[0] + ".ko"


def _skeleton(builder: Builder) -> None:
    tree = builder.tree
    for folder in FOLDERS:
        tree.add_folder(folder)
    tree.add_link("var/run", "../run")
    tree.add_link("usr/lib/x86_64-linux-gnu", "../../lib/x86_64-linux-gnu")
    tree.add_file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
    tree.add_file("etc/group", "root:x:0:\n")
    # What mount tries when no type is given, and how the kernel loads it.
    tree.add_file("etc/filesystems", "ext4\nxfs\n")
    tree.add_link("sbin/modprobe", "../bin/busybox")
    tree.add_file("etc/hosts", "127.0.0.1 localhost\n")
    tree.add_file("etc/profile", "PS1='\\h# '\n")
    tree.add_file("bin/busybox", builder.find("bin/busybox"), 0o755)
    listing = _busybox_applets(builder.find("bin/busybox"))
    for program in COMMON_PROGRAMS:
        builder.add_program(program)
    tree.add_link("sbin/mkfs.ext4", "mke2fs")
    tree.add_link("sbin/fsck.ext4", "e2fsck")
    tree.add_file("etc/mke2fs.conf", builder.find("etc/mke2fs.conf"))
    builder.add_program("usr/bin/xenstore")
    for name in XENSTORE_COMMANDS:
        tree.add_link(f"usr/bin/xenstore-{name}", "xenstore")
    present = {p.rsplit("/", 1)[1] for p in COMMON_PROGRAMS} | {"busybox"}
    for name in listing:
        if name not in present:
            tree.add_link(f"bin/{name}", "busybox")
    tree.add_file("usr/sbin/labctl", compile_labctl(builder.scratch), 0o755)
    for path in sorted(paths.DOMAINS.iterdir()):
        if path.name == "init":
            tree.add_file("init", path, 0o755)
        elif path.is_file():
            tree.add_file(f"{LAB_FOLDER}/{path.name}", path, 0o755)


def compile_labctl(scratch: Path) -> Path:
    """The program that talks between the domains."""
    compiler = shutil.which("gcc")
    if not compiler:
        raise LabError("gcc is missing: run 'apt-get install gcc libc6-dev'")
    scratch.mkdir(parents=True, exist_ok=True)
    out = scratch / "labctl"
    sources = sorted(str(p) for p in (paths.LAB / "labctl").glob("*.c"))
    done = subprocess.run([compiler, "-O2", "-s", "-static", "-D_GNU_SOURCE", "-Wall", "-Wextra",
                           "-Wno-format-truncation", "-Werror", "-o", str(out), *sources],
                          capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise LabError(f"labctl does not compile (is libc6-dev there?): {done.stderr.strip()}")
    return out


def _busybox_applets(busybox: Path) -> list[str]:
    return subprocess.run([str(busybox), "--list"], capture_output=True, text=True,
                          check=True, timeout=30).stdout.split()


def _dom0_tree(builder: Builder, modules: kernel.ModuleTree) -> None:
    tree = builder.tree
    _skeleton(builder)
    for folder in ["var/log/xen/console", "var/lib/xen", "var/lib/xenstored", "run/xen",
                   "run/xenstored", f"{XEN_BIN}", "usr/lib/xen-4.17/boot"]:
        tree.add_folder(folder)
    for name in DOM0_PROGRAMS:
        builder.add_program(f"{XEN_BIN}/{name}", f"usr/sbin/{name}")
    for name in ["xenconsole", "libxl-save-helper"]:
        tree.add_link(f"{XEN_BIN}/{name}", f"/usr/sbin/{name}")
    builder.add_program("usr/bin/xenalyze")
    builder.add_program("sbin/dmsetup")
    _add_routing(builder)
    # Loaded late, by pthread_cancel() in xl.
    builder.add_library("libgcc_s.so.1", builder.find("lib/x86_64-linux-gnu/libgcc_s.so.1"))
    base = builder.root / "etc/xen"
    for path in sorted(base.rglob("*")):
        if path.is_file():
            tree.add_file(f"etc/xen/{path.relative_to(base)}", path, path.stat().st_mode & 0o777)
    for path in sorted((paths.DOMAINS / "hotplug").iterdir()):
        tree.add_file(f"etc/xen/scripts/{path.name}", path, 0o755)
    builder.add_modules(modules, DOM0_MODULES)


def _add_routing(builder: Builder) -> None:
    """What vif-route and vif-nat call, and busybox has not or not enough of."""
    builder.add_program("bin/ip", "sbin/ip")
    builder.add_program("usr/sbin/xtables-legacy-multi")
    builder.tree.add_link("usr/sbin/iptables", "xtables-legacy-multi")
    for name in IPTABLES_PARTS:
        path = f"lib/x86_64-linux-gnu/xtables/{name}"
        builder.tree.add_file(path, builder.find(f"usr/{path}"))


def _guest_tree(builder: Builder, modules: kernel.ModuleTree) -> None:
    _skeleton(builder)
    builder.add_modules(modules, GUEST_MODULES)


def input_key(release: str, files: list[str]) -> str:
    """Changes whenever the images would."""
    digest = hashlib.sha256(json.dumps([release, files]).encode())
    sources = [p for folder in (paths.DOMAINS, paths.LAB / "labctl")
               for p in folder.rglob("*") if p.is_file()]
    for name in ["images", "cpio", "stubs", "elf", "kernel"]:
        sources.append(paths.LAB / "xenlab" / f"{name}.py")
    for path in sorted(sources):
        digest.update(str(path.relative_to(paths.LAB)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _write_tree(path: Path, tree: Tree) -> None:
    with open(path, "wb") as out:
        tree.write(out)


def _make(chosen: packages.PackageSet, folder: Path) -> None:
    root, release = chosen.root, chosen.release
    modules = kernel.ModuleTree(root, release)
    scratch = folder / "stubs"
    with progress.step("taking Linux and Xen out of their packages"):
        (folder / "vmlinux").write_bytes(kernel.extract_vmlinux(root / f"boot/vmlinuz-{release}"))
        (folder / "xen").write_bytes(gzip.decompress(
            (root / "boot/xen-4.17-amd64.gz").read_bytes()))
    for name, fill in [("guest", _guest_tree), ("dom0", _dom0_tree)]:
        with progress.step(f"building the initramfs of {name}"):
            tree = Tree()
            fill(Builder(root, tree, scratch), modules)
            _write_tree(folder / f"{name}.cpio", tree)
    shutil.rmtree(scratch, ignore_errors=True)


def get(family: str) -> Images:
    """The images of a kernel family, built if they are missing or stale."""
    chosen = packages.get(family)
    key = input_key(chosen.release, chosen.files)
    folder = paths.below_build("images") / f"{chosen.release}-{key}"
    with locks.exclusive("images", lambda: progress.say("another lab builds the images")):
        if not folder.exists():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            _make(chosen, part)
            part.rename(folder)
            _forget_older(folder, chosen.release)
    return Images(chosen.release, key, folder / "xen", folder / "vmlinux",
                  folder / "dom0.cpio", folder / "guest.cpio")


def _forget_older(current: Path, release: str) -> None:
    """Remove stale images, but not under a lab that may have just started."""
    for old in current.parent.glob(f"{release}-*"):
        if old != current and time.time() - old.stat().st_mtime > 900:
            shutil.rmtree(old, ignore_errors=True)
