"""One message in SpotiChat to thousands of held polls, beside bare programs of its peers.

    python tests/bench/spotichat.py [rounds] [polls]

The real application behind Mongrel2, with a Redis: a message is said, goes through Redis, comes back
by the subscription, is read, and answers everybody who waits in the room. The peers only hold polls
and answer them. All take turns; the middle of all rounds is printed, in ms, and memory in bytes for
each poll. Needs mongrel2 and redis-server.
"""

import resource
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
sys.path[:1] = [str(TESTS), str(TESTS.parent / "framework")]  # not this folder

from bench import crowd  # noqa: E402  found by the line above
from bench.candidates import CANDIDATES, PYTHON, Candidate  # noqa: E402
from bench.service import Service, running  # noqa: E402
from bench.subjects import slowest_of_most, weights  # noqa: E402

POLLS = 5_000
ROUNDS = 3
PUBLICATIONS = 3
REDIS = ["redis-server", "--port", "0", "--unixsocket", "redis.sock", "--save", ""]
SPOTICHAT = Candidate(
    "spotichat", "SpotiChat", [REDIS, [*PYTHON, "bench.peers.spotichat_app"]], True
)
OTHERS = ("gevent", "tornado", "aiohttp")


class Figures(NamedTuple):
    """When half of all had the news, when 99 of 100, in seconds; bytes of Python for each poll."""

    half: float
    most: float
    size: float


def measure(candidate: Candidate, polls: int) -> Figures:
    """Let polls be held, and say something several times."""
    with running(candidate) as service:
        before = python_bytes(service)
        with crowd.gathered("polls", service.port, polls) as visitors:
            size = (python_bytes(service) - before) / polls
            times = [visitors.publish() for _ in range(PUBLICATIONS)]
    half = median(one[len(one) // 2] for one in times)
    return Figures(half, median(slowest_of_most(one) for one in times), size)


def python_bytes(service: Service) -> int:
    """Return the memory of the program; Redis, where it is counted as well, does not grow."""
    return weights(service)[0]


def report(name: str, figures: list[Figures]) -> None:
    """Print the middle of all rounds."""
    half, most, size = (median(column) for column in zip(*figures, strict=True))
    sys.stdout.write(f"{name:28} {1000 * half:7.0f} ms {1000 * most:7.0f} ms {size:8.0f} bytes\n")


def main(rounds: int = ROUNDS, polls: int = POLLS) -> None:
    """Let all take turns, and report."""
    if not shutil.which("redis-server"):
        sys.exit("redis-server is missing. Install it with: apt-get install redis-server")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    candidates = [SPOTICHAT, *(CANDIDATES[name] for name in OTHERS)]
    figures: dict[str, list[Figures]] = {candidate.label: [] for candidate in candidates}
    for _ in range(rounds):
        for candidate in candidates:
            figures[candidate.label].append(measure(candidate, polls))
    sys.stdout.write(
        f"News to {polls:,} held polls: half of them, 99 of 100, and each poll holds\n"
    )
    for label, found in figures.items():
        report(label, found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
