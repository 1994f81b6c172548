# SPDX-License-Identifier: GPL-2.0
"""The command line."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from . import build, counts, paths, plan, profile, report
from .errors import BenchError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench", description="Count what the block backends cost on real Xen, the "
        "distribution's and ours, in one boot with counted instructions as the clock.")
    parser.add_argument("--quick", action="store_true", help="a quarter of the requests")
    parser.add_argument("-g", "--group", action="append", choices=list(plan.GROUPS),
                        help="only these loads (default: all)")
    parser.add_argument("-b", "--backend", action="append", choices=list(plan.BACKENDS),
                        help="only these backends (default: all)")
    parser.add_argument("-t", "--topology", default="pv-pv", metavar="TOPOLOGY",
                        help="of the lab, with the backends in dom0 (default pv-pv)")
    parser.add_argument("-k", "--kernel", default="6.1", help="6.1 (default) or 6.12")
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
    if not found:
        raise BenchError("no load is measured with that backend")
    return found


def _lab(args: argparse.Namespace, target: Path) -> None:
    """Runs the payload; its log shows what is being done."""
    plugin = (f"{build.plugin()},out={target / 'counts'},symbols={build.xen_symbols()}")
    command = [str(paths.LAB), "run", "-v", "-m", "deterministic", "-t", args.topology,
               "-k", args.kernel, "--plugin", plugin, "-o", str(target / "lab")]
    if args.modules:
        command += ["--modules", str(args.modules)]
    if subprocess.run([*command, str(paths.PAYLOAD)], check=False).returncode:
        raise BenchError(f"the lab's run failed: see {target / 'lab'}")


def _requests(log: Path) -> dict[int, int]:
    """What the client said: how many requests each interval had."""
    found = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] == ["blkload"] and len(words) == 4:
            found[int(words[1])] = int(words[2])
    return found


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
        name = f"{case.group.name}-{case.backend.name}-{case.load.name}"
        lines = profile.lines(intervals[case.mark], symbols, requests[case.mark])
        path = output / (name.replace(", ", "-").replace(" ", "-") + ".txt")
        path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


def _report(cases: list[plan.Case], target: Path) -> str:
    folder = next((target / "lab").glob("payload@*"))
    requests = _requests(folder / "test.log")
    intervals = counts.read(target / "counts")
    missing = [c for c in cases if not requests.get(c.mark) or c.mark not in intervals]
    if missing:
        raise BenchError(f"{len(missing)} intervals were not measured, the first of them "
                         f"{missing[0].backend.name}, {missing[0].load.name}: see {folder}")
    rows = [report.row(c, requests[c.mark], intervals[c.mark]) for c in cases]
    report.write_csv(rows, target / "figures.csv")
    _profiles(cases, intervals, requests, folder, target / "profiles")
    lines = [report.LEGEND]
    for group in dict.fromkeys(case.group for case in cases):
        lines += report.table(group, rows)
        if group.name == "sizes":
            lines += report.break_even(rows)
    return "\n".join(lines)


def _bench(args: argparse.Namespace) -> None:
    cases = _plan(args)
    target = args.output.resolve()
    build.prepare(args.kernel)
    target.mkdir(parents=True, exist_ok=True)
    build.client()
    if not args.modules:
        build.modules(args.kernel)
    paths.PLAN.write_text(plan.text(cases, args.quick), encoding="ascii")
    _lab(args, target)
    text = _report(cases, target)
    (target / "figures.txt").write_text(text + "\n", encoding="ascii")
    print(text)
    print(f"figures: {target}/figures.txt, figures.csv; by function: {target}/profiles")


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
