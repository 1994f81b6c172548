# SPDX-License-Identifier: GPL-2.0
"""Boot once, keep the machine's state, restore it for every test."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import images, locks, paths, payload, progress, setup as setups
from .errors import LabError
from .machine import Ended, Machine, TooLate
from .setup import Setup

BOOT_SECONDS = 300
SAVE_SECONDS = 120


@dataclass
class Base:
    """What a run starts from: images, initramfs and, if possible, a state."""
    built: images.Images
    initrd: Path
    state: Path | None
    boot_log: Path | None
    guard: IO[str]      # shared lock, held while the files are needed

    def release(self) -> None:
        """The files may be removed from now on."""
        self.guard.close()


def folder_of(setup: Setup, built: images.Images) -> Path:
    """Where this setup's snapshot is kept."""
    return paths.below_build("snapshots") / f"{setup.name}-{setup.key(built)}"


def get(setup: Setup, *, renew: bool = False) -> Base:
    """The setup's base, made if it is missing or stale."""
    built = images.get(setup.kernel)
    folder = folder_of(setup, built)
    lock = f"snapshot-{setup.name}"
    with locks.exclusive(lock, lambda: progress.say(f"another lab prepares {setup.name}")):
        if renew or not folder.exists():
            _make(setup, built, folder)
        guard = locks.try_lock(folder / "guard", shared=True)
    if guard is None:
        raise LabError(f"{folder} is being removed: try again")
    state = folder / "state" if setup.topology.can_snapshot else None
    boot_log = folder / "console.log" if state else None
    return Base(built, folder / "initrd", state, boot_log, guard)


def _make(setup: Setup, built: images.Images, folder: Path) -> None:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        setups.write_initrd(setup, built, part / "initrd")
        if setup.topology.can_snapshot:
            with progress.step(f"booting {setup.name} for a snapshot"):
                _boot_and_save(setup, built, part)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    _forget_older(setup, folder)


def boot_wait(machine: Machine, deadline: float, console: Path) -> None:
    """Until dom0 waits for the payload; explains why it does not."""
    try:
        machine.wait_for("ready", deadline)
    except (Ended, TooLate) as reason:
        kept = paths.below_build() / "failed-boot.log"
        shutil.copy(console, kept)
        what = "did not come up in time" if isinstance(reason, TooLate) else "crashed at boot"
        raise LabError(f"{machine.setup.name} {what}: see {kept}") from None


def _boot_and_save(setup: Setup, built: images.Images, folder: Path) -> None:
    disk, console, state = folder / "disk", folder / "console.log", folder / "state"
    payload.write_disk(disk, None)
    deadline = time.monotonic() + BOOT_SECONDS
    with Machine(setup, built, folder / "initrd", disk, console, monitor=True) as machine:
        boot_wait(machine, deadline, console)
        _save(machine, state)
    disk.unlink()


def _save(machine: Machine, state: Path) -> None:
    deadline = time.monotonic() + SAVE_SECONDS
    try:
        machine.command("qmp_capabilities", deadline)
        # Else QEMU follows what is written meanwhile, and can miss some of it.
        machine.command("stop", deadline)
        machine.command("migrate-set-parameters", deadline, **{"max-bandwidth": 100 << 30})
        machine.command("migrate", deadline, uri=f"exec:cat > '{state}'")
        while True:
            status = machine.command("query-migrate", deadline).get("status")
            if status == "completed":
                return
            if status in ("failed", "cancelled"):
                raise LabError(f"qemu could not save the machine into {state}: "
                               "is there space on the disk?")
            time.sleep(0.1)
    except (Ended, TooLate):
        raise LabError(f"qemu did not save the machine into {state}") from None


def _forget_older(setup: Setup, current: Path) -> None:
    """Remove stale snapshots of this setup, unless a run still reads them."""
    for old in current.parent.glob(f"{setup.name}-*"):
        suffix = old.name[len(setup.name) + 1:]
        if old == current or len(suffix) != 12 or not set(suffix) <= set("0123456789abcdef"):
            continue
        guard = locks.try_lock(old / "guard")
        if guard:
            shutil.rmtree(old, ignore_errors=True)
            guard.close()


def describe() -> list[str]:
    """One line for each snapshot there is."""
    lines = []
    base = paths.build() / "snapshots"
    for folder in sorted(base.iterdir()) if base.is_dir() else []:
        state = folder / "state"
        if state.exists():
            age = time.time() - state.stat().st_mtime
            lines.append(f"{folder.name:40} {os.path.getsize(state) >> 20:5} MB, "
                         f"{age / 3600:.1f} h old")
    return lines


