# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of an interval went, by function."""

from bisect import bisect_right
from collections import Counter
from pathlib import Path

from .counts import Interval, layer


class Symbols:
    """Functions by address."""

    def __init__(self, functions: list[tuple[int, str]]) -> None:
        ordered = sorted(functions)
        self.addresses = [address for address, _ in ordered]
        self.names = [name for _, name in ordered]

    def find(self, address: int) -> tuple[str, bool]:
        """The function that an address is in, and whether it begins there."""
        index = bisect_right(self.addresses, address) - 1
        if index < 0:
            return "?", False
        return self.names[index], self.addresses[index] == address


def read_xen(path: Path) -> list[tuple[int, str]]:
    """Lines "ADDRESS NAME"."""
    words = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return [(int(address, 16), name) for address, name in words]


def read_kallsyms(path: Path) -> list[tuple[int, str]]:
    """What the backend's domain had in /proc/kallsyms."""
    found = []
    for line in path.read_text(encoding="ascii").splitlines():
        address, kind, *name = line.split()
        if kind in "tTwW":
            found.append((int(address, 16), " ".join(name)))
    return found


def lines(interval: Interval, symbols: Symbols, requests: int) -> list[str]:
    """A line a function: instructions and calls for each request."""
    insns: Counter[tuple[str, str]] = Counter()
    calls: Counter[tuple[str, str]] = Counter()
    for block in interval.host_blocks:
        where = layer(block.address)
        name, begins = symbols.find(block.address)
        if where in ("user", "other"):
            name, begins = "-", False
        insns[where, name] += block.insns * block.executed
        calls[where, name] += block.executed if begins else 0
    total = sum(insns.values()) or 1
    report = [f"{'insns':>10} {'share':>6} {'calls':>8}  function (per request, backend's domain)"]
    for key, count in insns.most_common():
        if count / requests < 0.5:
            break
        report.append(f"{count / requests:10.1f} {100 * count / total:5.1f}% "
                      f"{calls[key] / requests:8.3f}  {key[0]:6} {key[1]}")
    return report


def write(path: Path, interval: Interval, symbols: Symbols, requests: int) -> None:
    """The lines, in a file."""
    text = "".join(f"{line}\n" for line in lines(interval, symbols, requests))
    path.write_text(text, encoding="ascii")
