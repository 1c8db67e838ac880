"""What the parts of a suite need: memory, descriptors, and greenlets."""

import os
import signal
from pathlib import Path
from typing import NamedTuple

import psutil
from faults.assembly import STORES, Assembly, Part
from faults.patches import patched
from faults.waiting import wait_for

COUNT = """
import gc, os, signal

def count(number, frame):
    from greenlet import greenlet
    alive = [each for each in gc.get_objects() if issubclass(type(each), greenlet) and not each.dead]
    place = f"{folder}/{{os.getpid()}}"
    with open(place + ".draft", "w") as file:
        file.write(str(len(alive)))
    os.replace(place + ".draft", place)

signal.signal(signal.SIGUSR2, count)
"""
GROWTH, MEGABYTES = 1.05, 4  # times what it was, and so much more, is called flat
DESCRIPTORS = GREENLETS = 10  # so many more for each process


class Need(NamedTuple):
    """What the processes of a part need together."""

    megabytes: float
    descriptors: int
    greenlets: int
    processes: int

    def __str__(self) -> str:
        return f"{self.megabytes:.0f} MB {self.descriptors} fd {self.greenlets} gl"


class Census:
    """Counts what the parts need; `environment` is what their programs have to begin with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "greenlets"
        self._folder.mkdir()
        self.environment = patched(folder / "counting", COUNT.format(folder=self._folder))

    def needs(self, suite: Assembly) -> dict[str, Need]:
        """Return what each part needs now."""
        return {name: self._need(part) for name, part in suite.parts.items()}

    def _need(self, part: Part) -> Need:
        family = part.family()
        return Need(
            sum(each.memory_info().rss for each in family) / 2**20,
            sum(each.num_fds() for each in family),
            sum(self._greenlets(each) for each in family if _can_count(each)),
            len(family),
        )

    def _greenlets(self, process: psutil.Process) -> int:
        """Have a program count its greenlets."""
        answer = self._folder / str(process.pid)
        answer.unlink(missing_ok=True)
        os.kill(process.pid, signal.SIGUSR2)
        wait_for(answer.exists, f"that process {process.pid} counts")
        return int(answer.read_text())


def _can_count(process: psutil.Process) -> bool:
    """Say whether a program has begun with COUNT: the signal would end any other."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    caught = next(line for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGUSR2 - 1) & 1)


def grown(before: dict[str, Need], after: dict[str, Need]) -> list[str]:
    """Return what has grown, in words; the stores keep what was written, so their memory may."""
    return [
        f"{name} has grown: {before[name]} -> {now}"
        for name, now in after.items()
        if has_grown(before[name], now, keeps=name in STORES)
    ]


def has_grown(before: Need, now: Need, *, keeps: bool) -> bool:
    """Say whether a part needs more than before."""
    return (
        (not keeps and now.megabytes > before.megabytes * GROWTH + MEGABYTES)
        or now.descriptors > before.descriptors + DESCRIPTORS * before.processes
        or now.greenlets > before.greenlets + GREENLETS * before.processes
    )
