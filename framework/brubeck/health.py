"""Answers for whoever watches servers: the process lives, and it can do its work.

    add_health_routes(app, checks={"mongo": lambda: client.admin.command("ping")})

`/healthz` answers 200 as long as requests are answered at all. `/readyz` runs the checks, all
at the same time, and answers 200 when each of them is well, otherwise 503.
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck.concurrency import current
from brubeck.concurrency.base import Event, Task
from brubeck.jsontext import dumps
from brubeck.response import render

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

Check = Callable[[], object]
Answer = dict[str, object]

TIME_LIMIT = 2.0
HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}

log = logging.getLogger(__name__)


def add_health_routes(
    app: "Brubeck", checks: Mapping[str, Check] | None = None, *, time_limit: float = TIME_LIMIT
) -> None:
    """Add `/healthz` and `/readyz` to an application, before any rule that matches everything.

    A check fails when it raises, returns False, or takes longer than `time_limit` seconds. Why
    it failed is in the log only: strangers may see the answer. Probes may call the application
    by its address, whatever its `allowed_hosts` are.
    """
    app.hostless_paths |= {"/healthz", "/readyz"}
    app.add_route(r"^/healthz$", method="GET")(alive)
    app.add_route(r"^/readyz$", method="GET")(partial(ready, dict(checks or {}), time_limit))


def alive(_app: "Brubeck", _message: "Request") -> Answer:
    """Answer 200."""
    return _answer(200, {"status": "ok"})


def ready(
    checks: Mapping[str, Check], time_limit: float, _app: "Brubeck", _message: "Request"
) -> Answer:
    """Answer 200 when all checks are well, otherwise 503; with the result of each."""
    results = Round(checks).results(time_limit)
    is_ready = all(result["status"] == "ok" for result in results.values())
    status_code, status = (200, "ok") if is_ready else (503, "failed")
    return _answer(status_code, {"status": status, "checks": results})


class Round:
    """All checks, run once, each in a greenlet of its own."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._results: dict[str, dict[str, Any]] = {}
        self._complete: Event = current().event()

    def results(self, time_limit: float) -> dict[str, dict[str, Any]]:
        """Return status and duration in milliseconds by name, after `time_limit` s at most."""
        if self._checks:
            tasks = {
                name: current().spawn(self._run, name, check)
                for name, check in self._checks.items()
            }
            self._complete.wait(time_limit)
            self._give_up(tasks, time_limit)
        return {name: self._results[name] for name in self._checks}

    def _run(self, name: str, check: Check) -> None:
        started = monotonic()
        status = _status(name, check)
        self._results[name] = {"status": status, "ms": round(1000 * (monotonic() - started), 1)}
        if len(self._results) == len(self._checks):
            self._complete.set()

    def _give_up(self, tasks: Mapping[str, Task], time_limit: float) -> None:
        for name, task in tasks.items():
            if name not in self._results:
                log.warning("The check %s was given up after %s s.", name, time_limit)
                self._results[name] = {"status": "timed out", "ms": round(1000 * time_limit, 1)}
                task.kill()


def _status(name: str, check: Check) -> str:
    try:
        is_well = check() is not False
    except Exception:
        log.exception("The check %s failed.", name)
        return "failed"
    if not is_well:
        log.warning("The check %s failed: it returned False.", name)
    return "ok" if is_well else "failed"


def _answer(status_code: int, document: dict[str, object]) -> Answer:
    return render(dumps(document), status_code, "", dict(HEADERS))
