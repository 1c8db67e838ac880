"""Processes seen from outside: what they have used, how much they hold, and that they are gone."""

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def family(pid: int) -> list[int]:
    """Return a process and everything that descends from it."""
    children = [
        int(child) for path in PROC.glob(f"{pid}/task/*/children") for child in _text(path).split()
    ]
    return [pid, *(one for child in children for one in family(child))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that these have used so far, of user and system."""
    return sum(int(ticks) for pid in pids for ticks in _status(pid)[11:13]) / TICKS


def resident_bytes(pids: Iterable[int]) -> int:
    """Return the memory that these hold, without what they have only borrowed from files."""
    lines = [line for pid in pids for line in _text(PROC / f"{pid}/status").splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def birth(pid: int) -> str:
    """Return when a process began, which tells it from a later one of the same number."""
    status = _status(pid)
    return status[19] if status else ""


def kill(births: dict[int, str]) -> None:
    """Kill those of these processes that live; `births` says when each began."""
    for pid, born in births.items():
        if born and birth(pid) == born:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _status(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on; none when it is gone."""
    return _text(PROC / f"{pid}/stat").rpartition(")")[2].split()


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
