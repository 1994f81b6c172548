# SPDX-License-Identifier: GPL-2.0
"""A run's course, with a script in the place of QEMU."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import unittest
from pathlib import Path
from unittest import mock

from context import FIXTURES, LAB, Scratch
from xenlab import images, locks, machine, paths, runner, snapshot, testcase, topology
from xenlab.errors import LabError
from xenlab.machine import Machine, TooLate
from xenlab.setup import Setup, qemu_program

# Speaks on the channel like dom0 does; what it says is in its environment.
FAKE = '''\
#!{python}
import io, os, re, socket, sys, tarfile, time
if "--version" in sys.argv:
    print("fake 1.0")
    sys.exit(0)
args = " ".join(sys.argv)
open(os.environ["FAKE_PID"], "w").write(str(os.getpid()))
channel = socket.socket(fileno=int(re.search(r"id=channel,fd=(\\d+)", args).group(1)))
console = re.search(r"-serial file:(\\S+)", args)
if console:
    open(console.group(1), "w").write(os.environ.get("FAKE_CONSOLE", ""))
disk = open(re.search(r"file=([^,]+disk),", args).group(1), "r+b")
for word in os.environ["FAKE"].split(";"):
    if word == "hang":
        time.sleep(100)
    elif word == "sleep":
        channel.recv(1)
        channel.sendall(b"# awake\\n")
    elif word == "wait":
        time.sleep(0.7)
    elif word.startswith("error"):
        print(word[6:], file=sys.stderr)
        sys.exit(1)
    elif word == "logs":
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            text = os.environ.get("FAKE_LOG", "").encode()
            info = tarfile.TarInfo("logs/dom0.log")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
        data = out.getvalue()
        disk.seek(49152 * 4096)
        disk.write(b"XENLAB1 %d 0\\n" % -(-len(data) // 4096))
        disk.seek(49153 * 4096)
        disk.write(data)
        disk.close()
    else:
        channel.sendall(word.encode() + b"\\n")
channel.close()
'''


class FakeMachine(Scratch):
    """Tests that never start the real one."""

    def setUp(self) -> None:
        super().setUp()
        program = self.folder / "bin/qemu-system-x86_64"
        program.parent.mkdir()
        program.write_text(FAKE.format(python=sys.executable))
        program.chmod(0o755)
        self.environment = {"PATH": f"{program.parent}:{os.environ['PATH']}",
                            "FAKE_PID": str(self.folder / "pid")}
        self.setup = Setup(topology.get("pv-pv"))

    def base(self) -> snapshot.Base:
        """A base whose files exist and are never read."""
        for name in ("xen", "vmlinux", "initrd", "state"):
            (self.folder / name).write_bytes(b"")
        built = images.Images("6.1.0-1-amd64", "key", self.folder / "xen",
                              self.folder / "vmlinux", self.folder / "dom0", self.folder / "guest")
        guard = locks.try_lock(self.folder / "guard", shared=True)
        assert guard
        self.addCleanup(guard.close)
        return snapshot.Base(built, self.folder / "initrd", self.folder / "state", None, guard)

    def run_fake(self, says: str, timeout: int | None = None, **more: str) -> runner.Result:
        """Run a test whose machine says these words."""
        environment = {**self.environment, "FAKE": says, **more}
        with mock.patch.dict("os.environ", environment):
            return runner.run(testcase.load(FIXTURES / "passes"), self.setup, self.base(),
                              self.folder / "out", runner.Options(timeout=timeout))

    def assert_nothing_left(self) -> None:
        """Neither the machine nor a file of the run."""
        pid = int((self.folder / "pid").read_text())
        self.assertFalse(Path(f"/proc/{pid}").exists())
        self.assertEqual(list(paths.below_build("runs").iterdir()), [])


class CourseTest(FakeMachine):
    """How a run ends, and what is said about it."""

    DONE = "@@lab payload;@@lab started;ok - fine;logs;@@lab done 0"

    def test_passes(self) -> None:
        result = self.run_fake(self.DONE)
        self.assertEqual((result.ok, result.reasons), (True, []))
        self.assertEqual((self.folder / "out/test.log").read_text(), "ok - fine\n")
        self.assertIsNotNone(result.payload_seconds)
        self.assert_nothing_left()

    def test_status_fails(self) -> None:
        result = self.run_fake(self.DONE.replace("done 0", "done 3"))
        self.assertEqual((result.ok, result.reasons), (False, ["run.sh ended with status 3"]))

    def test_failed_check_is_the_reason(self) -> None:
        result = self.run_fake("@@lab payload;not ok - one is two;logs;@@lab done 1")
        self.assertEqual(result.reasons, ["one is two"])

    def test_failed_check_counts_though_the_status_is_good(self) -> None:
        self.assertFalse(self.run_fake("@@lab payload;not ok - x;logs;@@lab done 0").ok)

    def test_gate_reads_the_returned_logs(self) -> None:
        result = self.run_fake(self.DONE, FAKE_LOG="[ 1.0] BUG: x\n")
        self.assertEqual(result.reasons, ["dom0.log: [ 1.0] BUG: x"])

    def test_gate_reads_the_console(self) -> None:
        result = self.run_fake(self.DONE, FAKE_CONSOLE="(XEN) mm.c:1:d0v0 Bad L1 flags\n")
        self.assertEqual(len(result.reasons), 1)

    def test_no_logs_fail(self) -> None:
        result = self.run_fake(self.DONE.replace("logs;", ""))
        self.assertEqual(result.reasons, ["dom0 sent no logs back"])

    def test_crash_fails(self) -> None:
        result = self.run_fake("@@lab payload;ok - half")
        self.assertIn("crashed", result.reasons[0])
        self.assert_nothing_left()

    def test_stopped_test_fails(self) -> None:
        result = self.run_fake("@@lab payload;@@lab late;logs;@@lab done 124")
        self.assertEqual(result.reasons, ["stopped after 60 s"])

    def test_hung_machine_is_killed(self) -> None:
        with mock.patch.object(runner, "GRACE_SECONDS", 0):
            result = self.run_fake("@@lab payload;hang", timeout=1)
        self.assertIn("hung", result.reasons[0])
        self.assertLess(result.seconds, 10)
        self.assert_nothing_left()

    def test_frozen_machine_is_looked_at(self) -> None:
        with mock.patch.object(runner, "SILENCE_SECONDS", 1):
            result = self.run_fake("@@lab payload;hang")
        self.assertIn("froze", result.reasons[0])
        self.assertLess(result.seconds, 30)
        self.assertIn("does not answer", (self.folder / "out/where").read_text())
        self.assert_nothing_left()

    def test_sleeping_machine_is_woken(self) -> None:
        with mock.patch.object(machine, "NUDGE_SECONDS", 1):
            result = self.run_fake(self.DONE.replace(";logs", ";sleep;logs"))
        self.assertEqual((result.ok, result.reasons), (True, []))
        self.assertIn("was woken: 1 times", (self.folder / "out/test.log").read_text())

    def test_sign_of_life_is_no_freeze(self) -> None:
        alive = ";wait;@@lab alive" * 3
        with mock.patch.object(runner, "SILENCE_SECONDS", 1):
            result = self.run_fake(self.DONE.replace(";logs", alive + ";logs"))
        self.assertEqual((result.ok, result.reasons), (True, []))
        self.assertEqual((self.folder / "out/test.log").read_text(), "ok - fine\n")

    def test_qemu_refuses(self) -> None:
        with self.assertRaisesRegex(LabError, "no such cpu"):
            self.run_fake("error qemu-system-x86_64: no such cpu")
        self.assert_nothing_left()

    def test_guest_does_not_come_up(self) -> None:
        with self.assertRaisesRegex(LabError, "u1 does not come up"):
            self.run_fake("@@lab failed u1 does not come up")

    def test_leftovers_of_a_killed_lab_are_swept(self) -> None:
        old = paths.below_build("runs") / "1-old"
        old.mkdir()
        (old / "guard").touch()
        os.utime(old, (1, 1))
        self.run_fake(self.DONE)
        self.assertFalse(old.exists())

    def test_a_running_lab_is_not_swept(self) -> None:
        other = paths.below_build("runs") / "1-other"
        other.mkdir()
        guard = locks.try_lock(other / "guard")
        assert guard
        os.utime(other, (1, 1))
        self.run_fake(self.DONE)
        self.assertTrue(other.exists())
        guard.close()


class DeathTest(FakeMachine):
    """The machine does not outlive the lab."""

    def test_machine_dies_with_a_killed_lab(self) -> None:
        script = textwrap.dedent(f'''
            import sys
            sys.path[:0] = [{str(LAB)!r}, {str(LAB / "tests")!r}]
            from pathlib import Path
            from test_machine import *
            from xenlab import payload
            folder = Path({str(self.folder)!r})
            payload.write_disk(folder / "disk", None)
            built = images.Images("", "", folder / "xen", folder / "vmlinux", folder, folder)
            with Machine(Setup(topology.get("pv-pv")), built, folder / "initrd",
                         folder / "disk", folder / "console") as machine:
                machine.wait_for("payload", time.monotonic() + 20)
                print("up", flush=True)
                time.sleep(100)
        ''')
        with subprocess.Popen([sys.executable, "-B", "-c", script], stdout=subprocess.PIPE,
                              env={**os.environ, **self.environment,
                                   "FAKE": "@@lab payload;hang"}) as lab:
            assert lab.stdout
            self.assertEqual(lab.stdout.readline(), b"up\n")
            pid = int((self.folder / "pid").read_text())
            lab.send_signal(signal.SIGKILL)
            lab.wait(20)
        end = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(Path(f"/proc/{pid}").exists())

    def test_waiting_ends_in_time(self) -> None:
        from xenlab import payload
        payload.write_disk(self.folder / "disk", None)
        base = self.base()
        with mock.patch.dict("os.environ", {**self.environment, "FAKE": "hello;hang"}):
            with Machine(self.setup, base.built, base.initrd, self.folder / "disk",
                         self.folder / "console") as machine:
                with self.assertRaises(TooLate):
                    machine.wait_for("payload", time.monotonic() + 0.5)


class CommandTest(Scratch):
    """Mistakes on the command line are one line each."""

    def lab(self, *arguments: str, **environment: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-B", str(LAB / "lab"), *arguments], text=True,
                              capture_output=True, timeout=60, check=False, cwd="/",
                              env={**os.environ, **environment})
        return done.returncode, done.stderr.strip()

    def test_mistakes(self) -> None:
        here = str(FIXTURES / "passes")
        for arguments, said in [(["run", str(self.folder)], "no run.sh"),
                                (["run", "-t", "moon", here], "no topology 'moon'"),
                                (["snapshot", "moon"], "no topology 'moon'"),
                                (["snapshot", "pvh-pvh"], "cannot be snapshotted")]:
            with self.subTest(arguments=arguments):
                status, text = self.lab(*arguments)
                self.assertEqual((status, text.count("\n")), (2, 0))
                self.assertIn(said, text)

    def test_help(self) -> None:
        for command in ([], ["build"], ["list"], ["run"], ["shell"], ["snapshot"], ["selftest"],
                        ["clean"]):
            self.assertEqual(self.lab(*command, "--help")[0], 0)

    def test_list_names_topologies_and_tests(self) -> None:
        done = subprocess.run([str(LAB / "lab"), "list"], capture_output=True, text=True,
                              timeout=60, check=True)
        for word in [*topology.TOPOLOGIES, "tools/lab/tests/lab/library"]:
            self.assertIn(word, done.stdout)

    def test_programs_that_are_not_there(self) -> None:
        with mock.patch.dict("os.environ", {"PATH": str(self.folder)}):
            for missing, call in [("qemu-system-x86", qemu_program),
                                  ("gcc", lambda: images.compile_labctl(self.folder))]:
                with self.subTest(missing), self.assertRaisesRegex(LabError, f"install.*{missing}"):
                    call()

    def test_modules_that_are_not_there(self) -> None:
        with self.assertRaisesRegex(LabError, "make all KERNEL=6.12"):
            runner.project_modules("6.12.1+deb12-amd64", self.folder)


if __name__ == "__main__":
    unittest.main()
