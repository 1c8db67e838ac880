"""A WSGI environ (PEP 3333) in the terms of Mongrel2's headers."""

from typing import Any, cast
from urllib.parse import quote

from brubeck.errors import BadRequest, PayloadTooLarge
from brubeck.limits import Limits
from brubeck.wire import Headers

# What RFC 3986 lets stand in a path; everything else Mongrel2 would show percent-encoded too.
_PATH_CHARACTERS = "/:@!$&'()*+,;=-._~"

Environ = dict[str, Any]  # the values of an environ are of every type


def add_headers(environ: Environ) -> Headers:
    """Add the names that Mongrel2 would send to the environ, and return it.

    A client's header never replaces a key of the server such as `wsgi.url_scheme`, and only text
    passes for one.
    """
    for key in [key for key in environ if key.startswith("HTTP_") and _is_text(environ[key])]:
        environ.setdefault(key[5:].replace("_", "-").lower(), _recoded(environ[key]))
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(key) and _is_text(environ[key]):
            environ[key.replace("_", "-").lower()] = _recoded(environ[key])
    environ["METHOD"] = environ.get("REQUEST_METHOD", "GET")
    environ["VERSION"] = environ.get("SERVER_PROTOCOL", "HTTP/1.1")
    environ["URL_SCHEME"] = environ.get("wsgi.url_scheme", "http")
    environ["QUERY"] = _recoded(environ.get("QUERY_STRING", ""))
    environ["PATH"] = _raw_path(environ)
    return cast("Headers", environ)


def read_body(environ: Environ, limits: Limits) -> bytes:
    """Read the body, taking it and its length out of the environ; empty without a length.

    Raises BadRequest for a length that is none and PayloadTooLarge before reading too much.
    """
    length = environ.pop("CONTENT_LENGTH", None)
    if not length:
        return b""
    stream = environ.pop("wsgi.input")
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("The Content-Length header is not a number. Send the body's length.")
    if int(length) > limits.body:
        raise PayloadTooLarge
    return cast("bytes", stream.read(int(length)))


def _raw_path(environ: Environ) -> str:
    """Return the path as the client sent it, or as near to that as the server lets us."""
    raw = environ.get("RAW_PATH_INFO")
    if raw:
        return cast("str", raw)
    decoded: str = environ.get("PATH_INFO", "")
    return quote(decoded.encode("latin-1", "replace"), safe=_PATH_CHARACTERS) or "/"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _recoded(text: str) -> str:
    """Undo WSGI's disguise of bytes as Latin-1."""
    if text.isascii():
        return text
    return text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
