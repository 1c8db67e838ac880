"""Started programs. Honcho runs each and reads its output; here they get their order.

Every program leads a process group of its own, so Ctrl-C in the terminal reaches only the
launcher, and a signal to the group reaches the program's children as well.
"""

import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from honcho.compat import ProcessManager
from honcho.printer import Message
from honcho.process import Process

from launcher.bell import Bell
from launcher.errors import LaunchError
from launcher.logs import Log, Screen, readable

_GUARD = str(Path(__file__).with_name("guard.py"))
_START_SECONDS = 20.0
_GROUPS = ProcessManager()


class Program:
    """One program, from its start to its end. It is also the event queue that honcho writes to.

    What it prints goes to its log; with ``output``, stdout goes to that file instead.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        cwd: Path,
        log: Log,
        screen: Screen,
        bell: Bell,
        colour: str | None = None,
        output: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.pid: int | None = None
        self.returncode: int | None = None
        self._screen, self._bell = screen, bell
        self._started = threading.Event()
        process = Process(
            _under_guard(command, output), name=name, colour=colour, env=dict(environ), cwd=str(cwd)
        )
        # The thread that starts a program must live as long: PR_SET_PDEATHSIG watches threads.
        self._thread = threading.Thread(target=process.run, args=(self,), name=name, daemon=True)

    def start(self) -> None:
        """Start the program, or raise LaunchError if the system refuses."""
        self._thread.start()
        if not self._started.wait(_START_SECONDS):
            raise LaunchError(
                f"{self.name} could not be started: the system refused a new process."
            )

    def put(self, message: Message) -> None:
        """Take an event from honcho: the start, a line of output, or the end."""
        if message.type == "line":
            self._on_line(message)
        elif message.type == "start":
            self.pid = message.data["pid"]
            self._started.set()
        elif message.type == "stop":
            self._on_stop(message.data["returncode"])

    def _on_line(self, message: Message) -> None:
        line = readable(message.data)
        self.log.write(line)
        self._screen.show(message, line)

    def _on_stop(self, returncode: int) -> None:
        self.kill()  # what the program may have left of its group
        self.returncode = returncode
        self._bell.ring()

    @property
    def ended(self) -> bool:
        """Whether the program is over, even if children of it live on and keep its output open."""
        if self.returncode is None and self.pid and _has_exited(self.pid):
            self.kill()
            self._thread.join(1.0)
        return self.returncode is not None

    @property
    def how_it_ended(self) -> str:
        """The end in words: ``exit code 3`` or ``killed by SIGKILL``."""
        code = self.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def terminate(self) -> None:
        """Ask the program and its children to end."""
        if self.pid:
            _GROUPS.terminate(self.pid)

    def kill(self) -> None:
        """End the program and its children at once."""
        if self.pid:
            _GROUPS.kill(self.pid)


def stop(
    programs: Iterable[Program], seconds: float, bell: Bell, hurry: Callable[[], bool]
) -> None:
    """End these programs: SIGTERM, then SIGKILL after the time or as soon as ``hurry`` says so."""
    left = [program for program in programs if program.pid and not program.ended]
    for program in left:
        program.terminate()
    if not _all_end(left, seconds, bell, hurry):
        for program in left:
            program.kill()
        _all_end(left, seconds, bell, lambda: False)


def _all_end(
    programs: Sequence[Program], seconds: float, bell: Bell, hurry: Callable[[], bool]
) -> bool:
    deadline = time.monotonic() + seconds
    while not all(program.ended for program in programs):
        if hurry() or time.monotonic() > deadline:
            return False
        bell.wait(0.05)
    return True


def _under_guard(command: Sequence[str], output: Path | None) -> str:
    """Return the shell line that becomes the program: honcho hands its commands to a shell."""
    guard = [sys.executable, "-I", "-S", _GUARD, str(os.getpid())]
    line = "exec " + shlex.join([*guard, *command])
    return f"{line} > {shlex.quote(str(output))}" if output else line


def _has_exited(pid: int) -> bool:
    """Look at a child without collecting its exit code, which is honcho's to collect."""
    if not hasattr(os, "waitid"):
        return False  # macOS: honcho's own notice has to do
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
