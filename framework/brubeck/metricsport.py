"""Numbers for Prometheus at a port of their own, which the public does not reach.

    serve_metrics(app, settings.metrics_port)

measures the application from then on, as `brubeck.metrics` does, and shows the numbers at `/metrics`
of that port while the application runs, with those of the process itself: memory, CPU time, open
files. A port of 0 does nothing at all. When several processes of `brubeck run --workers` have the
same port, one of them answers for all, and another one takes its place when it goes.
"""

import errno
import logging
import socket
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task, WsgiServer

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from brubeck.application import Brubeck

PATIENCE = 30.0  # seconds
GRACE = 1.0
PAUSE = 2.0  # seconds until a port that is taken is tried again
BACKLOG = 16

log = logging.getLogger(__name__)


class MetricsServer:
    """Show the numbers of a registry at a port, from `start` until `stop`."""

    def __init__(self, registry: "CollectorRegistry", host: str, port: int) -> None:
        from prometheus_client import make_wsgi_app

        self._show = make_wsgi_app(registry)
        self._address = (host, port)
        self._server: WsgiServer | None = None
        self._waiting: Task | None = None

    def start(self) -> None:
        """Listen; when the port is taken, as soon as it is free."""
        if not self._has_begun():
            log.info("The port %d for metrics is taken, and waited for.", self._address[1])
            self._waiting = current().spawn(self._begin_later)

    def stop(self) -> None:
        """Listen no more."""
        if self._waiting is not None:
            self._waiting.kill()
        if self._server is not None:
            self._server.stop(GRACE)

    def _begin_later(self) -> None:
        while not self._has_begun():
            current().sleep(PAUSE)

    def _has_begun(self) -> bool:
        """Try to listen; raises OSError when that can never be."""
        try:
            listener = socket.create_server(self._address, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        self._server = current().serve_wsgi(listener, self._show, patience=PATIENCE)
        return True


def serve_metrics(app: "Brubeck", port: int, host: str = "") -> None:
    """Show the numbers of an application at a port of `host`, of all interfaces by default.

    Raises ImportError when prometheus-client is missing, with the command that installs it.
    """
    if port:
        from brubeck.metrics import Measurements

        measurements = Measurements(app)
        measurements.begin()
        server = MetricsServer(measurements.whole_registry(), host, port)
        app.on_start.append(server.start)
        app.on_stop.append(server.stop)
