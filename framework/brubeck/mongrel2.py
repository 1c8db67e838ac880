"""The import path of 2011 for what `brubeck.connections` and `brubeck.request` hold now."""

from typing import Any

from brubeck.connections import Mongrel2Connection, load_zmq_ctx
from brubeck.request import Request, parse_netstring, to_bytes, to_unicode
from brubeck.wire import MAX_IDENTS

CTX: Any  # made by __getattr__

__all__ = [
    "CTX",
    "MAX_IDENTS",
    "Mongrel2Connection",
    "Request",
    "parse_netstring",
    "to_bytes",
    "to_unicode",
]


def __getattr__(name: str) -> object:
    """Make the shared ZeroMQ context at the first use of CTX."""
    if name == "CTX":
        return load_zmq_ctx()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
