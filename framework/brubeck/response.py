"""Answers: from whatever a handler returns to the bytes of an HTTP response."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar, Self

from brubeck import heads
from brubeck.heads import NO_HEADERS, CommonHeaders, HeaderList, one_line

HTTP_FORMAT = "HTTP/1.1 %(code)s %(status)s\r\n%(headers)s\r\n\r\n%(body)s"

HTML = "text/html; charset=utf-8"

_STATUS_LINE = re.compile(r"HTTP/\d\.\d (\d{3})(?: (.*))?")
_LENGTH_AND_CONNECTION = frozenset({"content-length", "connection"})


def http_response(
    body: object, code: int, status: str | None, headers: dict[str, Any] | None
) -> str | bytes:
    """Return a complete response as text, or as bytes when the body is bytes.

    Sets Content-Length, the number of bytes, in the caller's headers.
    """
    headers = {} if headers is None else headers
    text = body if isinstance(body, bytes) else "" if body is None else str(body)
    headers["Content-Length"] = len(_body_bytes(text))
    head: str = HTTP_FORMAT % {
        "code": code,
        "status": one_line(reason_phrase(code) if status is None else str(status)),
        "headers": "\r\n".join(_ordered_lines(headers)),
        "body": "",
    }
    return _encoded(head) + text if isinstance(text, bytes) else head + text


def _ordered_lines(headers: Mapping[str, object]) -> list[str]:
    """Return header lines: cookies, the length, the others as they were set."""
    order = {"set-cookie": 0, "content-length": 1}
    pairs = sorted(_pairs(headers), key=lambda pair: order.get(pair[0].lower(), 2))
    return [one_line(f"{name}: {value}") for name, value in pairs]


def render(
    body: object, status_code: int, status_msg: str, headers: dict[str, Any]
) -> dict[str, Any]:
    """Return the four parts of an answer as a dict, untouched."""
    return {
        "body": body,
        "status_code": status_code,
        "status_msg": status_msg,
        "headers": headers,
    }


@lru_cache(maxsize=256)
def reason_phrase(code: int) -> str:
    """Return the standard phrase of a status code, or the number as text."""
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return str(code)


class Response:
    """One answer: `status_code`, `status_msg`, `headers` (a list of pairs), `body` (bytes).

    `common` are headers besides, that other answers have too. An answer that a handler wrote out
    itself is kept in `raw` and sent as it is; its parts are read only when somebody asks for
    them, and `set_header` turns it into an ordinary one.
    """

    __slots__ = ("body", "common", "headers", "raw", "status_code", "status_msg")

    is_lasting: ClassVar[bool] = False
    """Whether its connection is still needed when its head has been sent."""

    status_code: int
    status_msg: str
    headers: HeaderList
    common: CommonHeaders
    body: bytes
    raw: bytes | None

    def __init__(
        self,
        status_code: int = 200,
        body: str | bytes | None = b"",
        headers: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        status_msg: str | None = None,
    ) -> None:
        if not 100 <= status_code <= 999:
            raise ValueError(f"{status_code} is no HTTP status. Use three digits, such as 200.")
        self.raw = None
        self.status_code = status_code
        self.status_msg = status_msg or reason_phrase(status_code)
        self.headers = _pairs(headers) if headers else []
        self.common = NO_HEADERS
        self.body = _encoded(body) if type(body) is str else _body_bytes(body)
        if body and isinstance(body, str):
            self._say_that_it_is_html()

    def _say_that_it_is_html(self) -> None:
        for name, _ in self.headers:
            if name == "Content-Type" or name.lower() == "content-type":
                return
        self.headers.append(("Content-Type", HTML))

    @classmethod
    def of(cls, result: object) -> Self | None:
        """Make an answer of whatever a handler returned, None of a false value: no answer.

        Takes an answer, finished text or bytes, the dicts with `status_code`, `status_msg`,
        `headers`, `body` or with `status`, `headers`, `body`, and iterators, which are streamed.
        Raises TypeError for anything else.
        """
        if type(result) is dict and result:  # as the handlers of web pages do
            return cls._of_parts(result)
        if not result:
            return None
        if isinstance(result, dict):
            return cls._of_parts(result)
        if isinstance(result, str | bytes):
            return cls.from_raw(_body_bytes(result))
        if isinstance(result, cls):
            return result
        if hasattr(result, "__next__"):
            return cls._of_parts({"body": result})
        raise _no_answer(result)

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Keep a complete answer, or bytes for a peer that does not speak HTTP, as it is."""
        return RawResponse(raw)  # type: ignore[return-value]  # which is a Response as well

    @classmethod
    def _of_parts(cls, result: dict[str, object]) -> Self:
        code, message = result.get("status_code"), result.get("status_msg")
        if code is None:
            if "status" not in result and "body" not in result:
                raise _no_answer(result)
            code, _, message = str(result.get("status", 200)).partition(" ")
        body = result.get("body")
        make = cls if type(body) is str or not hasattr(body, "__next__") else _streamed_class()
        return make(  # type: ignore[return-value]  # a StreamedResponse is one as well
            code if type(code) is int else _status_code(code),
            body,  # type: ignore[arg-type]  # whatever it is, it becomes bytes
            result.get("headers") or (),  # type: ignore[arg-type]  # or _pairs complains
            str(message) if message else None,
        )

    def header(self, name: str) -> str | None:
        """Return the first header of this name, in any spelling."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return self.common.values.get(wanted)

    def set_header(self, name: str, value: str) -> None:
        """Set a header, replacing all of the same name.

        Text that is no HTTP has headers where a server needs some; for others it stays as it is.
        """
        wanted = name.lower()
        self.headers = [pair for pair in self.headers if pair[0].lower() != wanted]
        self.headers.append((name, value))
        if self.raw is not None and self.raw.startswith(b"HTTP/"):
            self.raw = None

    def tidy(self) -> None:
        """Make bytes and pairs of texts of whatever somebody has set."""
        if self.raw is None:
            self.body, self.headers = _body_bytes(self.body), _pairs(self.headers)

    @property
    def closes_connection(self) -> bool:
        """Whether the connection must be closed to end this answer."""
        if self.raw is not None and not self.raw.startswith(b"HTTP/"):
            return False
        for name, value in self.headers:
            if name.lower() == "connection" and "close" in value.lower():
                return True
        if self.raw is None or self._is_bodiless:
            return False
        return not (self._has("content-length") or self._has("transfer-encoding"))

    def to_http(
        self, *, version: str = "HTTP/1.1", head: bool = False, keep_alive: bool = True
    ) -> bytes:
        """Return the complete response: what a raw answer is, or head and body in one.

        Without `keep_alive` it says `Connection: close`; a `version` of HTTP/1.0 with it says
        `keep-alive` (RFC 9112, 9.3). `head` leaves the body out and keeps its length.
        """
        return self.written(version=version, head=head, keep_alive=keep_alive)[0]

    def written(
        self, *, version: str = "HTTP/1.1", head: bool = False, keep_alive: bool = True
    ) -> tuple[bytes, bool]:
        """Return the complete response as `to_http`, and whether the connection may stay."""
        if self.raw is not None:
            raw = _without_body(self.raw) if head else self.raw
            return raw, keep_alive and not self.closes_connection
        body = b"" if head or self._is_bodiless else self.body
        length = len(body) if body else self._length(head=head)
        measure = "" if length is None else f"Content-Length: {length}\r\n"
        text, stays = self._head(measure, version=version, keep_alive=keep_alive)
        return text + body, stays

    def _head(
        self, measure: str, *, version: str = "HTTP/1.1", keep_alive: bool
    ) -> tuple[bytes, bool]:
        """Return status line and headers; `measure` is the one that says where the body ends."""
        cookies, others, connection, closes = heads.lines_of(self.headers, self.common)
        stays = keep_alive and not closes
        if not stays:
            connection = heads.CLOSE
        elif version == "HTTP/1.0":
            connection += heads.KEEP
        status = heads.status_line(version, self.status_code, self.status_msg)
        head = f"{status}{cookies}{measure}{others}{connection}{heads.date_and_end()}"
        return _encoded(head), stays

    def to_wsgi(self, *, head: bool = False) -> tuple[str, HeaderList, bytes]:
        """Return status line, headers and body as a WSGI server wants them (PEP 3333).

        Date and Connection are the server's business.
        """
        headers = [
            (_latin1(name), _latin1(value))
            for name, value in (*self.headers, *self.common.beside(self.headers))
            if name.lower() not in _LENGTH_AND_CONNECTION
        ]
        length = self._length(head=head)
        if length is not None:
            headers.append(("Content-Length", length))
        status = _latin1(f"{self.status_code} {self.status_msg}")
        return status, headers, b"" if head or self._is_bodiless else self.body

    def _has(self, name: str) -> bool:
        return self.header(name) is not None

    @property
    def _is_bodiless(self) -> bool:
        """Whether the status rules out a body (RFC 9110, 6.4.1)."""
        return self.status_code < 200 or self.status_code in {204, 304}

    def _length(self, *, head: bool) -> str | None:
        """Return the Content-Length, None where there must be none (RFC 9110, 8.6)."""
        status_code = self.status_code
        if status_code < 200 or status_code == 204:
            return None
        if status_code != 304 and (self.body or not head):
            return str(len(self.body))
        # There is no body to measure: only the handler may know the length that GET would have.
        given = self.header("content-length") or ""
        return given if given.isascii() and given.isdigit() else None


class RawResponse(Response):
    """An answer that a handler wrote out itself."""

    # A class of its own: __getattr__ makes every attribute of a class slower to read.
    __slots__ = ()

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.common = NO_HEADERS

    def __getattr__(self, name: str) -> object:
        """Read the parts of a raw answer at the first use of one."""
        if name not in Response.__slots__ or self.raw is None:
            raise AttributeError(name)
        self.status_code, self.status_msg, self.headers, self.body = _parse_raw(self.raw)
        return getattr(self, name)


def _streamed_class() -> type[Response]:
    from brubeck.streaming import StreamedResponse  # which stands above this module

    return StreamedResponse


def _no_answer(result: object) -> TypeError:
    return TypeError(
        f"A handler returned {result!r:.99}, of which no answer can be made. "
        "Return self.render(), render(...), http_response(...) or text."
    )


def _status_code(code: object) -> int:
    try:
        return int(str(code))
    except ValueError:
        raise TypeError(f"The status code of an answer is {code!r:.99}. Use a number.") from None


def _body_bytes(body: object) -> bytes:
    """Return any body as bytes; what UTF-8 cannot say becomes question marks."""
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    if isinstance(body, list | tuple):
        return b"".join(map(_body_bytes, body))
    return _encoded(str(body))


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _latin1(text: str) -> str:
    """Return one line of text in WSGI's disguise: one character for each byte."""
    line = one_line(text)
    return line if line.isascii() else _encoded(line).decode("latin-1")


def _pairs(headers: Mapping[str, object] | Iterable[tuple[str, object]]) -> HeaderList:
    """Return headers as pairs of texts; a list of values becomes several of one name."""
    pairs: HeaderList = []
    # A look for the method: isinstance of Mapping is slow.
    for name, value in headers.items() if hasattr(headers, "items") else headers:
        if type(value) is str:
            pairs.append((str(name), value))
        elif isinstance(value, list | tuple):
            pairs.extend((str(name), _header_text(item)) for item in value)
        else:
            pairs.append((str(name), _header_text(value)))
    return pairs


def _header_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _parse_raw(raw: bytes) -> tuple[int, str, HeaderList, bytes]:
    """Split a finished answer; what is not HTTP is the body of a 200."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    status = _STATUS_LINE.fullmatch(first)
    if not (separator and status):
        # A bare MessageHandler answers in JSON, which must not be taken for a page.
        content_type = "application/json" if raw.startswith((b"{", b"[")) else HTML
        return 200, "OK", [("Content-Type", content_type)], raw
    headers = [
        (name.strip(), value.strip())
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    ]
    if body and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", HTML))
    return int(status[1]), status[2] or reason_phrase(int(status[1])), headers, body


def _without_body(raw: bytes) -> bytes:
    """Return the head of a finished answer: a body after HEAD would be read as the next answer."""
    head, separator, _ = raw.partition(b"\r\n\r\n")
    return head + separator if raw.startswith(b"HTTP/") else raw
