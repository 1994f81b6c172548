# SPDX-License-Identifier: GPL-2.0
"""What the lab tells a person when it cannot go on."""


class LabError(Exception):
    """One clear line: what is wrong and what to do about it."""


class Interrupted(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived; carries the signal's number."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"signal {signum}")
        self.signum = signum
