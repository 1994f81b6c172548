# SPDX-License-Identifier: GPL-2.0
"""The network backends against each other: what is measured, and the table of it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from . import report

NAME = "net"
# As the payload reads them. The last one is what the raw frontend is for.
BACKENDS = {"stock": "stock", "ours-map": "ours xen-netback.tx_mode=map", "ours": "ours"}
FIGURES = ["hypercalls", "switches", "map_ops", "map_calls", "unmap_ops", "unmap_calls",
           "copy_ops", "copy_calls", "unmap_flushes", "notifications", "kernel", "xen", "host",
           "all"]

LEGEND = """\
Per MiB of TCP or packet of UDP (64 bytes with all headers), of the backend's domain: hypercalls
("calls"); switches of Xen to it; grant operations mapped, unmapped, copied, and in how many calls;
TLB flushes by unmapping; notifications sent; instructions of its kernel, of Xen while it ran, and
both ("host"), also as a ratio to the distribution's backend ("/stock").  "all" is instructions of
all domains and Xen.  The raw frontend sends packets of 64 bytes that the backend's domain drops,
from pages that are copied for each, or staged.
"""


@dataclass(frozen=True)
class Load:
    """What is sent, and by whom."""
    name: str
    sender: str
    kind: str
    warmup: int
    count: int


@dataclass(frozen=True)
class Case:
    """One measured interval."""
    mark: int
    backend: str
    load: Load

    @property
    def name(self) -> str:
        """For a message, or a file."""
        return f"{self.backend}-{self.load.sender}-{self.load.kind}"


LOADS = (Load("TCP, guest to dom0, a MiB", "guest", "tcp", 16, 128),
         Load("TCP, dom0 to guest, a MiB", "host", "tcp", 16, 128),
         Load("UDP, guest to dom0, a packet", "guest", "udp", 2048, 20480),
         Load("UDP, dom0 to guest, a packet", "host", "udp", 2048, 20480),
         Load("pktgen, dom0 to guest, a packet", "host", "pktgen", 2048, 163840),
         Load("TCP, one guest to dom0 (marked there), a MiB", "guests", "1", 16, 256),
         Load("TCP, four guests to dom0 at once, a MiB", "guests", "4", 64, 512),
         Load("TCP, guest to guest over a bridge, a MiB", "bridge", "tcp", 16, 128),
         Load("raw frontend to dom0, a packet, by copy", "raw", "copy", 2048, 20480),
         Load("raw frontend to dom0, a packet, staged", "raw", "staged", 2048, 20480))


def _measured(backend: str, load: Load, topology: str) -> bool:
    """
    The distribution's backend has no staging grants; they are for PV here. What the guests send
    can be mapped in PV domains. In a driver domain nothing but the backend and a bridge runs.
    """
    if topology == "driver":
        return load.sender == "bridge"
    if backend == "ours-map":
        return (load.sender in ("guest", "guests", "bridge") and load.kind != "udp" and
                topology == "pv-pv")
    return load.sender != "raw" or (backend == "ours" and topology == "pv-pv")


def cases(backends: list[str] | None, names: list[str] | None, topology: str) -> list[Case]:
    """All intervals with loads of such names, in the order of the run."""
    found = [(b, load) for b in BACKENDS if not backends or b in backends for load in LOADS
             if _measured(b, load, topology) and
             (not names or any(text in load.name for text in names))]
    return [Case(number + 1, *case) for number, case in enumerate(found)]


def text(plan: list[Case], quick: bool) -> str:
    """The plan as the payload reads it."""
    lines: list[str] = []
    before = None
    for case in plan:
        if case.backend != before:
            lines.append(f"backend {BACKENDS[case.backend]}\n")
        before = case.backend
        load, shrink = case.load, 4 if quick else 1
        lines.append(f"load {case.mark} {load.sender} {load.kind} {load.warmup} "
                     f"{load.count // shrink}\n")
    return "".join(lines)


def _cells(row: report.Row, stock: report.Row | None) -> list[str]:
    short, figures = report.short, row.figures
    return ["  " + row.case.backend, short(figures["hypercalls"]), short(figures["switches"]),
            report.pair(row, "map"), report.pair(row, "unmap"), report.pair(row, "copy"),
            short(figures["unmap_flushes"]), short(figures["notifications"]),
            short(figures["kernel"]), short(figures["xen"]), short(figures["host"]),
            report.ratio(row, stock, "host"), short(figures["all"]),
            report.ratio(row, stock, "all")]


def table(rows: list[report.Row], topology: str) -> list[str]:
    """The backends of one load below each other."""
    lines = [["", "calls", "switch", "map", "unmap", "copy", "flush", "notify", "kernel", "xen",
              "host", "/stock", "all", "/stock"]]
    for load in dict.fromkeys(row.case.load for row in rows):
        same = [row for row in rows if row.case.load is load]
        stock = next((row for row in same if row.case.backend == "stock"), None)
        lines += [[load.name], *(_cells(row, stock) for row in same)]
    return [f"Networks, {topology}", "", *report.align(lines), ""]


def write_csv(rows: list[report.Row], path: Path) -> None:
    """All figures."""
    with open(path, "w", encoding="ascii", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["backend", "sender", "kind", "measured", *FIGURES])
        for row in rows:
            load = row.case.load
            writer.writerow([row.case.backend, load.sender, load.kind, row.requests]
                            + [f"{row.figures[name]:.4f}" for name in FIGURES])
