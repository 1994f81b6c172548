# SPDX-License-Identifier: GPL-2.0
"""One test, on one setup: start, follow, collect, judge."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator, TextIO

from . import gate, locks, paths, payload as payloads, progress, snapshot
from .errors import LabError
from .machine import CONTROL, Ended, Frozen, Machine, TooLate
from .payload import Payload
from .setup import Setup
from .testcase import TestCase

# On top of a test's own limit: restore, modules, logs.
GRACE_SECONDS = 90
# dom0 says every ten seconds that it is there; beside other work they may take long.
SILENCE_SECONDS = 240
# The deterministic mode is slower, and its clock is not ours.
DETERMINISTIC_FACTOR = 4
# A fixed time of day, so that deterministic runs are repeatable.
DETERMINISTIC_NOW = 1767225600


@dataclass
class Options:
    """What the person asked for, for all tests of a call."""
    modules: Path | None = None
    stock: bool = False
    timeout: int | None = None
    keep: bool = False
    verbose: bool = False
    plugin: str | None = None

    def qemu_args(self) -> list[str]:
        """What the emulator is given beyond the setup's own options."""
        return ["-plugin", self.plugin] if self.plugin else []


@dataclass
class Result:
    """How one test ended."""
    test: str
    setup: str
    ok: bool
    seconds: float
    reasons: list[str] = field(default_factory=list)
    payload_seconds: float | None = None
    folder: Path | None = None


@contextmanager
def run_folder(keep: bool) -> Iterator[Path]:
    """A folder for one run, gone afterwards; sweeps those of killed labs."""
    base = paths.below_build("runs")
    for old in base.iterdir():
        if old.is_dir():
            guard = locks.try_lock(old / "guard")
            if guard and time.time() - old.stat().st_mtime > 5:
                shutil.rmtree(old, ignore_errors=True)
            if guard:
                guard.close()
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=base))
    guard = locks.try_lock(folder / "guard")
    try:
        yield folder
    finally:
        if keep:
            folder.rename(paths.below_build("kept") / folder.name)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        if guard:
            guard.close()


def project_modules(release: str, folder: Path | None) -> list[Path]:
    """The project's modules for a kernel."""
    where = folder or paths.modules(release)
    found = sorted(where.rglob("*.ko")) if where.is_dir() else []
    if not found:
        family = "6.12" if release.startswith("6.12") else "6.1"
        raise LabError(f"no modules for Linux {release} in {where}: run "
                       f"'make all KERNEL={family}', or use --stock for the distribution's")
    return found


def _add_modules(payload: Payload, modules: list[Path], scratch: Path) -> None:
    """Modules without their debug information, which is most of them."""
    for path in modules:
        slim = scratch / path.name
        done = subprocess.run(["strip", "--strip-debug", "-o", str(slim), str(path)],
                              capture_output=True, timeout=60, check=False)
        payload.add(f"lab/modules/{path.name}",
                    (slim if done.returncode == 0 else path).read_bytes())
        slim.unlink(missing_ok=True)


def build_payload(setup: Setup, release: str, scratch: Path, options: Options, *,
                  case: TestCase | None, timeout: int) -> Payload:
    """Everything that goes into dom0 for a test, or for a shell."""
    wants = case is None or case.modules
    which = "no" if not wants else "stock" if options.stock else "project"
    payload = Payload()
    payload.add_lab()
    modules: list[Path] = []
    try:
        modules = project_modules(release, options.modules)
    except LabError:
        if which == "project" or options.modules:
            raise
    _add_modules(payload, modules, scratch)
    if case:
        case.add_to(payload)
    config = {
        "TOPOLOGY": setup.topology.name, "GUEST_TYPE": setup.topology.guest_type,
        "BACKEND_DOMAIN": setup.topology.backend_domain, "MODE": setup.mode,
        "MODULES": which, "MODULE_PARAMS": case.module_params if case else "",
        "TEST_NAME": case.name if case else "shell", "TEST_TIMEOUT": str(timeout),
        "SHELL_MODE": "no" if case else "yes",
    }
    payload.add("lab/config", "".join(f"{k}='{v}'\n" for k, v in config.items()))
    expected = gate.reviewed() + ([case.allow] if case and case.allow else [])
    payload.add("lab/bad-lines", "".join(f"{p}\n" for p in gate.LINUX))
    payload.add("lab/expected-lines", "".join(f"{p}\n" for p in expected))
    return payload


class Follower:
    """Writes the channel's lines to the test's log as they come."""

    def __init__(self, log: TextIO, echo: Callable[[str], None] | None) -> None:
        self.log = log
        self.echo = echo
        self.failed: list[str] = []
        self.late = False

    def line(self, line: str) -> None:
        """One line of the test, or a control line that nobody waited for."""
        if line.startswith(CONTROL):
            self.late = self.late or line.split()[1:2] == ["late"]
            return
        self.log.write(line + "\n")
        self.log.flush()
        if line.startswith("not ok"):
            self.failed.append(line)
        if self.echo:
            self.echo(line)


def run_restored(case: TestCase, setup: Setup, target: Path, options: Options,
                 echo: Callable[[str], None] | None = None) -> Result:
    """Run a test from the setup's snapshot.

    A machine that does not get as far as the test has come back wrong from it: it is made
    anew, once.
    """
    for renew in (False, True):
        base = snapshot.get(setup, renew=renew)
        try:
            result = run(case, setup, base, target, options, echo)
        finally:
            base.release()
        if result.ok or result.payload_seconds is not None or base.state is None:
            break
        progress.say(f"{setup.name} does not come back from its snapshot")
    return result


def run(case: TestCase, setup: Setup, base: snapshot.Base, target: Path, options: Options,
        echo: Callable[[str], None] | None = None) -> Result:
    """Run a test and judge it; all its logs are in the target afterwards."""
    start = time.monotonic()
    shutil.rmtree(target, ignore_errors=True)
    (target / "out").mkdir(parents=True)
    result = Result(case.name, setup.name, False, 0.0, folder=target)
    timeout = options.timeout or case.timeout
    with run_folder(options.keep) as scratch:
        payload = build_payload(setup, base.built.release, scratch, options, case=case,
                                timeout=timeout)
        now = DETERMINISTIC_NOW if setup.mode == "deterministic" else None
        payloads.write_disk(scratch / "disk", payload, now=now)
        with open(target / "test.log", "w", encoding="utf-8") as log:
            follower = Follower(log, echo)
            status = _follow(setup, base, scratch / "disk", target, timeout, follower, result,
                             options.qemu_args())
        returned = payloads.read_results(scratch / "disk", target)
    _judge(result, status, follower, returned, timeout)
    _pass_gate(result, base, target, case.allow)
    result.ok = not result.reasons
    result.seconds = time.monotonic() - start
    return result


def _follow(setup: Setup, base: snapshot.Base, disk: Path, target: Path, timeout: int,
            follower: Follower, result: Result, extra: list[str]) -> int | None:
    """The test's exit status; None if it did not say."""
    console = target / "console.log"
    factor = DETERMINISTIC_FACTOR if setup.mode == "deterministic" else 1
    limit = (timeout + GRACE_SECONDS) * factor
    silence = SILENCE_SECONDS * factor
    with Machine(setup, base.built, base.initrd, disk, console, state=base.state,
                 monitor=True, extra=extra, on_line=follower.line) as machine:
        try:
            if base.state is None:
                snapshot.boot_wait(machine, time.monotonic() + snapshot.BOOT_SECONDS, console)
            machine.wait_for("payload", time.monotonic() + 60 * factor)
            result.payload_seconds = machine.seconds()
            deadline = time.monotonic() + limit
            status = int(machine.wait_for("done", deadline, silence))
            machine.wait_end(min(deadline, time.monotonic() + 10))
            return status
        except Frozen:
            (target / "where").write_text(machine.where(), encoding="utf-8")
            result.reasons.append(f"the machine froze: no sign of life for {silence} s; the "
                                  "file 'where' says what its processor was at")
        except TooLate:
            result.reasons.append(f"the machine hung and was stopped after "
                                  f"{machine.seconds():.0f} s")
        except Ended:
            result.reasons.append("the machine crashed: see console.log")
        finally:
            if machine.woken:
                follower.line(f"# slept through an interrupt and was woken: {machine.woken} times")
    return None


def _judge(result: Result, status: int | None, follower: Follower, returned: bool,
           timeout: int) -> None:
    if follower.late:
        result.reasons.append(f"stopped after {timeout} s")
    elif follower.failed:
        result.reasons.append(follower.failed[0].removeprefix("not ok").lstrip(" -"))
    elif status:
        result.reasons.append(f"run.sh ended with status {status}")
    if status is not None and not returned:
        result.reasons.append("dom0 sent no logs back")


def _pass_gate(result: Result, base: snapshot.Base, target: Path, allow: str) -> None:
    """Check every log there is; the boot's console belongs to them."""
    logs = sorted((target / "logs").glob("*.log")) if (target / "logs").is_dir() else []
    logs.append(target / "console.log")
    if base.boot_log:
        shutil.copy(base.boot_log, target / "boot-console.log")
        logs.append(target / "boot-console.log")
    bad = gate.check_files([log for log in logs if log.exists()], allow)
    if bad:
        with open(target / "bad-lines", "w", encoding="utf-8") as out:
            for entry in bad:
                out.write(f"{entry.log}: {entry.line}\n")
        more = f" (and {len(bad) - 1} more lines)" if len(bad) > 1 else ""
        result.reasons.append(f"{bad[0].log}: {bad[0].line.strip()}{more}")
