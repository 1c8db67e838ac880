"""The connection that an application gets from the command line, in place of its own.

Imported after the coroutine library has been chosen.
"""

import argparse
import socket

from brubeck.cli.ports import bind, inherited
from brubeck.connections import Connection, Mongrel2Connection, WSGIConnection
from brubeck.connections.wsgi import GRACE, PATIENCE


class BoundPort(WSGIConnection):
    """HTTP on a socket that is listening already."""

    def __init__(
        self, listener: socket.socket, *, grace: float = GRACE, patience: float = PATIENCE
    ) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(port, host, grace=grace, patience=patience)
        self._listener = listener

    def _listen(self) -> socket.socket:
        return self._listener


def connection_for(options: argparse.Namespace, own: Connection) -> Connection:
    """Return the connection that the options ask for; without a wish, the application's own.

    A port is bound here, so that one that is taken is noticed before anything else starts.
    """
    if options.listener is not None:
        return BoundPort(inherited(options.listener))
    if options.transport == "wsgi":
        return BoundPort(bind(options.host, options.port))
    if options.transport == "mongrel2":
        return Mongrel2Connection(
            options.pull or (),
            options.pub,
            dispatcher=options.dispatcher,
            control=options.control or (),
        )
    if isinstance(own, Mongrel2Connection):
        own.dispatcher = options.dispatcher or own.dispatcher
        own.control = options.control or own.control
    if type(own) is WSGIConnection:
        listener = bind(own.host, own.port, shared=options.workers > 1)
        return BoundPort(listener, grace=own.grace, patience=own.patience)
    return own
