# SPDX-License-Identifier: GPL-2.0
"""What a run brings into dom0, and what comes back, on one small disk.

The layout is described in domains/payload.sh, which reads it.
"""

import io
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from . import paths
from .errors import LabError

SECTOR = 4096
RESULTS = 49152 * SECTOR
DISK_SIZE = RESULTS + (96 << 20)
MAGIC = b"XENLAB1"


@dataclass
class Payload:
    """Files by their path in dom0."""
    files: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    def add(self, target: str, content: bytes | str, mode: int = 0o644) -> None:
        """Add one file."""
        data = content.encode() if isinstance(content, str) else content
        self.files[target.strip("/")] = (data, mode)

    def add_path(self, target: str, source: Path) -> None:
        """Add a file of the host; programs stay programs."""
        mode = 0o755 if source.stat().st_mode & 0o100 else 0o644
        self.add(target, source.read_bytes(), mode)

    def add_folder(self, target: str, source: Path) -> None:
        """Add all files below a folder."""
        for path in sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                self.add_path(f"{target}/{path.relative_to(source)}", path)

    def add_lab(self) -> None:
        """Add what the lab itself needs in dom0."""
        self.add_folder("lab", paths.LAB / "payload")

    def archive(self) -> bytes:
        """All files as tar, the same bytes for the same files."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for name in sorted(self.files):
                data, mode = self.files[name]
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(data), mode
                tar.addfile(info, io.BytesIO(data))
        return out.getvalue()


def write_disk(path: Path, payload: Payload | None, *, now: int | None = None) -> None:
    """Make the disk; without a payload dom0 keeps waiting."""
    with open(path, "wb") as disk:
        disk.truncate(DISK_SIZE)
        if payload is None:
            return
        data = payload.archive()
        sectors = -(-len(data) // SECTOR)
        if (sectors + 1) * SECTOR > RESULTS:
            raise LabError(f"the payload is {len(data) >> 20} MB, more than "
                           f"{RESULTS >> 20} MB do not fit: bring less with files=")
        when = int(time.time()) if now is None else now
        disk.write(b"%s %d %d\n" % (MAGIC, sectors, when))
        disk.seek(SECTOR)
        disk.write(data)


def read_results(path: Path, target: Path) -> bool:
    """Unpack what dom0 wrote back; False if it wrote nothing."""
    with open(path, "rb") as disk:
        disk.seek(RESULTS)
        words = disk.read(SECTOR).split(b"\n")[0].split()
        if len(words) != 3 or words[0] != MAGIC:
            return False
        data = disk.read(int(words[1]) * SECTOR)
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for member in tar:
                _extract(tar, member, target)
    except (tarfile.TarError, EOFError):
        return False
    return True


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Regular files only, and never outside the target: a test wrote them."""
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isfile() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        return
    path = target.joinpath(*name.parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.read())
