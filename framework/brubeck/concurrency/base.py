"""What the framework asks of a coroutine library, and nothing more."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from socket import socket
from types import ModuleType
from typing import ClassVar, Protocol, TypeVar

Result = TypeVar("Result")
WsgiApplication = Callable[..., object]


class Task(Protocol):
    """What `spawn` returns."""

    def kill(self) -> object:
        """End the task; a task that has ended already is left alone."""


class OutOfTime(BaseException):
    """Thrown into a handler that has taken longer than it may.

    No Exception, as the time limits of both libraries are none: a handler that expects all sorts
    of failures must not take it for one of them.
    """


class Timer(Protocol):
    """A call that will happen later."""

    def cancel(self) -> object:
        """Have it not happen."""


class Pool(Protocol):
    """A bounded family of tasks."""

    def spawn(self, function: Callable[..., object], *args: object, **kwargs: object) -> Task:
        """Run a function in a greenlet of its own."""


class Event(Protocol):
    """A flag that greenlets can wait for."""

    def set(self) -> None:
        """Wake everybody who waits, now and later."""

    def is_set(self) -> bool:
        """Say whether the flag is up."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; True when the flag is up."""


class Watch(Protocol):
    """Interest of one greenlet in one file descriptor."""

    def wait(self) -> None:
        """Park until the descriptor is readable, or until somebody switches to the greenlet."""


class WsgiServer(Protocol):
    """A running HTTP server of the library."""

    def stop(self, grace: float) -> bool:
        """Accept nothing new, wait up to `grace` seconds; True when every request was answered."""


class Concurrency(ABC):
    """One coroutine library behind the interface that the framework uses.

    The standard library is patched when an object of this class is made, so that
    blocking code anywhere in the process lets other requests run.
    """

    name: ClassVar[str]
    pool_class: Callable[..., Pool]

    @property
    @abstractmethod
    def zmq(self) -> ModuleType:
        """The library's own blocking-style zmq module."""

    @abstractmethod
    def spawn(self, function: Callable[..., object], *args: object) -> Task:
        """Run a function in a greenlet that starts at the hub's next turn."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let others run for so many seconds."""

    @abstractmethod
    def yield_turn(self) -> None:
        """Let timers, sockets and every other greenlet that is ready have a turn."""

    @abstractmethod
    def call_soon(self, function: Callable[[], object]) -> None:
        """Have the hub call a function, which must not block, as soon as it gets control."""

    @abstractmethod
    def call_later(self, seconds: float, function: Callable[[], object]) -> Timer:
        """Have the hub call a function, which must not block, after so many seconds."""

    @abstractmethod
    def park(self) -> None:
        """Switch to the hub until somebody switches back to this greenlet."""

    @abstractmethod
    def event(self) -> Event:
        """Make a flag that greenlets can wait for."""

    @abstractmethod
    def watch(self, descriptor: int) -> Watch:
        """Make a way to wait until a file descriptor is readable."""

    @abstractmethod
    def timeout(
        self, seconds: float, error: type[BaseException] = TimeoutError
    ) -> AbstractContextManager[object]:
        """Raise TimeoutError, or another error, in the block if it takes longer than so many seconds."""

    @abstractmethod
    def run_in_thread(self, function: Callable[..., Result], *args: object) -> Result:
        """Run a function that computes for long in a real thread, and wait for its result.

        There are as many threads as the machine has cores; further calls queue.
        """

    @abstractmethod
    def serve_wsgi(
        self, listener: socket, application: WsgiApplication, *, patience: float
    ) -> WsgiServer:
        """Serve a WSGI application on a bound socket.

        `patience` is the time in seconds that a client may take for the head of a
        request, and for the pause between two requests.
        """
