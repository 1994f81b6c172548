# SPDX-License-Identifier: GPL-2.0
"""What the person reads: a line a test, a summary, where the logs are."""

import os
import shutil
import time
from pathlib import Path

from . import paths
from .runner import Result

KEEP_RESULTS = 20


def results_folder() -> Path:
    """A new folder for the results of this call; older ones are forgotten."""
    base = paths.below_build("results")
    folder = base / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    folder.mkdir()
    latest = base / f".latest-{os.getpid()}"
    latest.symlink_to(folder.name)
    latest.rename(base / "latest")
    old = sorted(p for p in base.iterdir() if p.is_dir() and not p.is_symlink())
    for path in old[:-KEEP_RESULTS]:
        shutil.rmtree(path, ignore_errors=True)
    return folder


def line(result: Result) -> str:
    """One line a test."""
    verdict = "ok" if result.ok else "not ok"
    text = f"{verdict} {result.test}@{result.setup} {result.seconds:.1f} s"
    if result.payload_seconds is not None:
        text += f" (payload after {result.payload_seconds:.1f} s)"
    for reason in result.reasons:
        text += f"\n    {reason}"
    return text


def tail(result: Result, lines: int = 15) -> str:
    """The end of a failed test's own output."""
    if result.folder is None or not (result.folder / "test.log").exists():
        return ""
    text = (result.folder / "test.log").read_text(encoding="utf-8", errors="replace")
    shown = "".join(f"    | {part}\n" for part in text.splitlines()[-lines:])
    return shown + f"    logs: {result.folder}"


def summary(results: list[Result]) -> str:
    """The last line."""
    passed = sum(r.ok for r in results)
    return (f"# lab: {passed} passed, {len(results) - passed} failed, "
            f"{sum(r.seconds for r in results):.0f} s")
