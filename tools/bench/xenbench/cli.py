# SPDX-License-Identifier: GPL-2.0
"""The command line."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import build, counts, library, network, paths, plan, profile, report
from .errors import BenchError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench", description="Count what the backends and the library cost "
        "on real Xen, the distribution's and ours, in one boot with counted instructions as the "
        "clock.")
    parser.add_argument("--quick", action="store_true", help="a quarter of the requests")
    parser.add_argument("-g", "--group", action="append", choices=[*plan.GROUPS, library.NAME, network.NAME],
                        help="only these loads (default: all)")
    parser.add_argument("-b", "--backend", action="append", choices=list(plan.BACKENDS),
                        help="only these backends (default: all)")
    parser.add_argument("-l", "--load", action="append", metavar="TEXT",
                        help="only loads with TEXT in their name, as tables have it")
    parser.add_argument("-t", "--topology", metavar="TOPOLOGY",
                        help="of the lab, with the backends in dom0, or driver for networks "
                        "in a driver domain (default: the group's)")
    parser.add_argument("-k", "--kernel", default="6.1", help="6.1 (default) or 6.12")
    parser.add_argument("-x", "--xen-options", metavar="OPTIONS",
                        help="more options for Xen's command line")
    parser.add_argument("--modules", type=Path, metavar="DIR",
                        help="these modules instead of those of this tree")
    parser.add_argument("-o", "--output", type=Path, default=paths.BUILD / "result",
                        metavar="DIR", help="where the figures go (default build/bench/result)")
    return parser


def _plan(args: argparse.Namespace) -> list[plan.Case]:
    groups = [g for name, g in plan.GROUPS.items() if not args.group or name in args.group]
    found = plan.cases(groups)
    if args.backend:
        found = [case for case in found if case.backend.name in args.backend]
    if args.load:
        found = [case for case in found if any(text in case.load.name for text in args.load)]
    if groups and not found:
        raise BenchError("there is no such load with that backend")
    return found


def _lab(args: argparse.Namespace, payload: Path, topology: str, target: Path) -> Path:
    """Runs a payload; its log shows what is being done. The folder of what it left."""
    target.mkdir(parents=True, exist_ok=True)
    plugin = f"{build.plugin()},out={target / 'counts'},symbols={build.xen_symbols()}"
    command = [str(paths.LAB), "run", "-v", "-m", "deterministic", "-t", topology,
               "-k", args.kernel, "--plugin", plugin, "-o", str(target / "lab")]
    if args.xen_options:
        command += ["-x", args.xen_options]
    if args.modules:
        command += ["--modules", str(args.modules)]
    if subprocess.run([*command, str(payload)], check=False).returncode:
        raise BenchError(f"the lab's run failed: see {target / 'lab'}")
    return next((target / "lab").glob(f"{payload.name}@*"))


def _said(log: Path, who: str) -> dict[int, list[str]]:
    """Lines "WHO MARK FIGURE..." of the log."""
    lines = (line.split() for line in log.read_text(encoding="utf-8").splitlines())
    return {int(words[1]): words[2:] for words in lines
            if words[:1] == [who] and len(words) > 2 and words[1].isdecimal()}


def _requests(said: dict[int, list[str]]) -> dict[int, int]:
    """How many requests each interval had."""
    return {mark: int(figures[0]) for mark, figures in said.items()}


def _profiles(cases: list[plan.Case], intervals: dict[int, counts.Interval],
              requests: dict[int, int], folder: Path, output: Path) -> None:
    """A file for each interval; modules' symbols were kept for each disk line."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    lasting = profile.read_xen(build.xen_symbols())
    lasting += profile.read_kallsyms(folder / "out" / "kernel")
    number, before, symbols = 0, None, None
    for case in cases:
        if before != (case.group, case.backend):
            before, number = (case.group, case.backend), number + 1
            modules = profile.read_kallsyms(folder / "out" / f"modules-{number}")
            symbols = profile.Symbols(lasting + modules)
        name = f"{case.group.name}-{case.name}"
        path = output / (name.replace(", ", "-").replace(" ", "-") + ".txt")
        profile.write(path, intervals[case.mark], symbols, requests[case.mark])


def _rows(cases: list[Any], requests: dict[int, int], intervals: dict[int, counts.Interval],
          folder: Path) -> list[report.Row]:
    missing = [c for c in cases if not requests.get(c.mark) or c.mark not in intervals]
    if missing:
        raise BenchError(f"{len(missing)} intervals were not measured, the first of them "
                         f"{missing[0].name}: see {folder}")
    return [report.row(c, requests[c.mark], intervals[c.mark]) for c in cases]


def _load_rows(cases: list[plan.Case], folder: Path, target: Path) -> list[report.Row]:
    """Of what the client said and the plugin counted."""
    said = _said(folder / "test.log", paths.CLIENT.name)
    requests = _requests(said)
    intervals = counts.read(target / "counts")
    rows = _rows(cases, requests, intervals, folder)
    for r in rows:
        r.figures["seconds"] = float(said[r.case.mark][1]) / r.requests
    _profiles(cases, intervals, requests, folder, target / "profiles")
    return rows


def _memory_rows(cases: list[plan.Case], folder: Path) -> list[report.Row]:
    used = _said(folder / "test.log", "memory")
    missing = [c for c in cases if c.mark not in used]
    if missing:
        raise BenchError(f"{missing[0].name} was not measured: see {folder}")
    return [report.memory_row(c, int(used[c.mark][0])) for c in cases]


def _tables(groups: list[plan.Group], rows: list[report.Row]) -> list[str]:
    lines = [report.LEGEND]
    for group in groups:
        if group.rings:
            lines += report.memory(group, rows)
            continue
        lines += report.table(group, rows)
        if any(load.beside for load in group.loads):
            lines += report.latency(group, rows)
        if group.name == "sizes":
            lines += report.break_even(rows)
    return lines


def _backends_boot(args: argparse.Namespace, cases: list[plan.Case], topology: str,
                   target: Path) -> list[report.Row]:
    """The rows of one topology."""
    paths.PLAN.write_text(plan.text(cases, args.quick), encoding="ascii")
    folder = _lab(args, paths.PAYLOAD, topology, target)
    loads = [c for c in cases if not c.group.rings]
    return (_load_rows(loads, folder, target) +
            _memory_rows([c for c in cases if c.group.rings], folder))


def _backends(args: argparse.Namespace, cases: list[plan.Case], target: Path) -> list[str]:
    rows = []
    for topology in dict.fromkeys(args.topology or case.group.topology for case in cases):
        there = [c for c in cases if (args.topology or c.group.topology) == topology]
        rows += _backends_boot(args, there, topology, target / topology)
    report.write_csv(rows, target / "figures.csv")
    return _tables(list(dict.fromkeys(case.group for case in cases)), rows)


def _library_boot(args: argparse.Namespace, topology: str, target: Path) -> list[report.Row]:
    """The rows of one topology, and a profile of each."""
    cases = library.cases(topology)
    paths.LIBRARY_PLAN.write_text(library.text(cases, args.quick), encoding="ascii")
    folder = _lab(args, paths.LIBRARY_PAYLOAD, topology, target / topology)
    pages = library.pages(folder / "test.log")
    intervals = counts.read(target / topology / "counts")
    rows = _rows(cases, pages, intervals, folder)
    symbols = profile.Symbols(profile.read_xen(build.xen_symbols()) +
                              profile.read_kallsyms(folder / "out" / "kernel") +
                              profile.read_kallsyms(folder / "out" / "modules"))
    for case in cases:
        profile.write(target / "profiles" / f"{case.name}.txt", intervals[case.mark], symbols,
                      pages[case.mark])
    return rows


def _library(args: argparse.Namespace, target: Path) -> list[str]:
    (target / "profiles").mkdir(parents=True, exist_ok=True)
    rows, lines = [], [library.LEGEND]
    for topology in library.TOPOLOGIES:
        found = _library_boot(args, topology, target)
        lines += library.table(found)
        rows += found
    library.write_csv(rows, target / "figures.csv")
    return lines


def _network(args: argparse.Namespace, target: Path) -> list[str]:
    topology = args.topology or "pv-pv"
    cases = network.cases(args.backend, args.load, topology)
    if not cases and args.group:
        raise BenchError("networks have no such load with that backend")
    if not cases:
        return []
    build.pktgen(args.kernel)
    (target / "profiles").mkdir(parents=True, exist_ok=True)
    paths.NETWORK_PLAN.write_text(network.text(cases, args.quick), encoding="ascii")
    folder = _lab(args, paths.NETWORK_PAYLOAD, topology, target)
    units = _requests(_said(folder / "test.log", paths.NETWORK_CLIENT.name))
    intervals = counts.read(target / "counts",
                            counts.DRIVER_DOMAIN if topology == "driver" else counts.DOM0)
    rows = _rows(cases, units, intervals, folder)
    lasting = profile.read_xen(build.xen_symbols())
    lasting += profile.read_kallsyms(folder / "out" / "kernel")
    for number, backend in enumerate(dict.fromkeys(case.backend for case in cases)):
        modules = profile.read_kallsyms(folder / "out" / f"modules-{number + 1}")
        symbols = profile.Symbols(lasting + modules)
        for case in (c for c in cases if c.backend == backend):
            profile.write(target / "profiles" / f"{case.name}.txt", intervals[case.mark], symbols,
                          units[case.mark])
    network.write_csv(rows, target / "figures.csv")
    return [network.LEGEND, *network.table(rows, topology)]


def _bench(args: argparse.Namespace) -> None:
    cases = _plan(args)
    target = args.output.resolve()
    build.prepare(args.kernel)
    target.mkdir(parents=True, exist_ok=True)
    build.clients()
    if not args.modules:
        build.modules(args.kernel)
    lines = _backends(args, cases, target) if cases else []
    if library.NAME in (args.group or ([] if args.backend else [library.NAME])):
        lines += _library(args, target / library.NAME)
    if network.NAME in (args.group or [network.NAME]):
        lines += _network(args, target / network.NAME)
    text = "\n".join(lines)
    (target / "figures.txt").write_text(text + "\n", encoding="ascii")
    print(text)
    print(f"figures: {target}/figures.txt, figures.csv; by function: {target}/*/profiles; "
          f"of the library and of networks: {target}/{library.NAME}, {network.NAME}")


def main(argv: list[str]) -> int:
    """Run; errors are one line."""
    args = _parser().parse_args(argv)
    try:
        _bench(args)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    return 0
