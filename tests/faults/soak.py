"""The whole suite under load for long: `make soak`, SOAK_MINUTES of it (30), and a look at what it costs.

People write on every site all the time. Thirty times memory, descriptors and greenlets of every process
are counted; in the end nothing may have grown since the first third, nothing that was acknowledged may
be lost, and nobody may have been refused.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from brubeck import concurrency

concurrency.use()

from faults.assembly import Assembly, assembled  # noqa: E402  the library comes first
from faults.needs import Census, Need, grown  # noqa: E402
from faults.writers import WRITERS, Ledger  # noqa: E402
from gevent import sleep  # noqa: E402

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
LOOKS = 30  # evenly spread


def soak(suite: Assembly, census: Census) -> list[str]:
    """Have everybody write until the time is over; return what is wrong."""
    writers = [kind(suite) for kind in WRITERS]
    for writer in writers:
        writer.begin()
    counted = [look(number, suite, census, writers) for number in range(LOOKS)]
    for writer in writers:
        writer.stop()
    wrong = [problem for writer in writers for problem in writer.problems()]
    refused = [f"{w.site}: {dict(w.statuses)}" for w in writers if w.refusals]
    return [*grown(counted[LOOKS // 3], counted[-1]), *wrong, *refused]


def look(number: int, suite: Assembly, census: Census, writers: list[Ledger]) -> dict[str, Need]:
    """Wait, count, and say it."""
    sleep(MINUTES * 60 / LOOKS)
    counted = census.needs(suite)
    said = ", ".join(f"{name} {need}" for name, need in counted.items())
    written = sum(len(writer.told) for writer in writers)
    sys.stdout.write(f"{number + 1:3}/{LOOKS} {said}; {written} written\n")
    sys.stdout.flush()
    return counted


def main() -> int:
    """Soak, say what came of it, and return 1 if anything is wrong."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak") as name:
        census, folder = Census(Path(name)), Path(name, "suite")
        folder.mkdir()
        with assembled(folder, extra=census.environment) as suite:
            wrong = soak(suite, census)
    verdict = "flat, and nothing lost" if not wrong else "\n".join(wrong)
    sys.stdout.write(f"{(time.monotonic() - begun) / 60:.1f} minutes: {verdict}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
