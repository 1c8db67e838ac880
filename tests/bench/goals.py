"""What the framework aims at: ratios to peers on the same machine in the same run."""

from typing import NamedTuple

from bench.results import Results


class Goal(NamedTuple):
    """A figure of ours, divided by the same figure of somebody else if there is one."""

    text: str
    subject: str
    figure: str
    ours: str
    theirs: str | None
    limit: float
    is_upper: bool = False

    def reached(self, results: Results) -> float | None:
        """Return what was measured; None if that was not measured."""
        own = results.median(self.subject, self.ours, self.figure)
        if self.theirs is None or own is None:
            return own
        other = results.median(self.subject, self.theirs, self.figure)
        return own / other if other else None

    def is_met(self, reached: float) -> bool:
        """Say whether that is enough."""
        return reached <= self.limit if self.is_upper else reached >= self.limit


def rate(text: str, figure: str, theirs: str, limit: float, ours: str = "gevent") -> Goal:
    """Return a goal about a page."""
    return Goal(text, "pages", figure, ours, theirs, limit)


GOALS = [
    rate("hello: of the bare ZeroMQ loop", "hello_rate", "ceiling", 0.75),
    rate("hello: eventlet of gevent", "hello_rate", "gevent", 0.85, "eventlet"),
    rate("hello: dispatched of direct", "hello_rate", "gevent", 0.85, "dispatched"),
    rate("hello: times Starlette on uvicorn", "hello_rate", "starlette", 1.1),
    rate("hello: times Starlette on Granian", "hello_rate", "granian", 0.9),
    rate("hello: times Tornado", "hello_rate", "tornado", 5),
    rate("hello: times Flask", "hello_rate", "flask", 7),
    rate("hello, per CPU-second of Python: times Starlette on uvicorn", "hello_cpu", "starlette", 1.9),
    rate("hello, per CPU-second of Python: times Starlette on Granian", "hello_cpu", "granian", 1.7),
    rate("template: times Flask", "template_rate", "flask", 3),
    rate("template: times FastAPI", "template_rate", "fastapi", 1.5),
    rate("JSON: times Flask", "json_rate", "flask", 3),
    rate("JSON: times FastAPI", "json_rate", "fastapi", 1.5),
    Goal("news to 5,000 polls: time of Tornado's", "fanout", "p99_many", "gevent", "tornado", 0.3, True),
    Goal("news to 5,000 polls: time of aiohttp's", "fanout", "p99_many", "gevent", "aiohttp", 0.5, True),
    Goal("bytes of a held poll", "fanout", "bytes", "gevent", None, 1_024, True),
    Goal("rate of others beside 2,000 polls", "beside", "share", "gevent", None, 0.5),
    Goal("2 ms of computing: two workers of one", "workers", "times", "dispatched", None, 1.8),
]  # fmt: skip
