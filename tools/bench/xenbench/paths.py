# SPDX-License-Identifier: GPL-2.0
"""Where things are."""

from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
REPO = BENCH.parent.parent
BUILD = REPO / "build" / "bench"
DEBS = REPO / "build" / "debs"
PAYLOAD = BENCH / "payload"
LAB = REPO / "tools" / "lab" / "lab"
LIBRARY_PAYLOAD = BENCH / "library"
NETWORK_PAYLOAD = BENCH / "network"
# What the payloads' test.conf name.
PLAN = BUILD / "plan"
LIBRARY_PLAN = BUILD / "library-plan"
NETWORK_PLAN = BUILD / "network-plan"
CLIENT = BUILD / "blkload"
NETWORK_CLIENT = BUILD / "netload"
PKTGEN = BUILD / "pktgen.ko"
