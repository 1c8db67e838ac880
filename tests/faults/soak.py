"""The whole suite under load for long: `make soak`, SOAK_MINUTES of it (30), and a look at what it costs.

People write on every site all the time. Each minute memory and descriptors of every process are
measured; in the end nothing may have grown since the first third, and nothing acknowledged may be lost.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
from brubeck import concurrency

concurrency.use()

from faults.assembly import Assembly, assembled  # noqa: E402  the library comes first
from faults.writers import WRITERS  # noqa: E402
from gevent import sleep  # noqa: E402

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
LOOKS = 30  # measurements, evenly spread
GROWTH = (
    1.15  # times what it was after the first third; stores keep what was written, so they may grow
)
MEGABYTES = 16  # or so much more
DESCRIPTORS = 10

Needs = dict[str, tuple[float, int, int]]


def needs(suite: Assembly) -> Needs:
    """Return megabytes, descriptors and processes of each part."""
    return {name: together(part.family()) for name, part in suite.parts.items()}


def together(family: list[psutil.Process]) -> tuple[float, int, int]:
    """Return what some processes need together."""
    megabytes = sum(each.memory_info().rss for each in family) / 2**20
    return megabytes, sum(each.num_fds() for each in family), len(family)


def grown(before: Needs, after: Needs) -> list[str]:
    """Return what has grown, in words."""
    return [
        f"{name}: {before[name][0]:.0f} -> {after[name][0]:.0f} MB, {before[name][1]} -> {after[name][1]} descriptors"
        for name in before
        if after[name][1] > before[name][1] + DESCRIPTORS * before[name][2]
        or (
            name not in {"mongo", "redis"} and after[name][0] > before[name][0] * GROWTH + MEGABYTES
        )
    ]


def soak(suite: Assembly) -> list[str]:
    """Have everybody write until the time is over; return what is wrong."""
    writers = [kind(suite) for kind in WRITERS]
    for writer in writers:
        writer.begin()
    measured: list[Needs] = []
    for look in range(LOOKS):
        sleep(MINUTES * 60 / LOOKS)
        measured.append(needs(suite))
        said = ", ".join(
            f"{name} {mb:.0f} MB {fds} fd" for name, (mb, fds, _) in measured[-1].items()
        )
        sys.stdout.write(
            f"{look + 1:3}/{LOOKS} {said}; {sum(len(w.told) for w in writers)} written\n"
        )
        sys.stdout.flush()
    for writer in writers:
        writer.stop()
    wrong = [problem for writer in writers for problem in writer.problems()]
    refused = [f"{w.site}: {dict(w.statuses)}" for w in writers if w.refusals]
    return [*grown(measured[LOOKS // 3], measured[-1]), *wrong, *refused]


def main() -> int:
    """Soak, say what came of it, and return 1 if anything is wrong."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak") as folder, assembled(Path(folder)) as suite:
        wrong = soak(suite)
    verdict = "flat, and nothing lost" if not wrong else "\n".join(wrong)
    sys.stdout.write(f"{(time.monotonic() - begun) / 60:.1f} minutes: {verdict}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
