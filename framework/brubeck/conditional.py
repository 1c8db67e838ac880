"""Conditional requests: answers that are sent only if they would be new (RFC 9110, 13).

Pure functions over header texts; times are seconds since the epoch.
"""

import re
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b

Header = Callable[[str], str | None]

DIGEST_SIZE = 16

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\uffff]*"')
_ELEMENT = re.compile(rf"[ \t,]*({_TAG.pattern})")


def etag_of(body: bytes) -> str:
    """Return a strong entity tag of these bytes."""
    return f'"{blake2b(body, digest_size=DIGEST_SIZE).hexdigest()}"'


def as_etag(value: object) -> str:
    """Return a value as an entity tag: quoted, unless it is one already.

    Raises ValueError for text that no tag can have (RFC 9110, 8.8.3).
    """
    text = str(value)
    tag = text if _TAG.fullmatch(text) else f'"{text}"'
    if not _TAG.fullmatch(tag):
        raise ValueError(
            f"{text!r} can be no entity tag. Leave quotes, spaces and control characters out."
        )
    return tag


def parsed_etags(header: str) -> list[str]:
    """Return the entity tags of a list, up to the first thing that is none."""
    tags = []
    position = 0
    while found := _ELEMENT.match(header, position):
        tags.append(found[1])
        position = found.end()
    return tags


def matches_weakly(etag: str, header: str) -> bool:
    """Tell whether a list has the tag, be it weak or not (RFC 9110, 8.8.3.2)."""
    return _strong(etag) in map(_strong, parsed_etags(header))


def matches_strongly(etag: str, header: str) -> bool:
    """Tell whether a list has the very tag, and it is not weak (RFC 9110, 8.8.3.2)."""
    return not etag.startswith("W/") and etag in parsed_etags(header)


def _strong(etag: str) -> str:
    return etag.removeprefix("W/")


def parsed_date(text: str | None) -> float | None:
    """Return the time that a header names, None when it names none."""
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (ValueError, OverflowError):
        return None


def http_date(seconds: float) -> str:
    """Return a time as headers name it (RFC 9110, 5.6.7)."""
    return formatdate(seconds, usegmt=True)


def has_version(header: str, etag: str | None, modified: float | None) -> bool:
    """Tell whether If-None-Match names what there is (RFC 9110, 13.1.2)."""
    if header.strip() == "*":
        return not (etag is None and modified is None)
    return etag is not None and matches_weakly(etag, header)


def is_current(header: Header, etag: str | None, modified: float | None) -> bool:
    """Tell whether a reader's copy is still right (RFC 9110, 13.1.2 and 13.1.3).

    `header` returns one of the request's headers by its name; `etag` and `modified`, in seconds,
    are those of what there is now, both None when there is nothing.
    """
    etags = header("if-none-match")
    if etags is not None:
        return has_version(etags, etag, modified)
    since = parsed_date(header("if-modified-since"))
    return since is not None and modified is not None and int(modified) <= since


def is_outdated(header: Header, etag: str | None, modified: float | None) -> bool:
    """Tell whether a client means another version than there is (RFC 9110, 13.1.1 and 13.1.4)."""
    etags = header("if-match")
    if etags is None:
        since = parsed_date(header("if-unmodified-since"))
        return since is not None and modified is not None and int(modified) > since
    if etags.strip() == "*":
        return etag is None and modified is None
    return etag is None or not matches_strongly(etag, etags)
