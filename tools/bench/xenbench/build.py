# SPDX-License-Identifier: GPL-2.0
"""What a run needs: plugin, client, the addresses of Xen's functions."""

import lzma
import re
import shutil
import subprocess
from pathlib import Path

from . import paths
from .errors import BenchError

WARNINGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
            "-Wno-missing-field-initializers"]
HYPERVISOR = "xen-hypervisor-4.17-amd64"
SYMBOL = re.compile(r"0x([0-9a-f]+) [tTwW] (?:.*#)?(\S+)")


def _run(*command: str | Path, cwd: Path | None = None, timeout: int = 600) -> None:
    try:
        done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True,
                              text=True, timeout=timeout, check=False)
    except FileNotFoundError:
        raise BenchError(f"{command[0]} is missing: run 'scripts/packages lab'") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"{command[0]} took more than {timeout} s") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BenchError(f"{command[0]} failed: {reason}")


def _is_newer(target: Path, sources: list[Path]) -> bool:
    return target.exists() and all(target.stat().st_mtime > s.stat().st_mtime for s in sources)


def plugin() -> Path:
    """The counting plugin."""
    target = paths.BUILD / "plugin.so"
    folder = paths.BENCH / "plugin"
    sources = sorted(folder.glob("*.c"))
    if not _is_newer(target, [*folder.iterdir(), paths.BENCH / "client" / "mark.h"]):
        _run("gcc", *WARNINGS, "-fPIC", "-shared", "-fvisibility=hidden", "-o", target, *sources)
    return target


def clients() -> None:
    """The programs that make the load."""
    folder = paths.BENCH / "client"
    for target in (paths.CLIENT, paths.NETWORK_CLIENT):
        if not _is_newer(target, list(folder.iterdir())):
            _run("gcc", *WARNINGS, "-static", "-o", target, folder / f"{target.name}.c")


def _debug_package() -> Path:
    """The hypervisor's debugging package, of the lab's very version."""
    images = sorted(paths.DEBS.glob(f"{HYPERVISOR}_*.deb"))
    if not images:
        raise BenchError("no hypervisor in build/debs: run 'tools/lab/lab build'")
    version = images[-1].name.removeprefix(HYPERVISOR).rsplit("_", 1)[0].lstrip("_")
    version = version.replace("%3a", ":")
    found = list(paths.DEBS.glob(f"{HYPERVISOR}-dbg_{version}_*.deb"))
    if not found:
        _run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download",
             f"{HYPERVISOR}-dbg={version}", cwd=paths.DEBS)
        found = list(paths.DEBS.glob(f"{HYPERVISOR}-dbg_{version}_*.deb"))
    return found[0]


def xen_symbols() -> Path:
    """Lines "ADDRESS NAME" of Xen's functions."""
    package = _debug_package()
    target = paths.BUILD / f"symbols-{package.stem}"
    if target.exists():
        return target
    scratch = paths.BUILD / "dbg"
    _run("dpkg-deb", "-x", package, scratch)
    maps = [m for m in scratch.rglob("xen-syms-*.map") if not m.name.endswith(".efi.map")]
    if not maps:
        raise BenchError(f"{package.name} has no symbol table")
    found = map(SYMBOL.fullmatch, maps[0].read_text(encoding="ascii").splitlines())
    target.write_text("".join(f"{m[1]} {m[2]}\n" for m in found if m), encoding="ascii")
    return target


def prepare(kernel: str) -> None:
    """The packages of the host, and the lab's, of which the hypervisor is one."""
    paths.BUILD.mkdir(parents=True, exist_ok=True)
    _run(paths.REPO / "scripts" / "packages", "lab", timeout=1800)
    _run(paths.LAB, "build", "-k", kernel, timeout=3600)


def pktgen(kernel: str) -> None:
    """The kernel's packet generator, which the lab's images do not have."""
    images = sorted(paths.DEBS.glob(f"linux-image-{kernel}.*.deb"))
    if not images:
        raise BenchError("no kernel in build/debs: run 'tools/lab/lab build'")
    scratch = paths.BUILD / "image"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    _run("dpkg-deb", "-x", images[-1], scratch)
    found = list(scratch.rglob("pktgen.ko*"))
    if not found:
        raise BenchError(f"{images[-1].name} has no pktgen")
    module = found[0].read_bytes()
    paths.PKTGEN.write_bytes(lzma.decompress(module) if found[0].suffix == ".xz" else module)
    shutil.rmtree(scratch)


def modules(kernel: str) -> None:
    """The project's modules."""
    _run(paths.REPO / "scripts" / "build-modules", "--kernel", kernel, timeout=1800)
