"""The head of an answer: status line and headers, written anew as little as possible.

Most answers of a program have the same headers, so their lines are remembered, all but those that
differ from answer to answer anyway.
"""

import re
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache

Pair = tuple[str, str]
HeaderList = list[Pair]

MAX_REMEMBERED = 512  # sets of headers
# Not worth remembering, and cookies are nobody else's business.
CHANGING = frozenset({"Set-Cookie", "ETag", "Last-Modified", "Location", "X-Request-Id"})
CLOSE = "Connection: close\r\n"
KEEP = "Connection: keep-alive\r\n"

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class CommonHeaders:
    """Headers that all answers of an application have, unless an answer has others itself."""

    __slots__ = ("pairs", "values")

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self.pairs = tuple(pairs)
        self.values = {name.lower(): value for name, value in self.pairs}

    def beside(self, headers: Iterable[Pair]) -> list[Pair]:
        """Return those that an answer with these headers lacks."""
        names = {name.lower() for name, _ in headers}
        return [pair for pair in self.pairs if pair[0].lower() not in names]


NO_HEADERS = CommonHeaders()


# Headers as text: the cookies, which come first; the others without Content-Length; Connection; and
# whether that asks for the end of the connection.
Lines = tuple[str, str, str, bool]


def lines_of(headers: HeaderList, common: CommonHeaders) -> Lines:
    """Write out headers and, beside them, the common ones that they lack."""
    steady: HeaderList = []
    own_cookies = changing = ""
    for pair in headers:
        name, value = pair
        if name not in CHANGING:
            steady.append(pair)
        elif name == "Set-Cookie":
            own_cookies += line(f"{name}: {value}")
        else:
            changing += line(f"{name}: {value}")
    cookies, others, connection, closes = _steady_lines(tuple(steady), common)
    return own_cookies + cookies, others + changing, connection, closes


@lru_cache(maxsize=MAX_REMEMBERED)
def _steady_lines(headers: tuple[Pair, ...], common: CommonHeaders) -> Lines:
    cookies, others, connection = "", "", ""
    for name, value in (*headers, *common.beside(headers)):
        key = name.lower()
        if key == "set-cookie":
            cookies += line(f"{name}: {value}")
        elif key == "connection":
            connection += line(f"{name}: {value}")
        elif key != "content-length":
            others += line(f"{name}: {value}")
    return cookies, others, connection, "close" in connection.lower()


@lru_cache(maxsize=256)
def status_line(version: str, code: int, message: str) -> str:
    """Return the first line of an answer."""
    return line(f"{version} {code} {message}")


def date_and_end() -> str:
    """Return the Date header (RFC 9110, 6.6.1) and the end of the head."""
    return _date_and_end(int(time.time()))


@lru_cache(maxsize=1)
def _date_and_end(now: int) -> str:
    return f"Date: {formatdate(now, usegmt=True)}\r\n\r\n"


def line(text: str) -> str:
    """Return one line, whatever the text contains."""
    return f"{text if text.isprintable() else one_line(text)}\r\n"


def one_line(text: str) -> str:
    """Return text without control characters: they could end a line and invent the next (CWE-113)."""
    return text if text.isprintable() else _CONTROL.sub("", text)
