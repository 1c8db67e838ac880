"""Brubeck on gevent, the library it runs on unless told otherwise."""

# The standard library is patched before anything of it is imported here, except this one.
import warnings

from gevent import monkey  # type: ignore[import-untyped]  # it ships no types

from brubeck.concurrency import refuse_beside

# A late import must not end a program that treats warnings as errors; it is logged below.
with warnings.catch_warnings(record=True) as late:
    warnings.simplefilter("always")
    refuse_beside("gevent")
    monkey.patch_all()

import logging
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from socket import socket
from types import ModuleType
from typing import Any, cast

import gevent
from gevent.event import Event as GeventEvent  # type: ignore[import-untyped]
from gevent.pool import Pool  # type: ignore[import-untyped]
from gevent.threadpool import ThreadPool  # type: ignore[import-untyped]

from brubeck.concurrency.base import (
    Concurrency,
    Event,
    Result,
    Task,
    Timer,
    Watch,
    WsgiApplication,
    WsgiServer,
)

READABLE = 1  # libev's EV_READ
ALMOST_NOTHING = 1e-6

log = logging.getLogger(__name__)
for warning in late:
    log.warning("Import brubeck before other modules. %s", warning.message)


class Gevent(Concurrency):
    """gevent behind the framework's interface."""

    name = "gevent"
    pool_class = Pool

    @property
    def zmq(self) -> ModuleType:
        """Return gevent's variant of pyzmq."""
        import zmq.green

        return zmq.green

    def spawn(self, function: Callable[..., object], *args: object) -> Task:
        """Start a greenlet."""
        return cast("Task", gevent.spawn(function, *args))

    def sleep(self, seconds: float) -> None:
        """Let others run for so many seconds."""
        gevent.sleep(seconds)

    def yield_turn(self) -> None:
        """Wait for a timer: gevent.sleep(0) comes back before sockets had their turn."""
        gevent.sleep(ALMOST_NOTHING)

    def call_soon(self, function: Callable[[], object]) -> None:
        """Queue a callback of the hub."""
        gevent.get_hub().loop.run_callback(function)

    def call_later(self, seconds: float, function: Callable[[], object]) -> Timer:
        """Start a timer of the loop."""
        return GeventTimer(seconds, function)

    def park(self) -> None:
        """Switch to the hub."""
        gevent.get_hub().switch()

    def event(self) -> Event:
        """Make a gevent event."""
        return cast("Event", GeventEvent())

    def watch(self, descriptor: int) -> Watch:
        """Make a libev watcher."""
        return GeventWatch(descriptor)

    def timeout(
        self, seconds: float, error: type[BaseException] = TimeoutError
    ) -> AbstractContextManager[object]:
        """Limit the time that a block may take."""
        return cast(
            "AbstractContextManager[object]",
            gevent.Timeout(seconds, error(f"It took longer than {seconds} s.")),
        )

    def run_in_thread(self, function: Callable[..., Result], *args: object) -> Result:
        """Run a function in gevent's thread pool."""
        result, error = self._threads.apply(_attempt, (function, args))
        if error is not None:
            raise error
        return cast("Result", result)

    @cached_property
    def _threads(self) -> Any:  # gevent ships no types
        return ThreadPool(os.cpu_count() or 1)

    def serve_wsgi(
        self, listener: socket, application: WsgiApplication, *, patience: float
    ) -> WsgiServer:
        """Start gevent's HTTP server."""
        from brubeck.concurrency.gevent_wsgi import serve

        return serve(listener, application, patience)


def _attempt(
    function: Callable[..., object], args: Iterable[object]
) -> tuple[object, Exception | None]:
    """Keep an exception for the caller; gevent's thread pool would print it as well."""
    try:
        return function(*args), None
    except Exception as error:  # noqa: BLE001  raised again where it was asked for
        return None, error


class GeventTimer:
    """One libev timer."""

    def __init__(self, seconds: float, function: Callable[[], object]) -> None:
        self._timer = gevent.get_hub().loop.timer(seconds)
        self._timer.start(function)

    def cancel(self) -> None:
        """Stop and free it."""
        self._timer.close()


class GeventWatch:
    """One libev watcher, started while somebody waits."""

    def __init__(self, descriptor: int) -> None:
        self._hub = gevent.get_hub()
        self._watcher = self._hub.loop.io(descriptor, READABLE)

    def wait(self) -> None:
        """Park until the descriptor is readable or somebody switches here."""
        self._watcher.start(gevent.getcurrent().switch)
        try:
            self._hub.switch()
        finally:
            self._watcher.stop()
