# SPDX-License-Identifier: GPL-2.0
"""Where things are."""

from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
REPO = BENCH.parent.parent
BUILD = REPO / "build" / "bench"
DEBS = REPO / "build" / "debs"
PAYLOAD = BENCH / "payload"
LAB = REPO / "tools" / "lab" / "lab"
# What the payload's test.conf names.
PLAN = BUILD / "plan"
CLIENT = BUILD / "blkload"
