"""Responses: every shape of what a handler returns."""

import pytest
from brubeck.response import HTTP_FORMAT, Response, http_response, reason_phrase, render
from framework.responses import answer
from markupsafe import Markup


def test_http_format_is_a_template_of_four_keys() -> None:
    """Programs fill it in themselves."""
    filled = HTTP_FORMAT % {"code": 200, "status": "OK", "headers": "A: b", "body": "c"}
    assert filled == "HTTP/1.1 200 OK\r\nA: b\r\n\r\nc"


def test_http_response_is_the_complete_text() -> None:
    """Status line, headers, blank line, body; the length is set in the caller's dict."""
    headers: dict[str, object] = {"Content-Type": "text/plain"}
    text = http_response("caf\xe9", 200, "OK", headers)
    assert text == (
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\ncaf\xe9"
    )
    assert headers["Content-Length"] == 5


def test_http_response_writes_cookies_then_length_then_the_rest() -> None:
    """Programs of 2012 compare whole strings."""
    text = http_response("", 200, "OK", {"X-A": "1", "Content-Length": "9", "Set-Cookie": "a=b"})
    assert text == "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nX-A: 1\r\n\r\n"


def test_http_response_without_a_body_has_none() -> None:
    """None is no body, not the word None."""
    assert http_response(None, 204, "No Content", {}) == (
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    )


def test_http_response_of_bytes_is_bytes() -> None:
    """A binary body is not decoded."""
    raw = http_response(b"\xff", 200, "OK", {})
    assert raw == b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff"


def test_http_response_takes_any_body() -> None:
    """What is neither text nor bytes goes through its text."""
    assert http_response(12, 200, "OK", {}) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n12"


def test_http_response_fills_in_what_is_missing() -> None:
    """Without a status text the standard one is used, without headers only the length."""
    assert http_response("a", 404, None, None) == (
        "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\na"
    )


def test_http_response_cannot_be_split() -> None:
    """Line breaks in names, values and reasons are taken out (CWE-113)."""
    text = http_response(
        "", 302, "to /\r\nX: 1", {"Location": "/\r\nSet-Cookie: a=b", "X\n-B": "\0c"}
    )
    assert text == (
        "HTTP/1.1 302 to /X: 1\r\nContent-Length: 0\r\nLocation: /Set-Cookie: a=b\r\nX-B: c\r\n\r\n"
    )


def test_render_returns_its_arguments() -> None:
    """Exactly four keys, and the very same headers dict."""
    headers = {"A": "b"}
    parts = render("body", 200, "OK", headers)
    assert parts == {"body": "body", "status_code": 200, "status_msg": "OK", "headers": headers}
    assert parts["headers"] is headers


@pytest.mark.parametrize(
    ("code", "phrase"), [(200, "OK"), (404, "Not Found"), (299, "299"), (-1, "-1")]
)
def test_reason_phrases_are_the_standard_ones(code: int, phrase: str) -> None:
    """A code without a phrase is its own."""
    assert reason_phrase(code) == phrase


@pytest.mark.parametrize("result", [None, "", b"", {}, [], 0, False])
def test_a_false_value_is_no_answer(result: object) -> None:
    """The handler may answer later, by itself."""
    assert Response.of(result) is None


@pytest.mark.parametrize(
    "raw", ["HTTP/1.1 200 OK\r\nA: b\r\n\r\ncaf\xe9", b"HTTP/1.0 500 No\r\n\r\n\xff"]
)
def test_a_finished_response_is_sent_unchanged(raw: str | bytes) -> None:
    """Text and bytes that begin with HTTP/ are complete."""
    assert answer(raw).to_http() == (raw.encode() if isinstance(raw, str) else raw)


def test_a_finished_response_to_head_loses_its_body() -> None:
    """It would be taken for the next answer; what is no HTTP has no head to keep."""
    raw = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
    assert answer(raw).to_http(head=True) == raw.removesuffix("body").encode()
    assert answer('{"a":1}').to_http(head=True) == b'{"a":1}'


def test_other_text_is_sent_unchanged() -> None:
    """A bare MessageHandler answers peers that do not speak HTTP."""
    assert answer('{"a":1}').to_http() == b'{"a":1}'


def test_the_parts_of_a_finished_response_can_be_read() -> None:
    """A WSGI server wants them apart."""
    response = answer("HTTP/1.1 404 Nothing Here\r\nContent-Type: text/plain\r\nX-A:1\r\n\r\nbody")
    assert (response.status_code, response.status_msg) == (404, "Nothing Here")
    assert response.headers == [("Content-Type", "text/plain"), ("X-A", "1")]
    assert response.body == b"body"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        ('{"a":1}', "application/json"),
        ("[1]", "application/json"),
        ("HTTP/ is a protocol", "text/html; charset=utf-8"),
        ("HTTP/1.1 2000 What\r\n\r\n", "text/html; charset=utf-8"),
    ],
)
def test_text_that_is_no_http_is_the_body_of_a_200(raw: str, content_type: str) -> None:
    """A WSGI server can send nothing else; the JSON of a bare handler is no page."""
    response = answer(raw)
    assert response.to_wsgi() == (
        "200 OK",
        [("Content-Type", content_type), ("Content-Length", str(len(raw)))],
        raw.encode(),
    )


@pytest.mark.parametrize(
    "result",
    [
        {"status_code": 201, "status_msg": "Made", "headers": {"X-A": "1"}, "body": "b"},
        {"status": "201 Made", "headers": {"X-A": "1"}, "body": "b"},
        {"status": "201 Made", "headers": [("X-A", "1")], "body": b"b"},
        {"status_code": "201", "status_msg": "Made", "headers": [["X-A", 1]], "body": ["b"]},
        Response(201, "b", {"X-A": "1"}, "Made"),
    ],
)
def test_every_dict_form_gives_the_same_answer(result: object) -> None:
    """Forms of all eras are accepted from any callable."""
    response = answer(result)
    assert (response.status_code, response.status_msg) == (201, "Made")
    assert (response.header("x-a"), response.body) == ("1", b"b")


@pytest.mark.parametrize(
    ("result", "status_code", "status_msg"),
    [
        ({"body": "a"}, 200, "OK"),
        ({"status_code": 404, "headers": None, "body": None}, 404, "Not Found"),
        ({"status": 404}, 404, "Not Found"),
        ({"status_code": 799, "status_msg": ""}, 799, "799"),
    ],
)
def test_missing_parts_are_filled_in(
    result: dict[str, object], status_code: int, status_msg: str
) -> None:
    """The standard phrase, no headers and no body are what is meant."""
    response = answer(result)
    assert (response.status_code, response.status_msg) == (status_code, status_msg)


@pytest.mark.parametrize(
    "result", [1, [1], object(), {"a": 1}, {"status_code": "fine"}, {"status": "fine"}]
)
def test_a_result_of_another_kind_is_an_error(result: object) -> None:
    """The error is for the log; it says what may be returned."""
    with pytest.raises(TypeError, match="answer"):
        Response.of(result)


@pytest.mark.parametrize("status_code", [-1, 0, 99, 1000])
def test_a_status_that_http_does_not_know_is_an_error(status_code: int) -> None:
    """Three digits, or the client could not read the first line."""
    with pytest.raises(ValueError, match="three digits"):
        Response.of({"status_code": status_code, "body": "a"})


def test_header_values_become_text() -> None:
    """Numbers and bytes are written as they read; a list is one header for each item."""
    response = Response(headers={"X-N": 1, "X-B": b"\xc3\xa9", "Set-Cookie": ["a=1", "b=2"]})
    assert response.headers == [
        ("X-N", "1"),
        ("X-B", "\xe9"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]


@pytest.mark.parametrize(
    ("body", "raw"), [(None, b""), ("caf\xe9", b"caf\xc3\xa9"), ("\ud800", b"?"), (7, b"7")]
)
def test_every_body_becomes_bytes(body: object, raw: bytes) -> None:
    """Text is UTF-8, and what UTF-8 cannot say becomes a question mark."""
    assert answer({"body": body, "status_code": 200}).body == raw


@pytest.mark.parametrize(
    ("body", "headers", "content_type"),
    [
        ("a", {}, "text/html; charset=utf-8"),
        (Markup("a"), {}, "text/html; charset=utf-8"),
        ("a", {"content-type": "text/plain"}, "text/plain"),
        ("", {}, None),
        (b"a", {}, None),
    ],
)
def test_text_without_a_type_is_html(
    body: str | bytes, headers: dict[str, str], content_type: str | None
) -> None:
    """Browsers must not have to guess; bytes might be anything."""
    assert Response(200, body, headers).header("Content-Type") == content_type
