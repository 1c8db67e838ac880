"""Numbers about an application in Prometheus's text format.

    measure(app)

counts the application's requests from then on and shows the numbers at `/metrics`. Without
the call nothing is measured and nothing is paid. Needs prometheus-client:
`pip install brubeck[metrics]`.

Several processes are shown together when the environment variable PROMETHEUS_MULTIPROC_DIR names
a directory that they share; `brubeck run --workers` sees to that. Each number has the label
worker, which stays the same when a worker is replaced, so adding up is left to Prometheus:
`sum without (worker) (rate(brubeck_requests_total[1m]))`.
"""

import os
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from brubeck.handlers import HTTP_METHODS
from brubeck.parking import Parked
from brubeck.response import Response, render
from brubeck.routing import Router
from brubeck.workernumber import worker_number

try:
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        Counter,
        Gauge,
        Histogram,
        ProcessCollector,
        generate_latest,
    )
    from prometheus_client.multiprocess import MultiProcessCollector
except ImportError as error:
    raise ImportError(
        "prometheus-client is not installed. Install it with: pip install brubeck[metrics]"
    ) from error

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
UNMATCHED = "unmatched"
UNANSWERED = "unanswered"
OTHER_METHOD = "other"

_METHODS = frozenset(name.upper() for name in HTTP_METHODS)

Answer = Callable[..., Response | Parked | None]


class Measurements:
    """The numbers of one application.

    All have the label worker; `brubeck_requests_total` and `brubeck_request_duration_seconds` also
    method and route, the former status, too. `brubeck_worker_info` is 1 for each worker that
    lives, and has its process id. The route is a pattern, never a path, and methods that HTTP
    does not know are one: strangers must not be able to make more and more series.
    """

    def __init__(self, app: "Brubeck") -> None:
        self._app = app
        self._patterns: Router[str] = Router()
        self._worker = worker_number()
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "brubeck_requests_total",
            "Requests that were answered, or left unanswered on purpose.",
            ["worker", "method", "route", "status"],
            registry=self.registry,
        )
        self.duration = Histogram(
            "brubeck_request_duration_seconds",
            "Time from the request to its answer.",
            ["worker", "method", "route"],
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "brubeck_requests_in_flight",
            "Requests that are being answered now.",
            ["worker"],
            registry=self.registry,
            multiprocess_mode="livesum",
        ).labels(self._worker)
        Gauge(
            "brubeck_worker_info",
            "1 for each worker, with its process id.",
            ["worker", "process"],
            registry=self.registry,
            multiprocess_mode="livemax",
        ).labels(self._worker, str(os.getpid())).set(1)

    def measured(
        self, answer: Answer, request: "Request", *args: object
    ) -> Response | Parked | None:
        """Have a request answered, and measure that."""
        started = perf_counter()
        with self.in_flight.track_inprogress():
            response = answer(request, *args)
        self._note(request, response, perf_counter() - started)
        return response

    def begin(self) -> None:
        """Measure every request from now on."""
        app = self._app
        # The transports look these up at each request, so this is all that it takes.
        app.handle = partial(self.measured, app.handle)  # type: ignore[method-assign]
        app.refuse = partial(self.measured, app.refuse)  # type: ignore[assignment, method-assign]

    def text(self) -> str:
        """Return all numbers, those of the other processes included."""
        return generate_latest(
            self._shared() if DIRECTORY in os.environ else self.registry
        ).decode()

    def whole_registry(self) -> CollectorRegistry:
        """Return all numbers, with those of the process itself where there is but one."""
        if DIRECTORY in os.environ:
            return self._shared()
        ProcessCollector(registry=self.registry)
        return self.registry

    def _shared(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs has no types
        return registry

    def _note(self, request: "Request", response: Response | Parked | None, seconds: float) -> None:
        method = request.method if request.method in _METHODS else OTHER_METHOD
        route = self._route(request.path)
        status = str(response.status_code) if isinstance(response, Response) else UNANSWERED
        self.requests.labels(self._worker, method, route, status).inc()
        self.duration.labels(self._worker, method, route).observe(seconds)

    def _route(self, path: str) -> str:
        routes = self._app._routes  # noqa: SLF001  part of the application's interface
        for regex, _ in routes[len(self._patterns.routes) :]:
            self._patterns.add(regex, regex.pattern)
        match = self._patterns.match(path)
        return match.target if match else UNMATCHED


def measure(app: "Brubeck", path: str = r"^/metrics$") -> Measurements:
    """Measure an application from now on, and show the numbers at a path.

    The numbers are for everybody who can reach the path: keep it from the public, for instance
    by a route of the server in front.
    """
    measurements = Measurements(app)
    app.add_route(path, method="GET")(partial(_show, measurements))
    measurements.begin()
    return measurements


def _show(measurements: Measurements, _app: "Brubeck", _message: "Request") -> dict[str, object]:
    return render(measurements.text(), 200, "OK", {"Content-Type": CONTENT_TYPE_LATEST})
