"""What is measured of a candidate; each function returns figures by name.

Rates are requests a second; `cpu` ones are requests for each second of processor time of the
Python processes, and `cpu_all` counts Mongrel2's, too. `p99` are seconds from a publication until
99 of 100 visitors had it. Bytes are memory of the Python processes for each held poll.
"""

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from bench import crowd, load, processes
from bench.candidates import CANDIDATES, OURS, PEERS, Candidate
from bench.service import Service, running

Figures = dict[str, float]

MANY, FEWER = 5_000, 1_000  # polls that are held
BESIDE = 2_000  # polls beside which others are served
IDLE = (1_000, 2_000)
FEW_ROUTES, MANY_ROUTES = 5, 500
PUBLICATIONS = 3


class Subject(NamedTuple):
    """Something to measure: of whom, how, and how much rarer than the first subject."""

    name: str
    title: str
    candidates: tuple[str, ...]
    measure: Callable[[Candidate, int], Figures]
    rarity: int = 2


def pages(candidate: Candidate, seconds: int) -> Figures:
    """Measure a greeting, a template with 25 rows, and JSON with 25 items."""
    paths = {"hello": "/hello", "template": "/page", "json": "/items"}
    if candidate.name == "ceiling":
        paths = {"hello": "/hello"}
    figures: Figures = {}
    with running(candidate) as service:
        for name, path in paths.items():
            figures |= {f"{name}_{key}": one for key, one in rates(service, path, seconds).items()}
    return figures


def rates(service: Service, path: str, seconds: int) -> Figures:
    """Measure one page."""
    load.warm_up(service.port, path)
    own, everything = service.own_pids(), service.all_pids()
    before = processes.cpu_seconds(own), processes.cpu_seconds(everything)
    done = load.run(service.port, path, seconds)
    used = processes.cpu_seconds(own) - before[0], processes.cpu_seconds(everything) - before[1]
    return {"rate": done.rate, "cpu": done.requests / used[0], "cpu_all": done.requests / used[1]}


def fan_out(candidate: Candidate, _seconds: int) -> Figures:
    """Measure how soon everybody who polls has the news, and what a held poll weighs."""
    with running(candidate) as service:
        before = weights(service)
        with crowd.gathered("polls", service.port, MANY) as many:
            own, everything = weights(service)
            slowest = latest(many)
        with crowd.gathered("polls", service.port, FEWER) as fewer:
            return {
                "p99_many": slowest,
                "p99_fewer": latest(fewer),
                "bytes": (own - before[0]) / MANY,
                "bytes_all": (everything - before[1]) / MANY,
            }


def weights(service: Service) -> tuple[int, int]:
    """Return the bytes of the Python processes, and those with Mongrel2."""
    own, everything = service.own_pids(), service.all_pids()
    return processes.resident_bytes(own), processes.resident_bytes(everything)


def latest(visitors: crowd.Crowd) -> float:
    """Return after how many seconds the slowest of 99 % had the news, of several publications."""
    return median(slowest_of_most(visitors.publish()) for _ in range(PUBLICATIONS))


def slowest_of_most(times: list[float]) -> float:
    """Return the slowest of the 99 % that were quickest, of times in order."""
    return times[len(times) * 99 // 100 - 1]


def beside_polls(candidate: Candidate, seconds: int) -> Figures:
    """Measure the rate of greetings alone, and while many polls are held."""
    with running(candidate) as service:
        alone = load.run(service.port, "/hello", seconds).rate
        with crowd.gathered("polls", service.port, BESIDE):
            beside = load.run(service.port, "/hello", seconds).rate
    return {"alone": alone, "beside": beside, "share": beside / alone}


def connections(candidate: Candidate, seconds: int) -> Figures:
    """Measure the rate of greetings while other connections are open and idle."""
    with running(candidate) as service:
        figures = {"alone": load.run(service.port, "/hello", seconds).rate}
        for count in IDLE:
            with crowd.gathered("idle", service.port, count):
                figures[f"idle{count}"] = load.run(service.port, "/hello", seconds).rate
    return figures | {"share": figures[f"idle{IDLE[-1]}"] / figures["alone"]}


def routes(candidate: Candidate, seconds: int) -> Figures:
    """Measure the rate of greetings behind few and behind many routes."""
    few, many = (
        hello_rate(candidate, "/hello", seconds, count=count) for count in (FEW_ROUTES, MANY_ROUTES)
    )
    return {"few": few, "many": many, "share": many / few}


def workers(candidate: Candidate, seconds: int) -> Figures:
    """Measure the rate of a handler that computes for 2 ms with one worker and with two."""
    one, two = (
        hello_rate(candidate, "/compute", seconds, workers=workers_count)
        for workers_count in (1, 2)
    )
    return {"one": one, "two": two, "times": two / one}


def hello_rate(
    candidate: Candidate, path: str, seconds: int, workers: int = 1, count: int = FEW_ROUTES
) -> float:
    """Return the rate of a page from a fresh start."""
    with running(candidate, workers, count) as service:
        load.warm_up(service.port, path)
        return load.run(service.port, path, seconds).rate


SUBJECTS = {
    subject.name: subject
    for subject in [
        Subject("pages", "Pages", tuple(CANDIDATES), pages, rarity=1),
        Subject("fanout", "Fan-out to held polls", (*OURS, *PEERS), fan_out),
        Subject(
            "beside",
            "Others, while 2,000 polls are held",
            (*OURS, "starlette", "aiohttp", "tornado"),
            beside_polls,
        ),
        Subject("connections", "Idle connections", ("gevent", "starlette", "flask"), connections),
        Subject(
            "routes",
            "Routes",
            ("gevent", "starlette", "fastapi", "falcon", "tornado", "flask"),
            routes,
        ),
        Subject(
            "workers", "Workers", ("dispatched", "gevent", "starlette", "granian", "flask"), workers
        ),
    ]
}
