"""Transports: how requests reach an application and how answers leave it."""

from brubeck.connections.base import Connection, load_zmq, load_zmq_ctx
from brubeck.connections.mongrel2 import Mongrel2Connection
from brubeck.connections.wsgi import WSGIConnection
from brubeck.request import Request, parse_netstring, to_bytes, to_unicode
from brubeck.response import http_response

__all__ = [
    "Connection",
    "Mongrel2Connection",
    "Request",
    "WSGIConnection",
    "coro_spawn",
    "http_response",
    "load_zmq",
    "load_zmq_ctx",
    "parse_netstring",
    "to_bytes",
    "to_unicode",
]


def __getattr__(name: str) -> object:
    """Give `coro_spawn`, which lives above this package, when a program asks for it here."""
    if name != "coro_spawn":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from brubeck.request_handling import coro_spawn

    return coro_spawn
