"""Promises of brubeck.metricsport."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import brubeck
import pytest
from brubeck.connections import WSGIConnection
from brubeck.metricsport import MetricsServer, serve_metrics
from brubeck.request_handling import Brubeck
from gevent import sleep
from ports import free_port
from prometheus_client import CollectorRegistry

FRAMEWORK = Path(brubeck.__file__).parents[1]
PATIENCE = 60.0  # seconds
PROGRAM = """
from brubeck.settings import ServerSettings
settings = ServerSettings.at_start()
from brubeck.metricsport import serve_metrics
from brubeck.request_handling import Brubeck, render
app = Brubeck(settings.connection(), [(r"^/$", lambda *_: render("here", 200, "OK", {}))])
serve_metrics(app, settings.metrics_port)
app.run()
"""


def text_of(port: int, path: str) -> str:
    """Return what is at a path of a port, as soon as somebody listens there."""
    deadline = monotonic() + PATIENCE
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        except OSError:
            assert monotonic() < deadline, f"nobody listens at {port}"
            sleep(0.05)
        finally:
            connection.close()


@contextmanager
def running(port: int, metrics_port: int, library: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the program until the block is left."""
    variables = {
        "TRANSPORT": "wsgi", "CONCURRENCY": library, "PYTHONPATH": str(FRAMEWORK),
        "BRUBECK_PORT": str(port), "METRICS_PORT": str(metrics_port),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], env=os.environ | variables
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_the_numbers_are_at_a_port_of_their_own_and_nowhere_else(library: str) -> None:
    """Prometheus finds requests and the process's memory; visitors find no page of that name."""
    port, metrics_port = free_port(), free_port()
    with running(port, metrics_port, library):
        assert text_of(port, "/") == "here"
        assert "404" in text_of(port, "/metrics")
        numbers = text_of(metrics_port, "/metrics")
    assert 'brubeck_requests_total{method="GET",route="^/$",status="200",worker="1"} 1.0' in numbers
    assert "\nprocess_resident_memory_bytes " in numbers


def test_a_port_that_is_taken_is_had_when_it_is_free() -> None:
    """A process that takes the place of another one is measured like it."""
    metrics_port, second_port = free_port(), free_port()
    with ExitStack() as second:
        with running(free_port(), metrics_port, "gevent"):
            text_of(metrics_port, "/metrics")
            second.enter_context(running(second_port, metrics_port, "gevent"))
            text_of(second_port, "/")
        # The first one has answered nobody.
        assert 'route="^/$"' in text_of(metrics_port, "/metrics")


def test_who_waits_for_a_port_can_be_stopped() -> None:
    """The end of a program does not wait with it."""
    port = free_port()
    first, second = (MetricsServer(CollectorRegistry(), "127.0.0.1", port) for _ in range(2))
    first.start()
    second.start()
    second.stop()
    first.stop()
    third = MetricsServer(CollectorRegistry(), "127.0.0.1", port)
    third.start()
    assert text_of(port, "/metrics") == ""
    third.stop()


def test_an_address_that_can_never_be_had_is_an_error() -> None:
    """Only one that is taken is worth waiting for."""
    with pytest.raises(OSError, match="assign requested address"):
        MetricsServer(CollectorRegistry(), "192.0.2.1", free_port()).start()


def test_no_port_is_nothing_at_all() -> None:
    """What is not asked for costs nothing."""
    app = Brubeck(WSGIConnection())
    hooks = len(app.on_start), len(app.on_stop)
    serve_metrics(app, 0)
    assert (len(app.on_start), len(app.on_stop)) == hooks
    assert "handle" not in vars(app)
