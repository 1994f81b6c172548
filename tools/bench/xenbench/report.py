# SPDX-License-Identifier: GPL-2.0
"""Figures per request, as a table for people and as CSV for programs."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .counts import Interval
from .plan import Group

EVENTS = ["hypercalls", "map_calls", "map_ops", "unmap_calls", "unmap_ops", "unmap_empty_calls",
          "copy_calls", "copy_ops", "unmap_flushes", "flushes", "notifications", "switches"]


@dataclass
class Row:
    """A case with its figures, each per request."""
    case: Any
    requests: int
    figures: dict[str, float]


def memory_row(case: Any, used: int) -> Row:
    """Figures of disks that nobody uses."""
    return Row(case, 0, {"bytes": float(used)})


def row(case: Any, requests: int, interval: Interval) -> Row:
    """Figures of an interval."""
    figures = {name: interval.event(name) / requests for name in EVENTS}
    figures["kernel"] = interval.host("kernel") / requests
    figures["xen"] = interval.host("xen") / requests
    figures["host"] = figures["kernel"] + figures["xen"]
    figures["all"] = interval.everything() / requests
    return Row(case, requests, figures)


def write_csv(rows: list[Row], path: Path) -> None:
    """All figures."""
    with open(path, "w", encoding="ascii", newline="") as out:
        writer = csv.writer(out)
        rows = [r for r in rows if r.requests]
        names = list(rows[0].figures) if rows else []
        writer.writerow(["group", "backend", "write", "size", "depth", "batch", "requests"] + names)
        for r in rows:
            load = r.case.load
            writer.writerow([r.case.group.name, r.case.backend.name, int(load.write), load.size,
                             load.depth, int(load.batch), r.requests]
                            + [f"{r.figures[n]:.9g}" for n in names])


def short(value: float) -> str:
    """Two or three digits of it."""
    if value == 0:
        return "0"
    if value >= 1000:
        return f"{value / 1000:.1f}k"
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 and round(value, 1) != round(value) else f"{value:.2g}"


def pair(r: Row, what: str) -> str:
    """Operations and calls."""
    ops, calls = r.figures[f"{what}_ops"], r.figures[f"{what}_calls"]
    return f"{short(ops)}/{short(calls)}" if calls else "-"


def ratio(r: Row, base: Row | None, figure: str) -> str:
    """To another row; nothing to itself or to none."""
    if base is None or base is r:
        return ""
    return f"{r.figures[figure] / base.figures[figure]:.2f}"


COLUMNS = ["", "calls", "map", "unmap", "copy", "flush", "notify", "kernel", "xen", "host",
           "/pers.", "/stock", "all", "/stock"]
LEGEND = """\
Per request, of the backend's domain: hypercalls ("calls"); grant operations mapped, unmapped,
copied, and in how many calls; TLB flushes by unmapping; notifications sent; instructions of its
kernel, of Xen while it ran, and both ("host"), also as a ratio to the distribution's backend with
persistent grants ("/pers.") and without ("/stock").  "all" is instructions of all domains and Xen.
"""


def _cells(r: Row, stock: Row | None, persistent: Row | None) -> list[str]:
    figures = r.figures
    return ["  " + r.case.backend.name, short(figures["hypercalls"]),
            pair(r, "map"), pair(r, "unmap"), pair(r, "copy"),
            short(figures["unmap_flushes"]), short(figures["notifications"]),
            short(figures["kernel"]), short(figures["xen"]), short(figures["host"]),
            ratio(r, persistent, "host"), ratio(r, stock, "host"),
            short(figures["all"]), ratio(r, stock, "all")]


def align(lines: list[list[str]]) -> list[str]:
    """Columns below each other; a line of one cell is a heading."""
    rows = [line for line in lines if len(line) > 1]
    widths = [max(len(line[i]) for line in rows) for i in range(len(rows[0]))]
    return [line[0] if len(line) == 1 else
            "  ".join(cell.rjust(width) if i else cell.ljust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]


def table(group: Group, rows: list[Row]) -> list[str]:
    """All rows of a group, the backends of one load below each other."""
    lines = [COLUMNS]
    for load in group.loads:
        same = [r for r in rows if r.case.group is group and r.case.load is load]
        if not same:
            continue
        by_name = {r.case.backend.name: r for r in same}
        lines.append([load.name])
        for r in same:
            lines.append(_cells(r, by_name.get("stock"), by_name.get("stock-persistent")))
    return [group.title, "", *align(lines), ""]


def _ratios(lines: list[list[str]], rows: list[Row], base: str, show: str, unit: float) -> None:
    for load in dict.fromkeys(r.case.load for r in rows):
        same = [r for r in rows if r.case.load is load]
        stock = next((r for r in same if r.case.backend.name == base), None)
        lines.append([load.name])
        for r in same:
            lines.append(["  " + r.case.backend.name, f"{r.figures[show] / unit:.1f}",
                          ratio(r, stock, show)])


def latency(group: Group, rows: list[Row]) -> list[str]:
    """How long the reader waits, in instructions' time."""
    lines = [["", "microseconds", "/stock"]]
    _ratios(lines, [r for r in rows if r.case.group is group], "stock", "seconds", 1e-6)
    return ["Time of a request, by the clock that instructions drive", "", *align(lines), ""]


def memory(group: Group, rows: list[Row]) -> list[str]:
    """What a disk takes."""
    lines = [["", "KiB", "/stock"]]
    _ratios(lines, [r for r in rows if r.case.group is group], "stock-queues", "bytes", 1024)
    return [group.title, "", *align(lines), ""]


def break_even(rows: list[Row]) -> list[str]:
    """For each size, what mapping and copying cost."""
    lines = [["size, verb", "map", "copy", "copy/map", "flush/map"]]
    cost = {(r.case.load, r.case.backend.name): r.figures for r in rows
            if r.case.group.name == "sizes"}
    for load in dict.fromkeys(load for load, _ in cost):
        mapped, copied = cost.get((load, "ours-map")), cost.get((load, "ours-copy"))
        if mapped and copied:
            lines.append([f"{load.size // 1024}K {'write' if load.write else 'read'}",
                          short(mapped["host"]), short(copied["host"]),
                          f"{copied['host'] / mapped['host']:.2f}",
                          short(mapped["unmap_flushes"])])
    return ["Host-side instructions of a request, mapped and copied", "", *align(lines), ""]
