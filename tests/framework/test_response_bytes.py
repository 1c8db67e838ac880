"""Responses: their headers, and the bytes that go to Mongrel2 or WSGI."""

import re
from email.utils import parsedate_to_datetime

import pytest
from brubeck import heads
from brubeck.response import Response, render
from framework.responses import answer
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=80)
HEADER_LINE = re.compile(rb"[^\r\n\0]+: [^\r\n\0]*")
JUNK = st.text(st.sampled_from("a:\r\n\0\t \x7f\xe9\u20ac\udce9\x85\u2028"), max_size=12)


def split(raw: bytes) -> tuple[bytes, dict[str, list[str]], bytes]:
    """Return status line, header values by lower-case name, and body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        assert HEADER_LINE.fullmatch(line), line
        name, _, value = line.decode("utf-8").partition(": ")
        headers.setdefault(name.lower(), []).append(value)
    return first, headers, body


def test_headers_are_found_in_any_spelling() -> None:
    """Names of headers have no case."""
    response = Response(headers={"X-Name": "a"})
    assert response.header("x-nAME") == "a"
    assert response.header("x-other") is None


def test_setting_a_header_replaces_it() -> None:
    """All of the same name give way, whatever their spelling."""
    response = Response(headers=[("X-A", "1"), ("X-B", "2"), ("x-a", "3")])
    response.set_header("X-a", "4")
    assert response.headers == [("X-B", "2"), ("X-a", "4")]


def test_setting_a_header_makes_a_finished_response_an_ordinary_one() -> None:
    """It is written anew, with the change."""
    response = answer("HTTP/1.1 201 Made\r\nX-A: 1\r\n\r\nb")
    response.set_header("X-B", "2")
    status, headers, body = split(response.to_http())
    assert (status, body) == (b"HTTP/1.1 201 Made", b"b")
    assert (headers["x-a"], headers["x-b"]) == (["1"], ["2"])


def test_text_that_is_no_http_gets_no_head() -> None:
    """What looks after all answers may set headers; peers that speak no HTTP never see them."""
    response = answer('{"a":1}')
    response.set_header("X-A", "2")
    assert response.to_http() == b'{"a":1}'
    assert ("X-A", "2") in response.to_wsgi()[1]


def test_an_unknown_attribute_is_an_error() -> None:
    """Reading the parts late does not hide misspellings."""
    with pytest.raises(AttributeError):
        _ = answer("HTTP/1.1 200 OK\r\n\r\n").stauts  # type: ignore[attr-defined]  # the point


def test_an_answer_is_written_with_length_and_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bytes object holds it all; the caller's headers keep their order."""
    monkeypatch.setattr(heads.time, "time", lambda: 784_111_777.9)
    raw = answer(render("Hi", 200, "OK", {"X-A": "1", "Set-Cookie": ["a=1", "b=2"]})).to_http()
    assert raw == (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\nX-A: 1\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nHi"
    )


def test_the_date_moves_with_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written once a second, and again in the next."""
    dates = []
    for now in (784_111_777.0, 784_111_777.9, 784_111_778.0):
        monkeypatch.setattr(heads.time, "time", lambda now=now: now)
        _, headers, _ = split(Response().to_http())
        dates.append(parsedate_to_datetime(headers["date"][0]).timestamp())
    assert dates == [784_111_777, 784_111_777, 784_111_778]


def test_a_false_content_length_is_corrected() -> None:
    """A wrong one would cut the answer off or stall the connection."""
    _, headers, _ = split(Response(200, b"abc", {"content-length": "99"}).to_http())
    assert headers["content-length"] == ["3"]


@pytest.mark.parametrize("status_code", [100, 101, 204])
def test_a_status_without_a_body_has_neither_body_nor_length(status_code: int) -> None:
    """RFC 9110, 8.6: a length would announce one."""
    response = Response(status_code, b"abc", {"Content-Length": "3"})
    _, headers, body = split(response.to_http())
    assert body == b""
    assert "content-length" not in headers
    assert response.to_wsgi()[1:] == ([], b"")


def test_not_modified_has_no_body() -> None:
    """A 304 may only repeat the length that the handler gave."""
    _, headers, body = split(Response(304, b"abc").to_http())
    assert (headers.get("content-length"), body) == (None, b"")
    _, headers, body = split(Response(304, b"abc", {"Content-Length": "7"}).to_http())
    assert (headers.get("content-length"), body) == (["7"], b"")


@pytest.mark.parametrize(
    ("body", "given", "length"),
    [
        (b"abc", "9", "3"),
        (b"", "9", "9"),
        (b"", "x", None),
        (b"", None, None),
        (b"", "\u0663", None),
    ],
)
def test_head_has_the_length_of_get_and_no_body(
    body: bytes, given: str | None, length: str | None
) -> None:
    """The length is that of the body, else what the handler says, else left out."""
    response = Response(200, body, {"Content-Length": given} if given else {})
    _, headers, sent = split(response.to_http(head=True))
    assert sent == b""
    assert headers.get("content-length") == ([length] if length else None)
    assert dict(response.to_wsgi(head=True)[1]).get("Content-Length") == length
    assert response.to_wsgi(head=True)[2] == b""


@pytest.mark.parametrize(
    ("version", "keep_alive", "own", "connection"),
    [
        ("HTTP/1.1", True, None, None),
        ("HTTP/1.1", False, None, ["close"]),
        ("HTTP/1.1", False, "keep-alive", ["close"]),
        ("HTTP/1.1", True, "close", ["close"]),
        ("HTTP/1.0", True, None, ["keep-alive"]),
        ("HTTP/1.0", True, "close", ["close"]),
        ("HTTP/1.0", False, None, ["close"]),
    ],
)
def test_the_connection_header_says_what_happens_next(
    version: str, keep_alive: bool, own: str | None, connection: list[str] | None
) -> None:
    """RFC 9112, 9.3: old clients are told that it stays, all are told that it ends."""
    response = Response(headers={"Connection": own} if own else {})
    status, headers, _ = split(response.to_http(version=version, keep_alive=keep_alive))
    assert status == f"{version} 200 OK".encode()
    assert headers.get("connection") == connection


@pytest.mark.parametrize(
    ("response", "closes"),
    [
        (Response(200, b"a"), False),
        (Response(200, b"a", {"connection": "Close"}), True),
        (Response.from_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"), False),
        (
            Response.from_raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            False,
        ),
        (
            Response.from_raw(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n"),
            False,
        ),
        (Response.from_raw(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"), True),
        (Response.from_raw(b'{"a":1}'), False),
    ],
)
def test_an_answer_knows_whether_only_its_end_ends_it(response: Response, closes: bool) -> None:
    """Without a length of its own it lasts until the connection is closed."""
    assert response.closes_connection is closes


@quick
@given(JUNK, st.lists(st.tuples(JUNK, JUNK), max_size=4), st.booleans())
def test_nothing_gets_a_line_of_its_own(
    message: str, headers: list[tuple[str, str]], keep_alive: bool
) -> None:
    """Whatever names, values and reasons contain, there are no more lines than headers."""
    response = Response(200, b"body", headers, message)
    head, _, body = response.to_http(keep_alive=keep_alive).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert body == b"body"
    assert len(lines) <= 1 + len(headers) + 3
    assert not any(set(line) & set(b"\r\n\0") for line in lines)


@quick
@given(JUNK, st.lists(st.tuples(JUNK, JUNK), max_size=4))
def test_wsgi_gets_only_what_it_allows(message: str, headers: list[tuple[str, str]]) -> None:
    """PEP 3333: Latin-1 text without control characters."""
    status, pairs, body = Response(200, b"body", headers, message).to_wsgi()
    assert body == b"body"
    for text in (status, *(part for pair in pairs for part in pair)):
        assert len(text.encode("latin-1")) == len(text)
        assert not set(text) & set("\r\n\0")


def test_wsgi_gets_no_headers_of_the_connection() -> None:
    """They are the server's; cookies stay apart, and text is bytes in disguise."""
    response = Response(
        200,
        "caf\xe9",
        {"Connection": "close", "Set-Cookie": ["a=1", "b=2"], "X-A": "\xe9"},
        "D\xe9j\xe0",
    )
    assert response.to_wsgi() == (
        "200 D\xc3\xa9j\xc3\xa0",
        [
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("X-A", "\xc3\xa9"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", "5"),
        ],
        b"caf\xc3\xa9",
    )
