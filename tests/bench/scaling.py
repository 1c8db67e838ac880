"""What a request costs each part of a site, and what several of each part carry: docs/scaling.md.

    python tests/bench/scaling.py [rounds]

First the processor time of the Mongrel2, the dispatcher and the worker for one request; a
processor that does nothing else carries one second divided by it. Then arrangements are compared,
with all of their processes, and wrk, on the processors of this machine. The best of all rounds is
shown, because neighbours on a machine only ever add.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path[0] = str(Path(__file__).parents[1])  # not this folder

from brubeck import concurrency  # noqa: E402  after the line above, as the next ones

concurrency.use("gevent")

from bench import load, processes  # noqa: E402
from bench.candidates import PYTHON  # noqa: E402
from framework.conformance.servers import (  # noqa: E402
    Process,
    eventually,
    is_answering,
    start_mongrel2,
)
from gevent.pool import Pool  # noqa: E402
from ports import free_port  # noqa: E402

ROUNDS = 3
SECONDS = 2
MANY = 6_000
PAGES = {"a greeting": "/hello", "25 rows of Jinja2": "/page", "2 ms of computing": "/compute"}
ARRANGEMENTS = [(1, 1), (1, 2), (2, 2), (2, 3)]  # of Mongrel2 servers and workers


class Site(NamedTuple):
    """The processes of a site, by what they do."""

    ports: list[int]
    parts: dict[str, list[Process]]

    def used(self) -> dict[str, float]:
        """Return the seconds of processor time that each part has used so far."""
        return {
            name: processes.cpu_seconds(
                pid for one in running for pid in processes.family(one.child.pid)
            )
            for name, running in self.parts.items()
        }


class Measured(NamedTuple):
    """Requests a second, and microseconds of processor time of each part for one request."""

    rate: float
    costs: dict[str, float]


@contextmanager
def site(folder: Path, fronts: int, workers: int) -> Iterator[Site]:
    """Run a site until the end of the block."""
    homes = [folder / f"front{number}" for number in range(fronts)]
    ports = [free_port() for _ in homes]
    for home in homes:
        home.mkdir()
    pull, pub = (",".join(f"ipc://{home}/{name}" for home in homes) for name in ("in", "out"))
    dispatch = ["dispatch", "--pull", pull, "--pub", pub, "--bind", f"ipc://{folder}/workers"]
    serve = ["run", "bench.peers.brubeck_app:app", "--concurrency", "gevent"]
    serve += ["--dispatcher", f"ipc://{folder}/workers", "--pub", pub]
    with ExitStack() as ending:

        def start(name: str, *words: str) -> Process:
            command = [*PYTHON, "brubeck", *words]
            begun = Process(command, folder, name, PYTHONPATH=str(Path(__file__).parents[1]))
            ending.callback(begun.end)
            return begun

        servers = [start_mongrel2(*place, max_fd=MANY) for place in zip(homes, ports, strict=True)]
        for server in servers:
            ending.callback(server.end)
        dispatchers = [start("dispatcher", *dispatch)]
        crowd = [start(f"worker{number}", *serve) for number in range(workers)]
        for port in ports:
            eventually(lambda port=port: is_answering(port), "an answer")  # type: ignore[misc]
        yield Site(ports, {"Mongrel2": servers, "dispatcher": dispatchers, "worker": crowd})


def measure(running: Site, path: str, seconds: int) -> Measured:
    """Ask for a page at all Mongrel2 servers at the same time."""
    for port in running.ports:
        load.warm_up(port, path)
    before, pool = running.used(), Pool(len(running.ports))
    done = pool.map(lambda port: load.run(port, path, seconds), running.ports)
    after, requests = running.used(), sum(one.requests for one in done)
    costs = {name: 1e6 * (after[name] - before[name]) / requests for name in after}
    return Measured(sum(one.rate for one in done), costs)


def best(running: Site, path: str, rounds: int) -> Measured:
    """Measure several times, and return the highest rate and the lowest costs."""
    found = [measure(running, path, SECONDS) for _ in range(rounds)]
    lowest = {name: min(one.costs[name] for one in found) for name in found[0].costs}
    return Measured(max(one.rate for one in found), lowest)


def main(arguments: list[str]) -> None:
    """Print both tables."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    lines = ["| page | Mongrel2 | dispatcher | worker |", "| --- | ---: | ---: | ---: |"]
    rates = ["| Mongrel2 servers, workers | " + " | ".join(PAGES) + " |"]
    rates.append("| --- |" + " ---: |" * len(PAGES))
    for fronts, workers in ARRANGEMENTS:
        with TemporaryDirectory() as folder, site(Path(folder), fronts, workers) as running:
            found = {title: best(running, path, rounds) for title, path in PAGES.items()}
        if (fronts, workers) == ARRANGEMENTS[0]:
            for title, one in found.items():
                cells = " | ".join(f"{cost:,.0f} us" for cost in one.costs.values())
                lines.append(f"| {title} | {cells} |")
        cells = " | ".join(f"{one.rate:,.0f}/s" for one in found.values())
        rates.append(f"| {fronts}, {workers} | {cells} |")
    print("\n".join([*lines, "", *rates]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
