# SPDX-License-Identifier: GPL-2.0
"""What the plugin wrote, read back."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

DOM0, DRIVER_DOMAIN = "0", "1"
XEN_FIRST, XEN_LAST = 0xFFFF82D000000000, 0xFFFF82FFFFFFFFFF
KERNEL_FIRST = 0xFFFFFFFF80000000
USER_LAST = 0x7FFFFFFFFFFF


def layer(address: int) -> str:
    """Whose code it is."""
    if XEN_FIRST <= address <= XEN_LAST:
        return "xen"
    if address >= KERNEL_FIRST:
        return "kernel"
    return "user" if address <= USER_LAST else "other"


@dataclass
class Block:
    """A block of code, as often as one domain ran it."""
    address: int
    insns: int
    executed: int


@dataclass
class Interval:
    """What happened between two marks. The backend is in one of the domains."""
    backend: str = DOM0
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    insns: Counter[tuple[str, str]] = field(default_factory=Counter)
    host_blocks: list[Block] = field(default_factory=list)

    def event(self, name: str) -> int:
        """Of the backend's domain."""
        return self.events[self.backend, name]

    def host(self, where: str) -> int:
        """Instructions of the backend's domain in a layer."""
        return self.insns[self.backend, where]

    def everything(self) -> int:
        """Instructions of all domains and of Xen."""
        return sum(self.insns.values())

    def _add_block(self, domain: str, block: Block) -> None:
        self.insns[domain, layer(block.address)] += block.insns * block.executed
        if domain == self.backend:
            self.host_blocks.append(block)

    def read_line(self, words: list[str]) -> None:
        """One line of the interval."""
        if words[0] == "event":
            self.events[words[1], words[2]] += int(words[3])
        elif words[0] == "block":
            self._add_block(words[1], Block(int(words[2], 16), int(words[3]), int(words[4])))


def read(path: Path, backend: str = DOM0) -> dict[int, Interval]:
    """Intervals by their number."""
    found: dict[int, Interval] = {}
    current = Interval(backend)
    with open(path, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[0] == "interval":
                current = Interval(backend)
                number = int(words[1])
            elif words[0] == "end":
                found[number] = current
            else:
                current.read_line(words)
    return found
