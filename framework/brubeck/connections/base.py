"""What every transport has in common."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from brubeck.concurrency import current
from brubeck.concurrency.signals import StopRequest
from brubeck.concurrency.timelimit import TimeLimit

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request


def load_zmq() -> ModuleType:
    """Return the zmq module whose blocking calls let other greenlets run."""
    return current().zmq


@cache
def load_zmq_ctx() -> Any:
    """Return one ZeroMQ context for the sockets of a program, made at the first call."""
    return load_zmq().Context()


def in_time(application: "Brubeck") -> AbstractContextManager[object]:
    """Limit the time that a request may take, where no crew does: raises OutOfTime in the block."""
    seconds = application.time_limit
    return nullcontext() if seconds is None else TimeLimit(seconds)


class Connection:
    """A way in and a way out.

    Subclasses implement `process_message` and `recv_forever_ever`; those that can address
    clients by id also `recv`, `send` and the bulk functions.
    """

    stop_request: StopRequest | None = None
    on_ready: Callable[[], object] | None = None
    """Called, if it is set, as soon as requests can be served."""

    def __init__(self, incoming: Any = None, outgoing: Any = None) -> None:
        self.sender_id = uuid4().hex
        self.in_sock = incoming
        self.out_sock = outgoing

    def process_message(self, application: "Brubeck", message: Any, /, *args: Any) -> Any:
        """Turn one raw message into a request, have it answered, send the answer."""
        raise NotImplementedError

    def recv_forever_ever(self, application: "Brubeck") -> None:
        """Serve an application until it is asked to stop."""
        raise NotImplementedError

    def recv(self) -> Any:
        """Wait for one raw message."""
        raise NotImplementedError

    def send(self, uuid: str, conn_id: str, msg: str | bytes) -> None:
        """Send a finished payload to one client."""
        raise NotImplementedError

    def reply(self, req: "Request", msg: str | bytes) -> None:
        """Send a finished payload to the client who sent a request."""
        self.send(req.sender, req.conn_id, msg)

    def reply_bulk(self, uuid: str, idents: Sequence[str], data: str | bytes) -> None:
        """Send a finished payload to many clients."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connection of one client."""
        raise NotImplementedError

    def close_bulk(self, uuid: str, idents: Sequence[str]) -> None:
        """Close the connections of many clients."""
        raise NotImplementedError

    def stop(self) -> None:
        """Have `recv_forever_ever` finish what is in hand and return."""
        if self.stop_request is not None:
            self.stop_request.set()

    def _announce(self) -> None:
        """Tell whoever wants to know that requests can be served."""
        if self.on_ready is not None:
            self.on_ready()

    def _recv_forever_ever(self, function: Callable[[], object]) -> None:
        """Run a serving function; Ctrl-C ends it quietly."""
        try:
            function()
        except KeyboardInterrupt:
            return
