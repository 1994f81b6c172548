# SPDX-License-Identifier: GPL-2.0
"""The library against the kernel's own functions: what is measured, and the table of it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from . import report

NAME = "library"
TOPOLOGIES = {"pv-pv": "PV dom0", "pvh-pvh": "PVH dom0"}
ROUND_SIZES = (1, 32, 256)
# Pages of an interval; a guest has the memory to receive so many at once.
PAGES = {"map": 8192, "copy": 8192, "transfer": 3072}
FIGURES = ["hypercalls", "map_calls", "unmap_calls", "copy_calls", "flushes", "kernel", "xen",
           "host"]


LEGEND = """\
Per page, of dom0: hypercalls ("calls"), TLB flushes by Xen, instructions of its kernel, of Xen
while it ran, and both ("host"), also as a ratio to the kernel's own functions in the same boot.
"""


@dataclass(frozen=True)
class Way:
    """One way to do it."""
    name: str
    command: str
    topologies: tuple[str, ...] = tuple(TOPOLOGIES)


@dataclass(frozen=True)
class Case:
    """One measured interval."""
    mark: int
    topology: str
    what: str
    way: Way
    pages: int

    @property
    def name(self) -> str:
        """For a file."""
        return f"{self.topology}-{self.way.command.removeprefix('bench-')}-{self.pages}"


WAYS = {
    "map": [Way("gnttab_map_refs", "bench-map-kernel"), Way("ours", "bench-map"),
            Way("ours, queued", "bench-map-queued")],
    "copy": [Way("gnttab_batch_copy", "bench-copy-kernel"), Way("ours", "bench-copy")],
    # Xen takes no page from a domain whose memory it translates.
    "transfer": [Way("ours", "bench-transfer", ("pv-pv",))],
}


def cases(topology: str) -> list[Case]:
    """Those of one boot. What gives the guest's references away comes last."""
    found = []
    for what, ways in WAYS.items():
        for pages in ROUND_SIZES:
            found += [(what, way, pages) for way in ways if topology in way.topologies]
    return [Case(number + 1, topology, *case) for number, case in enumerate(found)]


def text(plan: list[Case], quick: bool) -> str:
    """The plan as the payload reads it."""
    lines = []
    for case in plan:
        rounds = PAGES[case.what] // case.pages // (4 if quick else 1)
        lines.append(f"{case.mark} {case.way.command} {case.pages} {rounds}\n")
    return "".join(lines)


def pages(log: Path) -> dict[int, int]:
    """What the module said: how many pages each interval had."""
    words = (line.split() for line in log.read_text(encoding="utf-8").splitlines())
    return {int(w[1]): int(w[2]) for w in words if w[:1] == ["bench"] and len(w) == 3}


def _cells(row: report.Row, kernel: report.Row | None) -> list[str]:
    short = report.short
    figures = row.figures
    return ["  " + row.case.way.name, short(figures["hypercalls"]), short(figures["flushes"]),
            short(figures["kernel"]), short(figures["xen"]), short(figures["host"]),
            report.ratio(row, kernel, "host")]


def table(rows: list[report.Row]) -> list[str]:
    """The rows of one boot."""
    lines = [["per page", "calls", "flush", "kernel", "xen", "host", "/kernel's"]]
    for what, ways in WAYS.items():
        for size in ROUND_SIZES:
            same = [r for r in rows if (r.case.what, r.case.pages) == (what, size)]
            if not same:
                continue
            lines.append([f"{what}, {size} page{'s' if size > 1 else ''} at a time"])
            kernel = next((r for r in same if r.case.way is ways[0]), None)
            lines += [_cells(r, kernel) for r in same]
    title = f"Grant operations, {TOPOLOGIES[rows[0].case.topology]}"
    return [title, "", *report.align(lines), ""]


def write_csv(rows: list[report.Row], path: Path) -> None:
    """All figures."""
    with open(path, "w", encoding="ascii", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["topology", "what", "way", "pages", "measured", *FIGURES])
        for r in rows:
            writer.writerow([r.case.topology, r.case.what, r.case.way.name, r.case.pages,
                             r.requests] + [f"{r.figures[name]:.4f}" for name in FIGURES])
