# SPDX-License-Identifier: GPL-2.0
"""The gate: what it refuses and what it lets through."""

import shutil
import subprocess
import unittest

from context import Scratch
from xenlab import gate
from xenlab.errors import LabError

BAD = """
[   12.3] BUG: kernel NULL pointer dereference, address: 0000000000000008
[   12.3] kernel BUG at drivers/xen/blkback/io.c:12!
[   12.3] BUG kmalloc-64 (Tainted: G): Object already free
[   12.3] BUG: sleeping function called from invalid context at mm/slab.h:494
[   12.3] WARNING: CPU: 0 PID: 12 at drivers/xen/grant-table.c:700 foo+0x1/0x2
[   12.3] WARNING: possible recursive locking detected
[   12.3] WARNING: possible circular locking dependency detected
[   12.3] WARNING: inconsistent lock state
[   12.3] WARNING: suspicious RCU usage
[   12.3] Oops: 0002 [#1] PREEMPT SMP NOPTI
[   12.3] general protection fault, probably for non-canonical address 0xdead: 0000 [#1]
[   12.3] Kernel panic - not syncing: Fatal exception
[   12.3] Call Trace:
[   12.3] INFO: task xvda-0:123 blocked for more than 45 seconds.
[   12.3] watchdog: BUG: soft lockup - CPU#0 stuck for 60s! [fio:12]
[   12.3] rcu: INFO: rcu_preempt self-detected stall on CPU
[   12.3] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
[   12.3] xen:grant_table: g.e. 0x1f still in use!
[   12.3] xen:grant_table: deferring g.e. 0x1f (pfn 0x123)
[   12.3] xen:grant_table: leaking g.e. 0x1f (pfn 0xffffffff)
[   12.3] BUG: KASAN: use-after-free in foo+0x1/0x2
[   12.3] UBSAN: array-index-out-of-bounds in codec.c:12:3
[   12.3] refcount_t: underflow; use-after-free.
[   12.3] list_add corruption. prev->next should be next
[   12.3] fio invoked oom-killer: gfp_mask=0x1
[   12.3] swapper/0: page allocation failure: order:4
[   12.3] irq 23: nobody cared (try booting with the "irqpoll" option)
[   12.3] BUG: Bad page state in process foo  pfn:12345
[   12.3] INFO: lockdep: 1 lock held by fio/12, and locks still held
(XEN) grant_table.c:1867:d0v0 Bad handle 0x123 (456)
(XEN) [2026-11-21 22:00:00] grant_table.c:803:d0v0 Bad flags (0) or dom (0); expected d0
(XEN) d1v0 Failed to map grant ref 5
(XEN) d1v0 Over-allocation for d1: 82177 > 82176
(XEN) arch/x86/x86_64/traps.c:100:d1v0 odd thing
(XEN) mm.c:2101:d0v0 Bad L1 flags 1400000
(XEN) Domain 1 (vcpu#0) crashed on cpu#0:
(XEN) domain_crash called from entry.S
(XEN) Panic on CPU 0:
(XEN) Xen BUG at grant_table.c:123
(XEN) Xen WARN at common/memory.c:456
(XEN) Assertion 'x' failed at y.c:1
(XEN) event_channel.c:1000:d0v0 EVTCHNOP failure: error -22
(XEN) Could not allocate 12 pages
(XEN) d0v0 gnttab: exhausted maptrack
(XEN) common/memory.c:300:d0v0 Could not allocate order=9 extent: id=1 memflags=0 (0 of 1)
""".strip().splitlines()

GOOD = """
[    0.0] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)
[    0.1] Grant table initialized
[   12.3] xen-blkback: backend/vbd/1/51712: using 1 queues, protocol 1 (x86_64-abi) persistent grants
[   12.3] blkfront: xvda: flush diskcache: enabled; persistent grants: enabled
[   12.3] xen_gnttab: loading out-of-tree module taints kernel.
[   12.3] xen_gnttab: module verification failed: signature and/or required key missing
[   12.3] EXT4-fs (xvda): mounted filesystem with ordered data mode
[   12.3] debug: no bugs here
[   12.3] rcu: Hierarchical SRCU implementation.
[   12.3] Freeing unused kernel image memory: 2000K
[   12.3] xvda: p1 p2
[   12.3] random: crng init done
(XEN) Xen version 4.17.7 (Debian 4.17.7+13-g2445b30a44-0+deb12u1)
(XEN) Command line: console=com1 loglvl=all
(XEN) Xen-e820 RAM map:
(XEN) PCI add device 0000:00:1f.2
(XEN) HVM d1v0 save: CPU
(XEN) HVM1 restore: CPU 0
(XEN) CPU0: AMD Fam17h machine check reporting enabled
(XEN) Dom0 has maximum 1 VCPUs
(XEN) Scrubbing Free RAM in background
(XEN)   Xen settings: BTI-Thunk: JMP, SPEC_CTRL: No, Other:
""".strip().splitlines()


class GateTest(Scratch):
    """Lines in both directions, and the list of expected ones."""

    def test_lines_of_every_boot_are_expected(self) -> None:
        lines = ["(XEN) d1v0: upcall vector f3", "(XEN) d0 has maximum 208 PIRQs",
                 "(XEN) xenoprof: Initialization failed. AMD processor family 23 is not supported"]
        self.assertEqual(gate.check_lines("xen.log", lines, gate.reviewed()), [])
        self.assertEqual(len(gate.check_lines("xen.log", lines, [])), 3)

    def test_bad_lines_are_refused(self) -> None:
        for line in BAD:
            with self.subTest(line=line):
                self.assertTrue(gate.is_bad(line))

    def test_good_lines_pass(self) -> None:
        for line in GOOD:
            with self.subTest(line=line):
                self.assertFalse(gate.is_bad(line))

    def test_grep_reads_the_patterns_alike(self) -> None:
        """dmesg_check hands them to grep -E, whichever grep that is."""
        (self.folder / "patterns").write_text("".join(f"{p}\n" for p in gate.LINUX))
        tools = [["grep"]] + ([["busybox", "grep"]] if shutil.which("busybox") else [])
        for tool in tools:
            for line in BAD + GOOD:
                if line.startswith("(XEN)"):
                    continue
                with self.subTest(tool=tool, line=line):
                    done = subprocess.run(
                        [*tool, "-qEf", str(self.folder / "patterns")], check=False,
                        input=line + "\n", text=True, timeout=20)
                    self.assertEqual(done.returncode == 0, gate.is_bad(line))

    def test_every_pattern_is_met_by_a_sample(self) -> None:
        """A pattern that no sample needs could be wrong without notice."""
        alone = {p: [x for x in SAMPLES if gate.re.search(p, x)] for p in gate.LINUX}
        self.assertEqual([p for p, found in alone.items() if not found], [])

    def test_expected_lines_pass(self) -> None:
        lines = ["[ 1.0] WARNING: this one is known", "[ 1.0] WARNING: this one is not"]
        found = gate.check_lines("dom0.log", lines, ["this one is known"])
        self.assertEqual([b.line for b in found], lines[1:])

    def test_allow_of_a_test(self) -> None:
        log = self.folder / "dom0.log"
        log.write_text("[ 1.0] EXT4-fs\n[ 1.0] BUG: mine\n[ 1.0] BUG: other\n")
        self.assertEqual(len(gate.check_files([log], "")), 2)
        self.assertEqual([b.line for b in gate.check_files([log], "BUG: mine")],
                         ["[ 1.0] BUG: other"])

    def test_a_line_in_two_logs_is_one(self) -> None:
        logs = [self.folder / "a.log", self.folder / "b.log"]
        for log in logs:
            log.write_text("[ 1.0] BUG: x\n")
        self.assertEqual(len(gate.check_files(logs, "")), 1)

    def test_a_log_with_odd_bytes(self) -> None:
        log = self.folder / "a.log"
        log.write_bytes(b"\xff\xfe\0\n[ 1.0] BUG: x\xff\n")
        self.assertEqual(len(gate.check_files([log], "")), 1)

    def test_expected_list_wants_reasons(self) -> None:
        self.assertEqual(gate.expected_patterns("# why\nabc\ndef\n"), ["abc", "def"])
        for text in ["abc\n", "#\nabc\n", "# why\n\nabc\n"]:
            with self.subTest(text=text), self.assertRaisesRegex(LabError, "says why"):
                gate.expected_patterns(text)

    def test_expected_list_wants_expressions(self) -> None:
        with self.assertRaisesRegex(LabError, "no regular expression"):
            gate.expected_patterns("# why\na(b\n")

    def test_reviewed_list_is_short(self) -> None:
        self.assertLess(len(gate.reviewed()), 15)


# One sample for each pattern that the lines above do not meet.
SAMPLES = BAD + """
invalid opcode: 0000 [#1] SMP
divide error: 0000 [#1] SMP
traps: PANIC: double fault, error_code: 0x0
Unable to handle kernel paging request
WARNING: possible irq lock inversion dependency detected
WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected
WARNING: bad unlock balance detected!
WARNING: held lock freed!
WARNING: lock held when returning to user space!
DEBUG_LOCKS_WARN_ON(1)
BUG: scheduling while atomic: fio/12/0x00000002
NMI watchdog: Watchdog detected hard LOCKUP on cpu 0
BUG: KCSAN: data-race in a / b
BUG: KMSAN: uninit-value in a
kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
BUG: bad page map in process foo
Out of memory: Killed process 12 (fio)
pagealloc: memory corruption, double free or use-after-free
Redzone overwritten
BUG foo (Not tainted): Objects remaining in foo on __kmem_cache_shutdown()
Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: foo
ODEBUG: free active (active state 0) object type: timer_list
usercopy: Kernel memory exposure attempt detected
""".strip().splitlines()

if __name__ == "__main__":
    unittest.main()
