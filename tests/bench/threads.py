"""Where the processor time of a greeting goes: by process and thread, direct and dispatched.

    python tests/bench/threads.py [rounds]

Real Mongrel2, one worker, wrk over 64 connections, in turns of a second. For each thread the
microseconds of processor time for a request and how often it was switched away from, both as the
kernel counts them; medians of the rounds.
"""

import sys
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

ROUNDS = 5
NAMES = ("gevent", "dispatched")
PATH = "/hello"

Thread = tuple[str, str]  # what its process is, and its name


class Cost(NamedTuple):
    """Microseconds of processor time, and how often it was switched away from."""

    used: float
    switches: float


Costs = dict[Thread, Cost]


def costs(service: Service) -> Costs:
    """Return what each thread has used since it began."""
    found: Costs = {}
    for pid in service.all_pids():
        for folder in Path(f"/proc/{pid}/task").iterdir():
            used = int((folder / "schedstat").read_text().split()[0]) / 1e3
            lines = (folder / "status").read_text().splitlines()
            switches = sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
            name = (folder / "comm").read_text().strip()
            found[role(pid), name] = Cost(used, switches)
    return found


def role(pid: int) -> str:
    """Return what a process is here."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if b"dispatch" in words:
        return "dispatcher"
    return "worker" if b"brubeck" in words else "Mongrel2"


def measure(service: Service) -> Costs:
    """Return what each thread uses for a request."""
    before = costs(service)
    done = load.run(service.port, PATH, 1)
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
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seen: dict[str, dict[Thread, list[Cost]]] = {name: defaultdict(list) for name in NAMES}
    with ExitStack() as stack:
        services = {name: stack.enter_context(running(CANDIDATES[name])) for name in NAMES}
        for _ in range(rounds):
            for name, service in services.items():
                for thread, cost in measure(service).items():
                    seen[name][thread].append(cost)
    for name, threads in seen.items():
        print(CANDIDATES[name].label)  # noqa: T201  the result
        for (process, own_name), rounds_of_it in threads.items():
            used = median(cost.used for cost in rounds_of_it)
            switches = median(cost.switches for cost in rounds_of_it)
            if used > 0.1:
                line = f"  {process:10} {own_name:12} {used:5.1f} us  {switches:5.2f} switches"
                print(line)  # noqa: T201  the result


if __name__ == "__main__":
    main()
