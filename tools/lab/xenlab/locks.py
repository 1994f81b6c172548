# SPDX-License-Identifier: GPL-2.0
"""Locks between labs that run side by side.

The kernel drops a lock when its holder dies, so a killed lab blocks nobody.
"""

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, IO, Iterator

from . import paths


def try_lock(path: Path, *, shared: bool = False) -> IO[str] | None:
    """Lock a file; None when somebody else holds it.  Close it to unlock."""
    handle = open(path, "a", encoding="ascii")
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


@contextmanager
def exclusive(name: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the named lock; calls waiting() once if it has to wait for it."""
    path = paths.below_build("locks") / name
    with open(path, "a", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
