# SPDX-License-Identifier: GPL-2.0
"""Debian's kernel image, and the modules that a domain needs of it."""

import lzma
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

from .errors import LabError


def _unzstd(payload: bytes) -> bytes:
    if not shutil.which("zstd"):
        raise LabError("zstd is missing: run 'apt-get install zstd'")
    # The kernel's build appends the size to the stream, which zstd calls
    # trailing garbage after it has written everything.
    done = subprocess.run(["zstd", "-dcqq"], input=payload, capture_output=True,
                          timeout=120, check=False)
    return done.stdout


def _unpack_payload(payload: bytes) -> bytes:
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31).decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd"):
        return _unzstd(payload)
    raise LabError("the kernel is compressed in a way that the lab does not know")


def extract_vmlinux(bzimage: Path) -> bytes:
    """The ELF kernel inside a bzImage.

    Xen and QEMU would decompress it too, but slowly: emulated, it takes as
    long as the rest of the boot.
    """
    image = bzimage.read_bytes()
    if image[0x202:0x206] != b"HdrS":
        sectors_ok = image[0x202:0x206]
        raise LabError(f"{bzimage} is not a bzImage (found {sectors_ok!r})")
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    kernel = _unpack_payload(image[start:start + length])
    if kernel[:4] != b"\x7fELF":
        raise LabError(f"no ELF kernel inside {bzimage}: delete build/lab/packages and try again")
    return kernel


class ModuleTree:
    """The modules of a kernel package, with what depends on what."""

    def __init__(self, root: Path, release: str) -> None:
        self.release = release
        self.base = root / "lib/modules" / release
        self.by_name: dict[str, Path] = {}
        for path in self.base.rglob("*.ko*"):
            self.by_name[self.name_of(path)] = path
        self.depends = self._read_dependencies(root)

    @staticmethod
    def name_of(path: Path | str) -> str:
        """A module's name as the kernel writes it."""
        return Path(path).name.split(".ko")[0].replace("-", "_")

    def _read_dependencies(self, root: Path) -> dict[str, list[str]]:
        if not (self.base / "modules.dep").exists():
            tool = shutil.which("depmod") or shutil.which("depmod", path="/sbin:/usr/sbin")
            if not tool:
                raise LabError("depmod is missing: run 'apt-get install kmod'")
            subprocess.run([tool, "-b", str(root), self.release], check=True, timeout=300)
        found = {}
        for line in (self.base / "modules.dep").read_text().splitlines():
            target, _, needs = line.partition(":")
            found[self.name_of(target)] = [self.name_of(n) for n in needs.split()]
        return found

    def closure(self, names: list[str]) -> list[str]:
        """Names and all they need, each after what it needs."""
        ordered: list[str] = []

        def visit(name: str) -> None:
            if name in ordered or name not in self.by_name:
                return
            for needed in self.depends.get(name, []):
                visit(needed)
            ordered.append(name)

        for name in names:
            visit(name.replace("-", "_"))
        return ordered

    def data(self, name: str) -> bytes:
        """A module's content, uncompressed."""
        path = self.by_name[name]
        raw = path.read_bytes()
        if path.name.endswith(".ko"):
            return raw
        return lzma.decompress(raw) if path.name.endswith(".xz") else _unzstd(raw)
