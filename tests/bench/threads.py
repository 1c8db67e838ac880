"""Where the processor time of a request goes: by process and thread, direct and dispatched.

    python tests/bench/threads.py [--rounds 5] [--path /hello] [--workers 1]
    python tests/bench/threads.py --polls 5000

Real Mongrel2, wrk over 64 connections, in turns of a second. For each thread the microseconds of
processor time for a request and how often it was switched away from, both as the kernel counts
them, workers taken together; medians of the rounds. With `--polls` so many visitors hold a poll,
and it is the time of one publication divided by them, beside aiohttp's.
"""

import sys
from argparse import ArgumentParser
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "framework"), str(ROOT / "tests")]

from bench import crowd, load  # noqa: E402  found by the line above, as the next ones
from bench.candidates import CANDIDATES  # noqa: E402
from bench.service import Service, running  # noqa: E402

NAMES = ("gevent", "dispatched")
BESIDE = ("gevent", "dispatched", "aiohttp")

Thread = tuple[str, str]  # what its process is, and its name


class Cost(NamedTuple):
    """Microseconds of processor time, and how often it was switched away from."""

    used: float
    switches: float


Costs = dict[Thread, Cost]


def costs(service: Service) -> Costs:
    """Return what each thread has used since it began."""
    found: defaultdict[Thread, Cost] = defaultdict(lambda: Cost(0, 0))
    for pid in service.all_pids():
        for folder in Path(f"/proc/{pid}/task").iterdir():
            used = int((folder / "schedstat").read_text().split()[0]) / 1e3
            lines = (folder / "status").read_text().splitlines()
            switches = sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
            name = (folder / "comm").read_text().strip()
            before = found[role(pid), name]
            found[role(pid), name] = Cost(before.used + used, before.switches + switches)
    return found


def role(pid: int) -> str:
    """Return what a process is here."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if b"dispatch" in words:
        return "dispatcher"
    return "Mongrel2" if words[0].endswith(b"mongrel2") else "worker"


def of_requests(service: Service, path: str) -> Costs:
    """Return what each thread uses for a request."""
    before = costs(service)
    done = load.run(service.port, path, 1)
    return shares(before, costs(service), done.requests)


def of_polls(service: Service, visitors: crowd.Crowd, count: int) -> Costs:
    """Return what each thread uses for a poll that is answered."""
    visitors.wait()
    before = costs(service)
    visitors.publish()
    return shares(before, costs(service), count)


def shares(before: Costs, after: Costs, count: int) -> Costs:
    """Return what was used in between, divided by so many."""
    return {
        thread: Cost(
            (cost.used - before[thread].used) / count,
            (cost.switches - before[thread].switches) / count,
        )
        for thread, cost in after.items()
        if thread in before
    }


def measure_requests(rounds: int, path: str, workers: int) -> dict[str, list[Costs]]:
    """Return what requests cost each way of serving, round by round in turns."""
    with ExitStack() as stack:
        services = {name: stack.enter_context(running(CANDIDATES[name], workers)) for name in NAMES}
        turns = [
            {name: of_requests(service, path) for name, service in services.items()}
            for _ in range(rounds)
        ]
    return {name: [turn[name] for turn in turns] for name in NAMES}


def measure_polls(rounds: int, count: int) -> dict[str, list[Costs]]:
    """Return what a publication costs each, one after the other: memory is bounded."""
    seen = {}
    for name in BESIDE:
        with (
            running(CANDIDATES[name]) as service,
            crowd.gathered("polls", service.port, count) as visitors,
        ):
            seen[name] = [of_polls(service, visitors, count) for _ in range(rounds)]
    return seen


def main() -> None:
    """Print a table for each way of serving."""
    parser = ArgumentParser(description="Show where the processor time of a request goes.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--path", default="/hello", help="one of those in tests/bench/peers/matter.py"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--polls", type=int, help="how many visitors wait for one publication")
    given = parser.parse_args()
    if given.polls:
        seen = measure_polls(given.rounds, given.polls)
    else:
        seen = measure_requests(given.rounds, given.path, given.workers)
    for name, turns in seen.items():
        show(CANDIDATES[name].label, turns)


def show(title: str, rounds: list[Costs]) -> None:
    """Print the medians of what threads used, without those that used nothing."""
    lines = [title]
    for process, own_name in rounds[0]:
        several = [costs[process, own_name] for costs in rounds if (process, own_name) in costs]
        used = median(cost.used for cost in several)
        switches = median(cost.switches for cost in several)
        if used > 0.1:
            lines.append(f"  {process:10} {own_name:12} {used:7.1f} us  {switches:5.2f} switches")
    print("\n".join(lines))  # noqa: T201  the result


if __name__ == "__main__":
    main()
