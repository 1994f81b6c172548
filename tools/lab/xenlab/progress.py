# SPDX-License-Identifier: GPL-2.0
"""Progress for people, on standard error, one line a step."""

import sys
import time
from contextlib import contextmanager
from typing import Iterator

quiet = False


def say(text: str) -> None:
    """Tell what happens now."""
    if not quiet:
        print(f"lab: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step that takes seconds, and say how many it took."""
    say(f"{text} ...")
    start = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - start:.1f} s")
