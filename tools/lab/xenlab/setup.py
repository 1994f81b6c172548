# SPDX-License-Identifier: GPL-2.0
"""What a lab is started with, and the initramfs and command lines that follow."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import images
from .errors import LabError
from .topology import Topology

MODES = ("fast", "deterministic")

# Every missing feature has a reason: with SMAP, the emulator's iret from a PV
# kernel faults; mwait panics Xen; rdtscp makes it misread a PVH guest's exit;
# AVX state is lost between domains; rdrand is not repeatable; the rest is
# what the emulator does not have and would warn about.
CPU = ("EPYC,-smap,-monitor,-rdtscp,-avx,-avx2,-f16c,-fma,-xsave,-xsaveopt,-xsavec,-xgetbv1,"
       "-sha-ni,-rdseed,-rdrand,-fxsr-opt,-misalignsse,-3dnowprefetch,-osvw,-topoext,-nrip-save")

XEN_ARGS = ("console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all conring_size=1M "
            "cpufreq=none spec-ctrl=no sched=credit")
LINUX_ARGS = ("console=hvc0 loglevel=5 rdinit=/init nokaslr mitigations=off log_buf_len=4M "
              "lab.role=dom0")


@dataclass(frozen=True)
class Setup:
    """One kind of machine: all runs with equal setups share a snapshot."""
    topology: Topology
    kernel: str = "6.1"
    mode: str = "fast"
    cpus: int = 1
    xen_options: str = ""

    @property
    def name(self) -> str:
        """A name for people and folders."""
        parts = [self.topology.name, self.kernel]
        if self.mode != "fast":
            parts.append(self.mode)
        if self.cpus != 1:
            parts.append(f"{self.cpus}cpu")
        if self.xen_options:
            # Two different options never have the same name.
            parts.append(quote(self.xen_options, safe="="))
        return "-".join(parts)

    @property
    def dom0_memory(self) -> str:
        """dom0's memory: enough for RAM disks and files of the tests."""
        return "1200M"

    @property
    def machine_memory(self) -> str:
        """All of the machine's memory."""
        return "4G" if len(self.topology.guests) > 1 or self.topology.dom0_pvh else "3G"

    def xen_args(self) -> str:
        """Xen's command line."""
        args = f"{XEN_ARGS} dom0_mem={self.dom0_memory},max:{self.dom0_memory}"
        if self.topology.dom0_pvh:
            args += " dom0=pvh"
        return f"{args} {self.xen_options}" if self.xen_options else args

    def linux_args(self) -> str:
        """dom0's command line."""
        return f"{LINUX_ARGS} lab.guests={self.topology.guests_word()}"

    def machine_args(self) -> list[str]:
        """QEMU's options, but for the files and connections of one run."""
        accelerator = "tcg,tb-size=512,thread=" + ("single" if self.cpus == 1 else "multi")
        args = ["-M", "q35", "-accel", accelerator, "-cpu", CPU, "-smp", str(self.cpus),
                "-m", self.machine_memory, "-nodefaults", "-no-user-config",
                "-display", "none", "-no-reboot",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=0x01"]
        if self.topology.dom0_pvh:
            args += ["-device", "amd-iommu"]
        if self.mode == "deterministic":
            # One instruction is 2 ns of virtual time; idle time is skipped.
            args += ["-icount", "shift=1,sleep=off,align=off",
                     "-rtc", "base=2026-01-01,clock=vm", "-seed", "1"]
        return args

    def check(self) -> None:
        """Refuse what does not fit together."""
        if self.mode not in MODES:
            raise LabError(f"no mode '{self.mode}': choose one of {', '.join(MODES)}")
        if self.mode == "deterministic" and self.cpus != 1:
            raise LabError("the deterministic mode has one processor only")
        if not self.xen_options.isprintable() or len(self.name) > 200:
            raise LabError("Xen's options are printable characters, and not many")

    def key(self, built: images.Images) -> str:
        """Changes whenever a snapshot of this setup would no longer fit."""
        facts = [built.key, self.xen_args(), self.linux_args(), self.machine_args(),
                 qemu_version()]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def qemu_program() -> str:
    """The emulator's path."""
    found = shutil.which("qemu-system-x86_64")
    if not found:
        raise LabError("qemu-system-x86_64 is missing: run 'scripts/packages lab' or "
                       "'apt-get install qemu-system-x86'")
    return found


def qemu_version() -> str:
    """First line of what the emulator says about itself."""
    done = subprocess.run([qemu_program(), "--version"], capture_output=True, text=True,
                          timeout=30, check=True)
    return done.stdout.splitlines()[0]


def write_initrd(setup: Setup, built: images.Images, target: Path) -> None:
    """dom0's initramfs with the kernel and images of its guests inside."""
    from .cpio import Tree
    tree = Tree()
    tree.add_file("guest/vmlinux", built.vmlinux)
    tree.add_file("guest/guest.cpio", built.guest)
    if any(d.role == "driver" for d in setup.topology.guests):
        tree.add_file("guest/driver.cpio", built.dom0)
    with open(target, "wb") as out:
        with open(built.dom0, "rb") as base:
            shutil.copyfileobj(base, out)
        tree.write(out)
