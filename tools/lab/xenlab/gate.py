# SPDX-License-Identifier: GPL-2.0
"""The gate: which lines of a log make a test fail.

The patterns are extended regular expressions that Python and grep read alike,
because dom0's dmesg_check uses them too.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .errors import LabError

# Lines of a Linux kernel, whichever domain it runs in.
LINUX = [
    r"BUG: ", r"BUG at ", r"BUG [a-z0-9_-]+ \(", r"kernel BUG", r"WARNING: ", r"Oops", r"Kernel panic",
    r"general protection", r"invalid opcode", r"divide error", r"double fault",
    r"[Uu]nable to handle", r"Call Trace:",
    r"possible recursive locking", r"possible circular locking", r"inconsistent lock state",
    r"possible irq lock inversion", r"lock order", r"bad unlock balance", r"held lock freed",
    r"lock held when returning", r"locks? still held", r"DEBUG_LOCKS_WARN_ON",
    r"[Ss]uspicious RCU usage", r"sleeping function called", r"scheduling while atomic",
    r"blocked for more than", r"soft lockup", r"hard LOCKUP", r"rcu.*(stall|starved)",
    r"still in use", r"leaking g\.e\.", r"deferring g\.e\.",
    r"KASAN", r"UBSAN", r"KCSAN", r"KMSAN", r"kmemleak: [0-9]+ new",
    r"refcount_t: ", r"list_(add|del) corruption", r"Bad page", r"bad page",
    r"page allocation failure", r"Out of memory", r"invoked oom-killer",
    r"double free", r"use-after-free", r"[Oo]verwritten", r"Objects remaining in",
    r"stack-protector", r"nobody cared", r"ODEBUG:", r"usercopy: ",
]

# Lines that Xen writes; they begin with "(XEN)".
XEN_WORDS = (
    r"error|bad|fail|failed|failure|panic|crash|crashed|domain_crash|fatal|bug|warn|warning"
    r"|assert|assertion|unable|cannot|could not|couldn't|exceed|exceeded|exhausted|out of memory"
    r"|illegal|invalid|unexpected|unsupported|unhandled|unrecognised|unknown|corrupt|corrupted"
    r"|stuck|denied|refused|mismatch|leak|leaked|overflow|timeout|timed out|attempt to|non-zero"
)
XEN = [
    r"^\(XEN\).*(grant_table|event_channel|event_fifo|mm|memory|p2m[a-z-]*|domain|hvm|traps)"
    r"\.c:[0-9]+",
    r"^\(XEN\)(.*[^a-z0-9_])?(" + XEN_WORDS + r")([^a-z0-9_]|$)",
    r"^\(XEN\).*Xen (BUG|WARN|call trace)",
    # Whatever Xen says about one domain or virtual processor.
    r"^\(XEN\) (.*:)?d[0-9]+(v[0-9]+)?:? ",
]


@dataclass(frozen=True)
class BadLine:
    """A line that makes the test fail, and the log it is in."""
    log: str
    line: str


def _any_of(patterns: list[str], flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(f"({p})" for p in patterns), flags)


_LINUX = _any_of(LINUX)
_XEN = _any_of(XEN, re.IGNORECASE)


def expected_patterns(text: str) -> list[str]:
    """The patterns of an expected-log-lines file; every one needs a reason."""
    found = []
    reason = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            reason = len(line.strip("# ")) > 0
        elif not line.strip():
            reason = False
        elif not reason:
            raise LabError(f"expected-log-lines:{number}: no comment says why")
        else:
            compile_pattern(line, f"expected-log-lines:{number}")
            found.append(line)
    return found


def compile_pattern(pattern: str, where: str) -> re.Pattern[str]:
    """A pattern, or one clear line about the mistake in it."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise LabError(f"{where}: '{pattern}' is no regular expression: {error}") from None


def reviewed() -> list[str]:
    """The patterns of the lab's own list."""
    return expected_patterns(paths.EXPECTED_LINES.read_text(encoding="utf-8"))


def is_bad(line: str) -> bool:
    """True for a line that nobody should see in a log."""
    text = re.sub(r"^(\(XEN\) )?\[[^]]*\] ", r"\1", line)
    if text.startswith("(XEN)"):
        return bool(_XEN.search(text))
    return bool(_LINUX.search(text))


def check_lines(log: str, lines: list[str], expected: list[str]) -> list[BadLine]:
    """The bad lines of one log that no pattern expects."""
    known = [re.compile(p) for p in expected]
    return [BadLine(log, line) for line in lines
            if is_bad(line) and not any(k.search(line) for k in known)]


def check_files(logs: list[Path], allow: str) -> list[BadLine]:
    """Check whole logs; allow is one more pattern, from a test.conf."""
    expected = reviewed()
    if allow:
        compile_pattern(allow, "test.conf: allow")
        expected.append(allow)
    found: dict[str, BadLine] = {}
    for path in logs:
        text = path.read_text(encoding="utf-8", errors="replace")
        for bad in check_lines(path.name, text.splitlines(), expected):
            # dom0's lines are in its own log and on Xen's console.
            found.setdefault(bad.line.strip(), bad)
    return list(found.values())
