"""Brubeck on eventlet."""

# The standard library is patched before anything of it is imported here; warnings block nothing.
import warnings

from brubeck.concurrency import refuse_beside

refuse_beside("eventlet")
with warnings.catch_warnings():
    # Its authors advise new projects against it. Who chooses it here has programs that need it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

eventlet.monkey_patch()

import os  # noqa: E402  after the patching
from collections.abc import Callable  # noqa: E402  after the patching
from contextlib import AbstractContextManager  # noqa: E402  after the patching
from functools import cached_property  # noqa: E402  after the patching
from importlib import import_module  # noqa: E402  after the patching
from socket import socket  # noqa: E402  after the patching
from types import ModuleType  # noqa: E402  after the patching
from typing import Any, cast  # noqa: E402  after the patching

from eventlet import hubs, tpool  # noqa: E402  after the patching
from eventlet.event import Event as EventletEvent  # noqa: E402  after the patching

from brubeck.concurrency.base import (  # noqa: E402  after the patching
    Concurrency,
    Event,
    Result,
    Task,
    Timer,
    Watch,
    WsgiApplication,
    WsgiServer,
)


class Eventlet(Concurrency):
    """eventlet behind the framework's interface."""

    name = "eventlet"
    pool_class = eventlet.GreenPool

    @property
    def zmq(self) -> ModuleType:
        """Return eventlet's variant of pyzmq."""
        return import_module("eventlet.green.zmq")

    def spawn(self, function: Callable[..., object], *args: object) -> Task:
        """Start a green thread."""
        return cast("Task", eventlet.spawn(function, *args))

    def sleep(self, seconds: float) -> None:
        """Let others run for so many seconds."""
        eventlet.sleep(seconds)

    def yield_turn(self) -> None:
        """Go once around the hub, which asks the sockets each time."""
        eventlet.sleep(0)

    def call_soon(self, function: Callable[[], object]) -> None:
        """Queue a timer of the hub that is due at once."""
        hubs.get_hub().schedule_call_global(0, function)

    def call_later(self, seconds: float, function: Callable[[], object]) -> Timer:
        """Queue a timer of the hub."""
        return cast("Timer", hubs.get_hub().schedule_call_global(seconds, function))

    def park(self) -> None:
        """Switch to the hub."""
        hubs.get_hub().switch()

    def event(self) -> Event:
        """Make a flag."""
        return EventletFlag()

    def watch(self, descriptor: int) -> Watch:
        """Make a listener of the hub."""
        return EventletWatch(descriptor)

    def timeout(
        self, seconds: float, error: type[BaseException] = TimeoutError
    ) -> AbstractContextManager[object]:
        """Limit the time that a block may take."""
        return cast(
            "AbstractContextManager[object]",
            eventlet.Timeout(seconds, error(f"It took longer than {seconds} s.")),
        )

    def run_in_thread(self, function: Callable[..., Result], *args: object) -> Result:
        """Run a function in eventlet's thread pool."""
        return cast("Result", self._threads.execute(function, *args))

    @cached_property
    def _threads(self) -> Any:  # eventlet ships no types
        tpool.set_num_threads(os.cpu_count() or 1)
        return tpool

    def serve_wsgi(
        self, listener: socket, application: WsgiApplication, *, patience: float
    ) -> WsgiServer:
        """Start eventlet's HTTP server."""
        from brubeck.concurrency.eventlet_wsgi import serve

        return serve(listener, application, patience)


class EventletFlag:
    """eventlet's events fire once and cannot be asked with a time limit; this can."""

    def __init__(self) -> None:
        self._event = EventletEvent()

    def set(self) -> None:
        """Wake everybody who waits, now and later."""
        if not self._event.ready():
            self._event.send()

    def is_set(self) -> bool:
        """Say whether the flag is up."""
        return bool(self._event.ready())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; True when the flag is up."""
        self._event.wait(timeout)
        return self.is_set()


class EventletWatch:
    """One listener of the hub, registered while somebody waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def wait(self) -> None:
        """Park until the descriptor is readable or somebody switches here."""
        hubs.trampoline(self._descriptor, read=True)
