"""Where the processor time of a request goes: by process and thread, direct and dispatched.

    python tests/bench/threads.py [--rounds 5] [--path /hello] [--workers 1]

Real Mongrel2, wrk over 64 connections, in turns of a second. For each thread the microseconds of
processor time for a request and how often it was switched away from, both as the kernel counts
them, workers taken together; medians of the rounds.
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

from bench import load  # noqa: E402  found by the line above, as the next ones
from bench.candidates import CANDIDATES  # noqa: E402
from bench.service import Service, running  # noqa: E402

NAMES = ("gevent", "dispatched")

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
    return "worker" if b"brubeck" in words else "Mongrel2"


def measure(service: Service, path: str) -> Costs:
    """Return what each thread uses for a request."""
    before = costs(service)
    done = load.run(service.port, path, 1)
    return {
        thread: Cost(
            (after.used - before[thread].used) / done.requests,
            (after.switches - before[thread].switches) / done.requests,
        )
        for thread, after in costs(service).items()
        if thread in before
    }


def main() -> None:
    """Print a table for each way of serving."""
    parser = ArgumentParser(description="Show where the processor time of a request goes.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--path", default="/hello", help="one of those in tests/bench/peers/matter.py"
    )
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    seen: dict[str, dict[Thread, list[Cost]]] = {name: defaultdict(list) for name in NAMES}
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(running(CANDIDATES[name], given.workers)) for name in NAMES
        }
        for _ in range(given.rounds):
            for name, service in services.items():
                for thread, cost in measure(service, given.path).items():
                    seen[name][thread].append(cost)
    for name, threads in seen.items():
        show(CANDIDATES[name].label, threads)


def show(title: str, threads: dict[Thread, list[Cost]]) -> None:
    """Print the medians of what threads used, without those that used nothing."""
    lines = [title]
    for (process, own_name), rounds in threads.items():
        used = median(cost.used for cost in rounds)
        switches = median(cost.switches for cost in rounds)
        if used > 0.1:
            lines.append(f"  {process:10} {own_name:12} {used:7.1f} us  {switches:5.2f} switches")
    print("\n".join(lines))  # noqa: T201  the result


if __name__ == "__main__":
    main()
