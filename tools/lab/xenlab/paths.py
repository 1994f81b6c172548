# SPDX-License-Identifier: GPL-2.0
"""Where things are: the sources of the lab, and what it makes."""

import os
from pathlib import Path

LAB = Path(__file__).resolve().parent.parent
REPO = LAB.parent.parent
DOMAINS = LAB / "domains"
EXPECTED_LINES = LAB / "expected-log-lines"


def build() -> Path:
    """Everything the lab makes is below this folder."""
    override = os.environ.get("XENLAB_BUILD")
    return Path(override).resolve() if override else REPO / "build" / "lab"


def debs() -> Path:
    """Downloaded packages, shared with the rest of the project."""
    return REPO / "build" / "debs"


def modules(release: str) -> Path:
    """Where the project's build leaves the modules for a kernel."""
    return REPO / "build" / "modules" / release


def below_build(*parts: str) -> Path:
    """A folder below the build folder, made if it is missing."""
    path = build().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path
