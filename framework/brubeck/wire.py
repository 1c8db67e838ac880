# ruff: noqa: N818 - BadMessage names what came in; the contract of this module
"""Mongrel2's messages: bytes in, values out, and back.

No sockets and no coroutines here. The format is that of Mongrel2 1.12: a request is
`IDENT ID PATH HEADERS BODY`, where HEADERS is a netstring of JSON or a tnetstring dict and
BODY a netstring; a reply is `IDENT LENGTH:ID ID ..., PAYLOAD`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import AnyStr, NamedTuple

import orjson

HeaderValue = str | list[str]
Headers = dict[str, HeaderValue]

MAX_IDENTS = 100
MAX_ID_DIGITS = 20
MAX_REMEMBERED = 4096  # connections
KEEP_ALIVE = b"27:3:ctl,17:10:keep-alive,0:,}]"  # the tnetstring of ["ctl", {"keep-alive": ""}]
MAX_LENGTH_DIGITS = 9  # of a netstring, as the tnetstring definition says
# The byte after a payload names its kind in a tnetstring: `,` text, `]` list, `}` dict.
TEXT = ord(",")
NO_BODY = b"0:,"
# Anything else makes Mongrel2 skip the reply and hold up all others for half a second.
_IDENT = re.compile(r"[A-Za-z0-9-]{1,255}")


class BadMessage(ValueError):
    """Bytes that are no message, or values of which none can be made."""


class BadNetstring(BadMessage, AssertionError):
    """Bytes that are no netstring. An AssertionError too: programs of 2012 catch that."""


class Message(NamedTuple):
    """One request as Mongrel2 sends it.

    Header names of the client are lower case, Mongrel2's own upper case; a repeated header is a
    list in the order of arrival. Bytes that are not UTF-8 are kept as surrogate escapes.
    """

    sender: str
    conn_id: str
    path: str
    headers: Headers
    body: bytes


def parse(data: bytes) -> Message:
    """Read one message. Raises BadMessage for everything that is none."""
    try:
        raw_sender, raw_conn_id, raw_path, rest = data.split(b" ", 3)
    except ValueError:
        raise BadMessage("A message needs sender, connection id, path and headers.") from None
    sender, conn_id = _addressee(raw_sender, raw_conn_id)
    raw_headers, kind, rest = _split(rest, b",}")
    body = b"" if rest == NO_BODY else _body(rest)
    headers = _json_headers(raw_headers) if kind == TEXT else _tnetstring_headers(raw_headers)
    path = raw_path.decode("utf-8", "surrogateescape")
    # Not Message(...), whose own __new__ is slower than all that is in here.
    return tuple.__new__(Message, (sender, conn_id, path, headers, body))


def _body(data: bytes) -> bytes:
    body, _, rest = _split(data, b",")
    if rest.strip():  # messages kept in text files end in a line break
        raise BadMessage(f"{len(rest)} bytes follow after the body.")
    return body


def parse_netstring(data: AnyStr) -> tuple[AnyStr, AnyStr]:
    """Split `LENGTH:payload,rest` into (payload, rest); LENGTH counts bytes, also for text.

    Raises BadNetstring, which is a BadMessage and an AssertionError.
    """
    if isinstance(data, bytes):
        payload, _, rest = _split(data, b",")
        return payload, rest
    payload, _, rest = _split(data.encode("utf-8", "surrogateescape"), b",")
    return _text(payload), _text(rest)


def reply(sender: str, conn_id: str, payload: bytes) -> bytes:
    """Address a payload to one connection. An empty payload closes it.

    Raises BadMessage instead of making something that Mongrel2 would stumble over.
    """
    return _envelope(sender, conn_id) + payload


def replies(
    sender: str, conn_ids: Iterable[str], payload: bytes, max_idents: int = MAX_IDENTS
) -> list[bytes]:
    """Address one payload to many connections, at most `max_idents` (1 to 128) in a message."""
    if not 1 <= max_idents <= 128:
        raise ValueError(
            f"max_idents is {max_idents}. Pass 1 to 128, which Mongrel2 takes in a message."
        )
    idents = list(conn_ids)
    for ident in idents:
        _check_addressee(sender, ident)
    return [
        _bulk(sender, idents[start : start + max_idents], payload)
        for start in range(0, len(idents), max_idents)
    ]


def keep_alives(sender: str, conn_ids: Iterable[str], max_idents: int = MAX_IDENTS) -> list[bytes]:
    """Make messages after which Mongrel2 counts the silence of connections anew."""
    idents = list(conn_ids)
    for ident in idents:
        _check_addressee(sender, ident)
    return [
        _bulk(sender, ["X", *idents[start : start + max_idents]], KEEP_ALIVE)
        for start in range(0, len(idents), max_idents)
    ]


def _bulk(sender: str, idents: Sequence[str], payload: bytes) -> bytes:
    targets = " ".join(idents)
    return f"{sender} {len(targets)}:{targets}, ".encode() + payload


# Clients send more than one request over a connection; what is known of it is remembered.


@lru_cache(maxsize=MAX_REMEMBERED)
def _addressee(sender: bytes, conn_id: bytes) -> tuple[str, str]:
    addressee = _text(sender), _text(conn_id)
    _check_addressee(*addressee)
    return addressee


@lru_cache(maxsize=MAX_REMEMBERED)
def _envelope(sender: str, conn_id: str) -> bytes:
    _check_addressee(sender, conn_id)
    return f"{sender} {len(conn_id)}:{conn_id}, ".encode()


def _check_addressee(sender: str, conn_id: str) -> None:
    if not _is_ident(sender):
        raise BadMessage(f"{sender!r:.99} is no sender: letters, digits and hyphens only.")
    # str.isdigit alone takes digits of every script.
    if not (conn_id.isdigit() and conn_id.isascii() and len(conn_id) <= MAX_ID_DIGITS):
        raise BadMessage(f"{conn_id!r:.99} is no connection id: digits only.")


@lru_cache(maxsize=64)
def _is_ident(sender: str) -> bool:
    return _IDENT.fullmatch(sender) is not None


def _split(data: bytes, kinds: bytes) -> tuple[bytes, int, bytes]:
    """Split `LENGTH:payload` + a kind + rest into (payload, kind, rest)."""
    colon = data.find(b":", 0, MAX_LENGTH_DIGITS + 1)
    digits = data[:colon]
    if not digits.isdigit():
        raise BadNetstring(f"A netstring begins with its length and a colon, not {data[:20]!r}.")
    end = colon + 1 + int(digits)
    if end >= len(data) or (kind := data[end]) not in kinds:
        raise BadNetstring(f"A netstring of {int(digits)} bytes must end in one of {kinds!r}.")
    return data[colon + 1 : end], kind, data[end + 1 :]


def _json_headers(raw: bytes) -> Headers:
    try:
        headers = orjson.loads(raw)
    except ValueError:
        headers = _tolerant_json(raw)
    if not isinstance(headers, dict):
        raise BadMessage("Headers must be a JSON object.")
    for value in headers.values():
        if type(value) is not str:
            return _checked(headers)
    return headers


def _checked(headers: dict[str, object]) -> Headers:
    return {
        name: value if isinstance(value, str) else _checked_value(name, value)
        for name, value in headers.items()
    }


def _tolerant_json(raw: bytes) -> object:
    """Read what Mongrel2 makes of strange headers: raw control characters, bytes that are not UTF-8."""
    try:
        return json.loads(_text(raw), strict=False)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"Headers are not JSON: {error!s:.99}") from None


def _checked_value(name: str, value: object) -> HeaderValue:
    if isinstance(value, list) and not name.isupper():
        if all(isinstance(item, str) for item in value):
            return value
    elif isinstance(value, int | float):
        return str(value)
    raise BadMessage(f"Header {name!r:.99} has neither text nor a list of texts.")


def _tnetstring_headers(raw: bytes) -> Headers:
    headers: Headers = {}
    while raw:
        name, _, raw = _split(raw, b",")
        value, kind, raw = _split(raw, b",]")
        _add_header(headers, _text(name), _text(value) if kind == TEXT else _texts(value))
    return headers


def _texts(raw: bytes) -> list[str]:
    texts = []
    while raw:
        value, _, raw = _split(raw, b",")
        texts.append(_text(value))
    return texts


def _add_header(headers: Headers, name: str, value: HeaderValue) -> None:
    if name in headers:
        value = _as_list(headers[name]) + _as_list(value)
    headers[name] = _checked_value(name, value) if isinstance(value, list) else value


def _as_list(value: HeaderValue) -> list[str]:
    return value if isinstance(value, list) else [value]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
