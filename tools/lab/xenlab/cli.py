# SPDX-License-Identifier: GPL-2.0
"""The command line."""

import argparse
import shutil
import signal
import sys
import unittest
from pathlib import Path

from . import images, packages, paths, progress, report, runner, shell, snapshot, testcase, topology
from .errors import Interrupted, LabError
from .setup import MODES, Setup

DESCRIPTION = "Real Xen 4.17 in an emulator, made of Debian's packages."


def _add_setup(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    parser.add_argument("-t", "--topology", default=default, metavar="TOPOLOGY",
                        help="one of: " + ", ".join(topology.TOPOLOGIES))
    parser.add_argument("-k", "--kernel", default="6.1", choices=list(packages.KERNEL_PATTERN),
                        help="Linux of all domains (default 6.1)")
    parser.add_argument("-m", "--mode", choices=MODES,
                        help="deterministic counts instructions instead of seconds "
                             "(default fast, or what a test says)")
    _add_xen(parser)
    parser.add_argument("--modules", type=Path, metavar="DIR",
                        help="the project's modules (default build/modules/<release>)")
    parser.add_argument("--stock", action="store_true",
                        help="the distribution's backend modules instead of the project's")


def _add_xen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-x", "--xen-options", default="", metavar="OPTIONS",
                        help="more options for Xen's command line")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description=DESCRIPTION)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = sub.add_parser("build", help="make the images")
    command.add_argument("-k", "--kernel", choices=list(packages.KERNEL_PATTERN), default="6.1")
    command.set_defaults(function=_build)

    command = sub.add_parser("list", help="list topologies, tests and snapshots")
    command.set_defaults(function=_list)

    command = sub.add_parser("run", help="run tests")
    _add_setup(command, default=None)
    command.add_argument("--timeout", type=int, metavar="SECONDS",
                         help="limit of each test instead of its own")
    command.add_argument("-o", "--output", type=Path, metavar="OUTDIR",
                         help="where logs and results go (default build/lab/results/...)")
    command.add_argument("--keep", action="store_true", help="keep the run's disk")
    command.add_argument("-v", "--verbose", action="store_true", help="show the tests' output")
    command.add_argument("--plugin", metavar="SO[,ARG=VALUE...]",
                         help="a plugin of the emulator, which sees every instruction")
    command.add_argument("folders", nargs="+", type=Path, metavar="FOLDER",
                         help="a folder with a run.sh")
    command.set_defaults(function=_run)

    command = sub.add_parser("shell", help="a shell in dom0")
    _add_setup(command, default="pv-pv")
    command.set_defaults(function=_shell)

    command = sub.add_parser("snapshot", help="boot a topology and keep its state")
    command.add_argument("-k", "--kernel", default="6.1", choices=list(packages.KERNEL_PATTERN))
    command.add_argument("-m", "--mode", default="fast", choices=MODES)
    _add_xen(command)
    command.add_argument("--force", action="store_true", help="even if there is one that fits")
    command.add_argument("name", metavar="TOPOLOGY", help="one of: " + ", ".join(topology.TOPOLOGIES))
    command.set_defaults(function=_snapshot)

    command = sub.add_parser("selftest", help="the lab's own tests")
    command.add_argument("--no-boot", action="store_true", help="only those without a machine")
    command.set_defaults(function=_selftest)

    command = sub.add_parser("clean", help="remove all that the lab made")
    command.set_defaults(function=_clean)
    return parser


def _build(args: argparse.Namespace) -> int:
    built = images.get(args.kernel)
    print(f"Linux {built.release}: {built.vmlinux.parent}")
    return 0


def _list(_: argparse.Namespace) -> int:
    print("topologies:")
    for top in topology.TOPOLOGIES.values():
        print(f"  {top.name:10} {top.description}")
    print("tests:")
    for folder in testcase.find_all(paths.REPO):
        case = testcase.load(folder)
        print(f"  {folder.relative_to(paths.REPO)}  [{' '.join(case.topologies)}]"
              f"  {case.description}")
    print("snapshots:")
    for line in snapshot.describe():
        print(f"  {line}")
    return 0


def _plan(args: argparse.Namespace) -> list[tuple[testcase.TestCase, Setup]]:
    """Which test runs on which setup."""
    plan = []
    for folder in args.folders:
        case = testcase.load(folder)
        if case.kernels and args.kernel not in case.kernels:
            progress.say(f"{case.name} is not for Linux {args.kernel}: skipped")
            continue
        for name in [args.topology] if args.topology else case.topologies:
            options = f"{case.xen_options} {args.xen_options}".strip()
            setup = Setup(topology.get(name), args.kernel, args.mode or case.mode, case.dom0_cpus,
                          options)
            setup.check()
            plan.append((case, setup))
    return plan


def _run(args: argparse.Namespace) -> int:
    plan = _plan(args)
    options = runner.Options(args.modules, args.stock, args.timeout, args.keep, args.verbose,
                             args.plugin)
    output = args.output.resolve() if args.output else report.results_folder()
    results = []
    for case, setup in plan:
        target = _target(output, case, setup, plan)
        echo = (lambda line: print(f"    {line}", flush=True)) if args.verbose else None
        result = runner.run_restored(case, setup, target, options, echo)
        results.append(result)
        print(report.line(result), flush=True)
        if not result.ok and not args.verbose:
            print(report.tail(result), flush=True)
    print(report.summary(results))
    return 0 if results and all(r.ok for r in results) else 1


def _target(output: Path, case: testcase.TestCase, setup: Setup,
            plan: list[tuple[testcase.TestCase, Setup]]) -> Path:
    """OUTDIR/TEST@TOPOLOGY; two tests of one name are told apart."""
    twins = {other.folder for other, _ in plan if other.name == case.name}
    name = case.name
    if len(twins) > 1:
        name = f"{case.folder.parent.parent.parent.name}-{case.name}"
    return output / f"{name}@{setup.topology.name}"


def _shell(args: argparse.Namespace) -> int:
    setup = Setup(topology.get(args.topology), args.kernel, args.mode or "fast",
                  xen_options=args.xen_options)
    setup.check()
    return shell.run(setup, runner.Options(args.modules, args.stock))


def _snapshot(args: argparse.Namespace) -> int:
    setup = Setup(topology.get(args.name), args.kernel, args.mode,
                  xen_options=args.xen_options)
    setup.check()
    if not setup.topology.can_snapshot:
        raise LabError(f"{args.name} cannot be snapshotted: QEMU does not migrate the emulated "
                       "IOMMU of a PVH dom0; it boots for every test")
    snapshot.get(setup, renew=args.force).release()
    return 0


def _selftest(args: argparse.Namespace) -> int:
    loader = unittest.TestLoader()
    suite = loader.discover(str(paths.LAB / "tests"), pattern="test_*.py",
                            top_level_dir=str(paths.LAB / "tests"))
    if args.no_boot:
        suite = unittest.TestSuite(t for t in _flatten(suite) if "Boot" not in type(t).__name__)
    outcome = unittest.TextTestRunner(verbosity=1).run(suite)
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"# cases: {outcome.testsRun - failed} passed, {failed} failed")
    return 0 if outcome.wasSuccessful() else 1


def _flatten(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    found = []
    for test in suite:
        found += _flatten(test) if isinstance(test, unittest.TestSuite) else [test]
    return found


def _clean(_: argparse.Namespace) -> int:
    for name in ("runs", "kept", "results", "snapshots", "images", "packages", "locks",
                 "download"):
        shutil.rmtree(paths.build() / name, ignore_errors=True)
    return 0


def _interrupt(signum: int, _: object) -> None:
    raise Interrupted(signum)


def main(argv: list[str]) -> int:
    """Run a command; errors are one line."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    args = _parser().parse_args(argv)
    progress.quiet = args.quiet
    try:
        return args.function(args)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    except Interrupted as stop:
        print("lab: interrupted", file=sys.stderr)
        return 128 + stop.signum
    except BrokenPipeError:
        return 141
