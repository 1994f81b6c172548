# SPDX-License-Identifier: GPL-2.0
"""Debian's packages: chosen, downloaded once, unpacked, never installed."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from . import locks, paths, progress
from .errors import LabError

KERNEL_PATTERN = {
    "6.1": re.compile(r"linux-image-(6\.1\.0-(\d+)-amd64)"),
    "6.12": re.compile(r"linux-image-(6\.12\.(\d+)\+deb12-amd64)"),
}

# What dom0 and the guests are made of, by where it is needed.
USERLAND = """
    xen-hypervisor-4.17-amd64
    xen-utils-4.17 xen-utils-common xenstore-utils
    libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1
    libxengnttab1 libxenhypfs1 libxenmisc4.17 libxenstore4 libxentoolcore1
    libxentoollog1 libyajl2
    libfdt1 libnl-3-200 libnl-route-3-200 liblzma5 libzstd1 libbz2-1.0
    liblzo2-2 libuuid1 zlib1g libgcc-s1 libc6
    busybox-static bash libtinfo6 libncurses6 coreutils
    fio libaio1 iperf3 libiperf0 libsctp1 libssl3 ethtool libmnl0
    e2fsprogs libext2fs2 libcom-err2 libss2 libblkid1
    util-linux mount libsmartcols1
    xfsprogs libinih1 liburcu8 dmsetup libdevmapper1.02.1 libudev1
    libselinux1 libpcre2-8-0
    iproute2 libbpf1 libelf1 libbsd0 libmd0 libcap2
    iptables libxtables12 libip4tc2 libip6tc2
""".split()

APT = ["-qq", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3",
       "-o", "DPkg::Lock::Timeout=300"]


def _apt(*command: str, cwd: Path | None = None, timeout: int = 900) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True,
                              timeout=timeout, check=False)
    except FileNotFoundError:
        raise LabError(f"{command[0]} is missing: the lab is made of Debian's packages "
                       "and needs a Debian 12 machine") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"'{' '.join(command[:4])} ...' took more than {timeout} s: "
                       "check the connection to Debian's archive") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LabError(f"{command[0]} failed: {reason}")
    return done.stdout


def newest_kernel(names: list[str], family: str) -> str:
    """The release of the newest kernel of a family among package names."""
    pattern = KERNEL_PATTERN[family]
    found = [m for m in map(pattern.fullmatch, names) if m]
    if not found:
        raise LabError(f"no linux-image package for Linux {family} is known to apt: "
                       "run 'apt-get update'; 6.12 needs bookworm-backports or -security")
    return max(found, key=lambda m: int(m.group(2))).group(1)


def _available_kernels(family: str) -> list[str]:
    return _apt("apt-cache", "pkgnames", f"linux-image-{family}.").split()


def _uris(names: list[str]) -> list[str]:
    """File names of the packages that apt would download."""
    listing = _apt("apt-get", *APT, "--print-uris", "download", *names)
    return [line.split()[1] for line in listing.splitlines() if line.startswith("'")]


def _resolve(family: str) -> dict:
    """Ask apt which packages and versions to use."""
    release = newest_kernel(_available_kernels(family), family)
    names = USERLAND + [f"linux-image-{release}"]
    return {"release": release, "names": names, "files": _uris(names)}


def _download(names: list[str], files: list[str]) -> None:
    store = paths.debs()
    store.mkdir(parents=True, exist_ok=True)
    missing = [f for f in files if not (store / f).exists()]
    if not missing:
        return
    wanted = {f.split("_")[0] for f in missing}
    with progress.step(f"downloading {len(missing)} Debian packages"):
        part = paths.below_build("download")
        _apt("apt-get", *APT, "download", *[n for n in names if n in wanted], cwd=part)
        for deb in part.glob("*.deb"):
            deb.rename(store / deb.name)
        shutil.rmtree(part)


class PackageSet:
    """The packages of one kernel family, unpacked in one folder."""

    def __init__(self, release: str, files: list[str], root: Path) -> None:
        self.release = release
        self.files = files
        self.root = root


def _unpack(files: list[str]) -> Path:
    """Unpack all packages into one tree, once for each set of versions."""
    key = hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]
    root = paths.below_build("packages") / key
    if root.exists():
        return root
    part = root.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    with progress.step("unpacking the packages"):
        for name in files:
            deb = paths.debs() / name
            try:
                subprocess.run(["dpkg-deb", "-x", str(deb), str(part)], check=True,
                               capture_output=True, timeout=300)
            except (OSError, subprocess.SubprocessError):
                raise LabError(f"{deb} cannot be unpacked: delete it and try again") from None
    for old in root.parent.iterdir():
        if old.is_dir() and old != part and _same_kernel(old, part):
            shutil.rmtree(old, ignore_errors=True)
    part.rename(root)
    return root


def _same_kernel(one: Path, other: Path) -> bool:
    def family(root: Path) -> set[str]:
        return {p.name.split("-")[0].rsplit(".", 1)[0] for p in root.glob("lib/modules/*")}
    return family(one) == family(other)


def get(family: str) -> PackageSet:
    """Packages of a kernel family; asks apt only the first time."""
    if family not in KERNEL_PATTERN:
        raise LabError(f"no kernel '{family}': choose one of {', '.join(KERNEL_PATTERN)}")
    record = paths.below_build() / f"packages-{family}.json"
    with locks.exclusive("packages", lambda: progress.say("another lab prepares the packages")):
        chosen = json.loads(record.read_text()) if record.exists() else {}
        wanted = [n for n in chosen.get("names", []) if not n.startswith("linux-image-")]
        if wanted != USERLAND or not all((paths.debs() / f).exists() for f in chosen["files"]):
            chosen = _choose(family)
            record.write_text(json.dumps(chosen, indent=1))
        return PackageSet(chosen["release"], chosen["files"], _unpack(chosen["files"]))


def _choose(family: str) -> dict:
    try:
        chosen = _resolve(family)
    except LabError:
        # The package lists may be missing or older than the archive.
        with progress.step("apt-get update"):
            _apt("apt-get", *APT, "update")
        chosen = _resolve(family)
    _download(chosen["names"], chosen["files"])
    return chosen
