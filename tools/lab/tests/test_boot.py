# SPDX-License-Identifier: GPL-2.0
"""The real thing: tests that pass, fail, hang, crash; two labs at once; a stop."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from context import FIXTURES, LAB
from xenlab import paths

COMMAND = [sys.executable, "-B", str(LAB / "lab"), "-q", "run"]


def machines() -> set[int]:
    """The emulators that were started for this process."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"-incoming" in words and MARK.encode() in environment:
            found.add(int(entry.name))
    return found


MARK = f"LAB_TEST_BOOT={os.getpid()}"


class BootTest(unittest.TestCase):
    """Real Xen.  Left out by 'lab selftest --no-boot'."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(prefix="lab-test-")
        self.addCleanup(holder.cleanup)
        self.out = Path(holder.name)

    def start(self, out: str, *names: str) -> subprocess.Popen[str]:
        key, value = MARK.split("=")
        return subprocess.Popen(
            [*COMMAND, "-o", str(self.out / out), *(str(FIXTURES / n) for n in names)],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, key: value})

    def finish(self, lab: subprocess.Popen[str], timeout: float = 400) -> tuple[int, str]:
        try:
            text, _ = lab.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            lab.terminate()
            raise
        return lab.returncode, text

    def test_verdicts(self) -> None:
        """Each way to fail is told from the others; the logs are there."""
        expected = {"passes": "ok passes", "fails": "one is two", "hangs": "stopped after 8 s",
                    "logs-bug": "BUG: made up", "xen-error": "(XEN)",
                    "crashes": "the machine crashed"}
        status, text = self.finish(self.start("o", *expected))
        self.assertEqual(status, 1, text)
        for said in expected.values():
            self.assertIn(said, text)
        self.assertIn("# lab: 1 passed, 5 failed", text)
        self.assertEqual((self.out / "o/passes@pv-pv/out/topology").read_text(), "pv-pv\n")
        for log in ("console.log", "logs/xen.log", "logs/dom0.log", "logs/guest-u1.log"):
            self.assertTrue((self.out / "o/passes@pv-pv" / log).exists(), log)
        self.assertEqual(machines(), set())

    def test_two_labs_at_once(self) -> None:
        labs = [self.start(name, "passes") for name in ("a", "b")]
        for lab in labs:
            status, text = self.finish(lab)
            self.assertEqual(status, 0, text)

    def test_a_stopped_lab_leaves_nothing(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signum=signum):
                lab = self.start("o", "hangs")
                end = time.monotonic() + 300
                while not machines() and time.monotonic() < end:
                    time.sleep(0.05)
                self.assertNotEqual(machines(), set())
                lab.send_signal(signum)
                status, text = self.finish(lab, 20)
                self.assertEqual(status, 128 + signum)
                self.assertIn("interrupted", text)
                self.assertEqual(machines(), set())
                left = [p.name for p in paths.below_build("runs").iterdir()
                        if p.name.startswith(f"{lab.pid}-")]
                self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main()
