"""Run a program that ends when the launcher does, even if the launcher is killed.

``python guard.py LAUNCHER_PID PROGRAM ARGUMENT...`` asks Linux to send SIGTERM at the parent's
death (prctl(2), PR_SET_PDEATHSIG; it survives execve) and becomes the program. Other systems
have no such call: there a launcher that dies of SIGKILL leaves its servers behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Ask for SIGTERM when the parent dies, and stop at once if that has happened already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The launcher has gone.")


def become(program: list[str]) -> None:
    """Replace this process by the program; exit code 127 when there is no such program."""
    try:
        os.execvp(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"Cannot start {program[0]}: {error.strerror}\n")
        sys.exit(127)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    become(sys.argv[2:])
