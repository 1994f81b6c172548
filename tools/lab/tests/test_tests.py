# SPDX-License-Identifier: GPL-2.0
"""Test folders, payloads and setups."""

import io
import tarfile
import unittest
from pathlib import Path
from unittest import mock

from context import FIXTURES, Scratch
from xenlab import payload as payloads, runner, setup, testcase, topology
from xenlab.errors import LabError
from xenlab.payload import RESULTS, SECTOR, Payload


class ConfTest(Scratch):
    """test.conf"""

    def load(self, conf: str) -> testcase.TestCase:
        (self.folder / "run.sh").write_text("true\n")
        (self.folder / "test.conf").write_text(conf)
        return testcase.load(self.folder)

    def test_defaults(self) -> None:
        case = testcase.load(FIXTURES / "passes")
        self.assertEqual((case.name, case.topologies, case.timeout), ("passes", ["pv-pv"], 60))

    def test_all_keys(self) -> None:
        case = self.load('topologies="pv-pv driver"\ntimeout=33 # short\nallow="a|b"\n'
                         "modules=no\ndom0_cpus=2\nkernels='6.1 6.12'\ndescription='it is'\n"
                         "xen_options=' a=b  c'\nmode=deterministic\n")
        self.assertEqual(case.topologies, ["pv-pv", "driver"])
        self.assertEqual((case.timeout, case.allow, case.modules, case.dom0_cpus),
                         (33, "a|b", False, 2))
        self.assertEqual((case.xen_options, case.mode), ("a=b c", "deterministic"))
        self.assertEqual((case.kernels, case.description), (["6.1", "6.12"], "it is"))

    def test_mistakes_are_named(self) -> None:
        for conf, said in [("tiemout=3", "tiemout"), ("timeout=x", "timeout=x"),
                           ("timeout=0", "timeout=0"), ("topologies=moon", "moon"),
                           ("modules=maybe", "maybe"), ("kernels=5.10", "5.10"), ("mode=slow", "slow"),
                           ("description='x", "quotation"), ("allow='a('", "allow")]:
            with self.subTest(conf=conf), self.assertRaisesRegex(LabError, said):
                self.load(conf)

    def test_no_test(self) -> None:
        with self.assertRaisesRegex(LabError, "no run.sh"):
            testcase.load(self.folder)

    def test_files_go_under_test(self) -> None:
        (self.folder / "more").mkdir()
        (self.folder / "more/data").write_text("x")
        case = self.load("files='more'")
        payload = Payload()
        case.add_to(payload)
        self.assertIn("test/more/data", payload.files)
        with self.assertRaisesRegex(LabError, "nothing matches"):
            self.load("files=absent").add_to(Payload())

    def test_finds_tests(self) -> None:
        for name in ("drivers/x/tests/lab/one", "build/x/tests/lab/two"):
            (self.folder / name).mkdir(parents=True)
            (self.folder / name / "run.sh").write_text("")
        self.assertEqual([p.name for p in testcase.find_all(self.folder)], ["one"])


class PayloadTest(Scratch):
    """The disk that carries the payload there and the results back."""

    def disk(self) -> Path:
        return self.folder / "disk"

    def test_layout(self) -> None:
        payload = Payload()
        payload.add("lab/run", "x", 0o755)
        payloads.write_disk(self.disk(), payload, now=7)
        data = self.disk().read_bytes()
        magic, sectors, now = data[:SECTOR].split(b"\n")[0].split()
        self.assertEqual((magic, now), (b"XENLAB1", b"7"))
        with tarfile.open(fileobj=io.BytesIO(data[SECTOR:SECTOR * (int(sectors) + 1)])) as tar:
            self.assertEqual(tar.getmember("lab/run").mode, 0o755)

    def test_an_empty_disk_has_no_magic(self) -> None:
        payloads.write_disk(self.disk(), None)
        with open(self.disk(), "rb") as disk:
            self.assertEqual(disk.read(16), bytes(16))

    def test_too_large(self) -> None:
        payload = Payload()
        payload.add("x", bytes(RESULTS))
        with self.assertRaisesRegex(LabError, "do not fit"):
            payloads.write_disk(self.disk(), payload)

    def answer(self, names: list[str]) -> bool:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name in names:
                info = tarfile.TarInfo(name)
                info.size = 2
                tar.addfile(info, io.BytesIO(b"hi"))
        payloads.write_disk(self.disk(), Payload())
        with open(self.disk(), "r+b") as disk:
            disk.seek(RESULTS)
            disk.write(b"XENLAB1 %d 0\n" % -(-len(out.getvalue()) // SECTOR))
            disk.seek(RESULTS + SECTOR)
            disk.write(out.getvalue())
        return payloads.read_results(self.disk(), self.folder / "out")

    def test_results_come_back(self) -> None:
        self.assertTrue(self.answer(["./status", "out/a"]))
        self.assertEqual((self.folder / "out/out/a").read_text(), "hi")

    def test_results_stay_inside(self) -> None:
        absolute = self.folder / "absolute"
        self.assertTrue(self.answer(["../escaped", str(absolute)]))
        self.assertFalse((self.folder / "escaped").exists())
        self.assertFalse(absolute.exists())

    def test_no_results(self) -> None:
        payloads.write_disk(self.disk(), Payload())
        self.assertFalse(payloads.read_results(self.disk(), self.folder / "out"))


class SetupTest(unittest.TestCase):
    """Topologies and modes."""

    def test_each_topology_has_the_guest(self) -> None:
        for top in topology.TOPOLOGIES.values():
            with self.subTest(top.name):
                self.assertIn("u1", [d.name for d in top.guests])

    def test_pvh_dom0_is_booted_each_time(self) -> None:
        self.assertFalse(topology.get("pvh-pvh").can_snapshot)
        self.assertIn("amd-iommu", setup.Setup(topology.get("pvh-pvh")).machine_args())

    def test_deterministic_counts_instructions(self) -> None:
        args = setup.Setup(topology.get("pv-pv"), mode="deterministic").machine_args()
        self.assertIn("-icount", args)
        self.assertNotIn("-icount", setup.Setup(topology.get("pv-pv")).machine_args())

    def test_mistakes_are_named(self) -> None:
        with self.assertRaisesRegex(LabError, "pv-pvh"):
            topology.get("moon")
        with self.assertRaisesRegex(LabError, "one processor"):
            setup.Setup(topology.get("pv-pv"), mode="deterministic", cpus=2).check()
        with self.assertRaisesRegex(LabError, "no mode"):
            setup.Setup(topology.get("pv-pv"), mode="slow").check()

    def test_xen_options_are_a_machine_of_their_own(self) -> None:
        plain = setup.Setup(topology.get("pv-pv"))
        other = setup.Setup(topology.get("pv-pv"), xen_options="gnttab=no-transfer,max-ver:1 x/y")
        self.assertEqual(other.xen_args(), f"{plain.xen_args()} gnttab=no-transfer,max-ver:1 x/y")
        other.check()
        self.assertNotEqual(other.name, plain.name)
        self.assertRegex(other.name, "^[a-zA-Z0-9.=%-]+$")
        for options in ("a\nb", "x" * 300):
            with self.assertRaisesRegex(LabError, "printable"):
                setup.Setup(topology.get("pv-pv"), xen_options=options).check()

    def test_names_differ(self) -> None:
        names = {setup.Setup(top, kernel, mode).name for top in topology.TOPOLOGIES.values()
                 for kernel in ("6.1", "6.12") for mode in setup.MODES}
        self.assertEqual(len(names), len(topology.TOPOLOGIES) * 4)


class RestoreTest(unittest.TestCase):
    """A machine that comes back wrong from its snapshot."""

    def run_with(self, *began: float | None) -> list[bool]:
        """Runs that got to the test after so long, or never: was the snapshot renewed?"""
        results = [runner.Result("x", "pv-pv-6.1", False, 1.0, payload_seconds=b) for b in began]
        case = testcase.load(FIXTURES / "passes")
        with (mock.patch.object(runner.snapshot, "get") as get,
              mock.patch.object(runner, "run", side_effect=results),
              mock.patch.object(runner.progress, "say")):
            runner.run_restored(case, mock.Mock(), Path("/nowhere"), mock.Mock())
        return [call.kwargs["renew"] for call in get.call_args_list]

    def test_renewed_once(self) -> None:
        self.assertEqual(self.run_with(None, 1.0), [False, True])
        self.assertEqual(self.run_with(None, None), [False, True])

    def test_a_failed_test_is_not_repeated(self) -> None:
        self.assertEqual(self.run_with(1.0), [False])


if __name__ == "__main__":
    unittest.main()
