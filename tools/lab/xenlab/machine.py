# SPDX-License-Identifier: GPL-2.0
"""One running QEMU: its channel, its monitor, its end.

The second serial port is a channel of lines.  Those that begin with "@@lab "
are for the lab, all others are for the reader.  The first serial port is the
console of Xen and dom0 and goes to a file, or to the terminal in a shell.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections import deque
from pathlib import Path
from typing import Callable, Sequence

from . import images
from .errors import LabError
from .setup import Setup, qemu_program

CONTROL = "@@lab "
PR_SET_PDEATHSIG = 1
# dom0 says every ten seconds that it is there.
NUDGE_SECONDS = 25
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    """In the child: a lab that is killed takes its machine along."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Ended(Exception):
    """QEMU has ended; carries its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"qemu ended with status {status}")
        self.status = status


class TooLate(Exception):
    """What was waited for did not come in time."""


class Frozen(TooLate):
    """Nothing at all has come for too long."""


class Machine:
    """Start, listen, stop.  Use as a context manager."""

    def __init__(self, setup: Setup, built: images.Images, initrd: Path, disk: Path,
                 console: Path | None, *, state: Path | None = None, monitor: bool = False,
                 extra: Sequence[str] = (),
                 on_line: Callable[[str], None] = lambda line: None) -> None:
        self.setup = setup
        self.console = console
        self.on_line = on_line
        self.started = 0.0
        self._heard = 0.0
        self._nudged = 0.0
        self.woken = 0
        self._rest = b""
        self._lines: deque[str] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._monitor: socket.socket | None = None
        self._monitor_far: socket.socket | None = None
        self._state = open(state, "rb") if state else None      # closed in start()
        self._channel, self._channel_far = socket.socketpair()
        if monitor:
            self._monitor, self._monitor_far = socket.socketpair()
        self._args = self._command(built, initrd, disk) + list(extra)

    def _command(self, built: images.Images, initrd: Path, disk: Path) -> list[str]:
        linux = f"{built.vmlinux} {self.setup.linux_args()}".replace(",", ",,")
        args = [qemu_program(), *self.setup.machine_args(),
                "-kernel", str(built.xen), "-append", self.setup.xen_args(),
                "-initrd", f"{linux},{initrd}",
                "-serial", f"file:{self.console}" if self.console else "mon:stdio",
                "-chardev", f"socket,id=channel,fd={self._channel_far.fileno()}",
                "-serial", "chardev:channel",
                "-drive", f"if=none,id=payload,format=raw,file={disk},cache=unsafe",
                "-device", "ide-hd,drive=payload"]
        if self._monitor_far:
            args += ["-chardev", f"socket,id=monitor,fd={self._monitor_far.fileno()}",
                     "-mon", "chardev=monitor,mode=control"]
            # A state that was saved while the machine stood still runs when it is restored.
            args += ["-global", "migration.store-global-state=off"]
        if self._state:
            args += ["-incoming", f"fd:{self._state.fileno()}"]
        return args

    def __enter__(self) -> "Machine":
        handed = [h for h in (self._channel_far, self._monitor_far, self._state) if h]
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            self._args, stdin=None if self.console is None else subprocess.DEVNULL,
            stdout=None if self.console is None else subprocess.DEVNULL,
            stderr=subprocess.PIPE if self.console else None,
            pass_fds=[h.fileno() for h in handed], preexec_fn=_die_with_parent)
        for handle in handed:
            handle.close()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
        if self._process:
            self._process.wait()
            if self._process.stderr:
                self._process.stderr.close()
        self._channel.close()
        if self._monitor:
            self._monitor.close()

    def seconds(self) -> float:
        """Since QEMU was started."""
        return time.monotonic() - self.started

    def _ended(self) -> Ended:
        assert self._process
        status = self._process.wait()
        message = ""
        if self._process.stderr:
            message = self._process.stderr.read().decode(errors="replace").strip()
        if status == 1 and message.startswith("qemu-system"):
            raise LabError(message.splitlines()[0])
        return Ended(status)

    def _next_line(self, deadline: float, silence: float = float("inf")) -> str:
        """The next line of the channel; raises TooLate, Frozen or Ended."""
        while not self._lines:
            self._receive(deadline, silence)
        return self._lines.popleft()

    def _nudge(self, now: float) -> None:
        """Wake a processor that sleeps through an interrupt: see lab.rst.

        Any other interrupt has it look for both, as that of the serial port does. Nobody reads
        what is sent.
        """
        if self.setup.mode != "deterministic" and \
                now - max(self._heard, self._nudged) > NUDGE_SECONDS:
            self._nudged = now
            with contextlib.suppress(OSError):
                self._channel.send(b"\n", socket.MSG_DONTWAIT)

    def _receive(self, deadline: float, silence: float) -> None:
        now = time.monotonic()
        left = deadline - now
        if left <= 0:
            raise TooLate
        if now - self._heard > silence:
            raise Frozen
        self._nudge(now)
        ready, _, _ = select.select([self._channel], [], [], min(left, 1.0))
        if not ready:
            return
        try:
            data = os.read(self._channel.fileno(), 65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise self._ended()
        now = time.monotonic()
        # One that was only slow would hardly speak up at once.
        self.woken += self._nudged > self._heard and now - self._nudged < 0.5
        self._heard = now
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines.extend(line.rstrip(b"\r").decode(errors="replace") for line in lines)

    def wait_for(self, word: str, deadline: float, silence: float = float("inf")) -> str:
        """Until a control line starts with the word; returns the rest of it.

        Raises Frozen if nothing is heard for that many seconds. Other lines are handed to
        on_line, control lines with their marker.
        """
        wanted = CONTROL + word
        self._heard = time.monotonic()
        while True:
            line = self._next_line(deadline, silence)
            if (line + " ").startswith(wanted + " "):
                return line[len(wanted):].strip()
            self._dispatch(line)

    def _dispatch(self, line: str) -> None:
        failed = CONTROL + "failed "
        if line.startswith(failed):
            raise LabError(f"the lab did not come up: {line[len(failed):]}")
        self.on_line(line)

    def wait_end(self, deadline: float) -> int:
        """Until QEMU ends; its exit status."""
        try:
            while True:
                self._dispatch(self._next_line(deadline))
        except Ended as end:
            return end.status

    def where(self) -> str:
        """What the processors are at, and the first one's interrupts; for a person to read."""
        text = ""
        deadline = time.monotonic() + 10
        try:
            self.command("qmp_capabilities", deadline)
            for question in ("info registers -a", "info lapic", "info pic") * 2:
                answer = self.command("human-monitor-command", deadline,
                                      **{"command-line": question})
                text += f"{question}\n{answer}\n"
                time.sleep(0.5)
        except (Ended, TooLate, LabError) as reason:
            text += f"qemu does not answer: {str(reason) or type(reason).__name__}\n"
        return text

    def command(self, name: str, deadline: float, **arguments: object) -> dict:
        """One QMP command and its answer; events are skipped."""
        assert self._monitor
        request = {"execute": name, "arguments": arguments}
        self._monitor.sendall(json.dumps(request).encode() + b"\n")
        data = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TooLate
            self._monitor.settimeout(left)
            try:
                part = self._monitor.recv(65536)
            except TimeoutError:
                raise TooLate from None
            if not part:
                raise self._ended()
            data += part
            *lines, data = data.split(b"\n")
            for line in map(json.loads, filter(None, lines)):
                if "error" in line:
                    raise LabError(f"qemu refused {name}: {line['error']['desc']}")
                if "return" in line:
                    return line["return"]
