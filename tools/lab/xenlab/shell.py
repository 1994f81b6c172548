# SPDX-License-Identifier: GPL-2.0
"""A person's shell in dom0, on the terminal."""

import sys
import termios
import time
from contextlib import contextmanager
from typing import Iterator

from . import payload as payloads, progress, runner, snapshot
from .errors import LabError
from .machine import Ended, Machine, TooLate
from .runner import Options
from .setup import Setup


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """QEMU leaves the terminal raw when it is killed."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, before)


def run(setup: Setup, options: Options) -> int:
    """Until the person leaves."""
    base = snapshot.get(setup)
    try:
        with runner.run_folder(False) as scratch, _terminal_kept():
            payload = runner.build_payload(setup, base.built.release, scratch, options,
                                           case=None, timeout=0)
            payloads.write_disk(scratch / "disk", payload)
            progress.say("dom0's console follows; leave with 'exit' or Ctrl-A x")
            with Machine(setup, base.built, base.initrd, scratch / "disk", None,
                         state=base.state) as machine:
                machine.wait_for("payload", time.monotonic() + snapshot.BOOT_SECONDS)
                machine.wait_end(float("inf"))
    except TooLate:
        raise LabError("dom0 did not come up in time") from None
    except Ended:
        pass
    finally:
        base.release()
    return 0
