# SPDX-License-Identifier: GPL-2.0
"""The parts of the benchmark that need no machine."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from xenbench import counts, library, plan, profile, report  # noqa: E402

WRITTEN = """\
interval 7
event 0 hypercalls 20
event 0 map_ops 10
event 3 hypercalls 50
block 0 ffff82d040200000 5 10
block 0 ffffffff81000000 3 100
block 3 ffffffff81000000 3 1000
block 0 401000 1 7
end
interval 8
event 0 hypercalls 1
end
"""


def _read(text: str) -> dict[int, counts.Interval]:
    with tempfile.NamedTemporaryFile("w", suffix=".counts") as file:
        file.write(text)
        file.flush()
        return counts.read(Path(file.name))


class Counts(unittest.TestCase):
    """What the plugin wrote."""

    def test_intervals_are_told_apart(self) -> None:
        found = _read(WRITTEN)
        self.assertEqual([7, 8], sorted(found))
        self.assertEqual(20, found[7].event("hypercalls"))
        self.assertEqual(1, found[8].event("hypercalls"))

    def test_an_interval_without_an_end_does_not_count(self) -> None:
        self.assertEqual({}, _read(WRITTEN.split("end")[0]))

    def test_the_host_side_is_the_backends_domain(self) -> None:
        interval = _read(WRITTEN)[7]
        self.assertEqual(50, interval.host("xen"))
        self.assertEqual(300, interval.host("kernel"))
        self.assertEqual(50 + 300 + 3000 + 7, interval.everything())

    def test_layers(self) -> None:
        for address, wanted in [(0xFFFF82D040200000, "xen"), (0xFFFFFFFFC0001000, "kernel"),
                                (0x7FFFF7DD0000, "user"), (0xFFFF888000000000, "other")]:
            self.assertEqual(wanted, counts.layer(address), hex(address))


class Figures(unittest.TestCase):
    """Counts made into figures."""

    def test_figures_are_per_request(self) -> None:
        case = plan.cases([plan.GROUPS["basic"]])[0]
        figures = report.row(case, 10, _read(WRITTEN)[7]).figures
        self.assertEqual((2, 1, 35), (figures["hypercalls"], figures["map_ops"], figures["host"]))

    def test_a_profile_adds_up_and_counts_calls(self) -> None:
        symbols = profile.Symbols([(0xFFFF82D040200000, "one"), (0xFFFFFFFF80FFFFF0, "two")])
        lines = profile.lines(_read(WRITTEN)[7], symbols, 1)
        self.assertEqual(["300.0", "84.0%", "0.000", "kernel", "two"], lines[1].split())
        self.assertEqual(["50.0", "14.0%", "10.000", "xen", "one"], lines[2].split())


class Plan(unittest.TestCase):
    """What is run."""

    def setUp(self) -> None:
        self.cases = plan.cases(list(plan.GROUPS.values()))

    def test_marks_are_unique_and_not_zero(self) -> None:
        marks = {case.mark for case in self.cases}
        self.assertEqual(len(self.cases), len(marks))
        self.assertGreater(min(marks), 0)

    def test_a_backend_is_loaded_once_a_group(self) -> None:
        wanted = sum(len(group.backends) for group in plan.GROUPS.values())
        lines = plan.text(self.cases, False).splitlines()
        self.assertEqual(wanted, sum(line.startswith("backend ") for line in lines))
        self.assertEqual(wanted, sum(line.startswith("disk ") for line in lines))

    def test_windows_hold_whole_ringfuls(self) -> None:
        for case in (c for c in self.cases if isinstance(c.load, plan.Load)):
            warmup, count = case.load.counts(quick=True)
            self.assertGreaterEqual(warmup, case.load.depth)
            if case.load.depth > 1:
                self.assertEqual(0, count % 32, case.load.name)

    def test_every_line_has_its_own_verb(self) -> None:
        groups = {"basic": "load", "pair": "window", "beside": "beside", "memory": "memory"}
        for name, verb in groups.items():
            lines = plan.text(plan.cases([plan.GROUPS[name]]), False).splitlines()
            self.assertEqual({"backend", "frontend", "disk", verb},
                             {line.split()[0] for line in lines}, name)

    def test_a_frontend_is_told_its_limit(self) -> None:
        for group in plan.GROUPS.values():
            lines = plan.text(plan.cases([group]), False).splitlines()
            wanted = f"frontend {group.frontend}" if group.frontend else "frontend"
            self.assertEqual({wanted}, {l for l in lines if l.startswith("frontend")}, group.name)

    def test_two_loads_are_told_apart(self) -> None:
        case = plan.cases([plan.GROUPS["beside"]])[0]
        line = plan.text([case], False).splitlines()[-1]
        self.assertEqual(["depth 1", "depth 256"],
                         [f"depth {part.split()[part.split().index('--depth') + 1]}"
                          for part in line.split(" , ")])
        self.assertEqual("4K read, depth 1, beside 4K write, depth 256", case.load.name)


class Tables(unittest.TestCase):
    """Figures that are not per request."""

    def test_memory_is_compared_with_the_distributions(self) -> None:
        group = plan.GROUPS["memory"]
        rows = [report.memory_row(case, 4096 if case.backend.ours else 8192)
                for case in plan.cases([group])]
        lines = report.memory(group, rows)
        self.assertIn("1 ring of 1 page", lines)
        self.assertEqual(len(group.rings), sum(line.split()[-2:] == ["4.0", "0.50"]
                                               for line in lines if line.strip()))

    def test_latency_is_the_time_of_one_request(self) -> None:
        group = plan.GROUPS["beside"]
        rows = [report.row(case, 10, _read(WRITTEN)[7]) for case in plan.cases([group])]
        for row in rows:
            row.figures["seconds"] = 0.05 if row.case.backend.ours else 0.1
        text = "\n".join(report.latency(group, rows))
        self.assertRegex(text, r"ours +50000\.0 +0\.50")


class Library(unittest.TestCase):
    """The library against the kernel's functions."""

    def test_every_size_is_measured_in_every_way(self) -> None:
        self.assertEqual(18, len(library.cases("pv-pv")))
        self.assertEqual([], [c for c in library.cases("pvh-pvh") if c.what == "transfer"])

    def test_rounds_are_the_pages_of_an_interval(self) -> None:
        for quick in (False, True):
            for line in library.text(library.cases("pv-pv"), quick).splitlines():
                _, command, pages, rounds = line.split()
                wanted = library.PAGES[command.split("-")[1]] // (4 if quick else 1)
                self.assertEqual(wanted, int(pages) * int(rounds), line)

    def test_what_is_given_away_fits_into_the_modules_table(self) -> None:
        most = max(library.ROUND_SIZES)
        self.assertLessEqual(library.PAGES["transfer"] + most, 4096)

    def test_ours_is_compared_with_the_kernels(self) -> None:
        interval = _read(WRITTEN)[7]
        rows = [report.row(case, pages, interval)
                for case, pages in zip(library.cases("pv-pv"), (10, 20, 40))]
        lines = library.table(rows)
        self.assertTrue(lines[5].endswith("0.50"), lines)
        self.assertTrue(lines[6].endswith("0.25"), lines)
        self.assertFalse(lines[4].endswith("1.00"), lines)


if __name__ == "__main__":
    unittest.main()
