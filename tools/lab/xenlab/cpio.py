# SPDX-License-Identifier: GPL-2.0
"""A file tree in memory that is written as an initramfs.

Owner root, no times, sorted names: the same input gives the same bytes, which
is what snapshots are keyed by.
"""

import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

TRAILER = "TRAILER!!!"


class Tree:
    """Files, links and folders, by their path without the leading slash."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[int, bytes | Path]] = {}

    def __contains__(self, path: str) -> bool:
        return path.lstrip("/") in self._entries

    def add_folder(self, path: str, mode: int = 0o755) -> None:
        """Add a folder and those above it."""
        self._add(path, stat.S_IFDIR | mode, b"")

    def add_file(self, path: str, content: bytes | str | Path, mode: int = 0o644) -> None:
        """Add a file; a Path is read only when the tree is written."""
        if isinstance(content, str):
            content = content.encode()
        self._add(path, stat.S_IFREG | mode, content)

    def add_link(self, path: str, target: str) -> None:
        """Add a symbolic link."""
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def _add(self, path: str, mode: int, content: bytes | Path) -> None:
        name = path.strip("/")
        for parent in PurePosixPath(name).parents:
            if str(parent) != "." and str(parent) not in self._entries:
                self._entries[str(parent)] = (stat.S_IFDIR | 0o755, b"")
        self._entries[name] = (mode, content)

    def write(self, out: BinaryIO) -> None:
        """Write the tree as a "newc" archive, padded so that more may follow."""
        for number, name in enumerate(sorted(self._entries), 1):
            mode, content = self._entries[name]
            data = content.read_bytes() if isinstance(content, Path) else content
            _write_entry(out, name, number, mode, data)
        _write_entry(out, TRAILER, 0, 0, b"")
        out.write(b"\0" * (-out.tell() % 512))


def _write_entry(out: BinaryIO, name: str, inode: int, mode: int, data: bytes) -> None:
    fields = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name.encode()) + 1, 0]
    out.write(b"070701" + "".join(f"{f:08X}" for f in fields).encode())
    out.write(name.encode() + b"\0")
    out.write(b"\0" * (-out.tell() % 4))
    out.write(data)
    out.write(b"\0" * (-out.tell() % 4))
