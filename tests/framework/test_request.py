"""Requests: read from messages and environments, with headers that can be relied on."""

from io import BytesIO
from typing import Any

import pytest
from brubeck.errors import BadRequest, HTTPError, PayloadTooLarge
from brubeck.limits import Limits
from brubeck.request import Request, parse_netstring, to_bytes, to_unicode
from brubeck.wire import BadMessage
from framework.requests_made import FORM, environ, message, request


def test_what_is_no_text_is_no_header() -> None:
    """Eventlet's server puts a tuple of all headers into the environ, under a lower-case name."""
    raw = (("Host", "x.test"), ("X-A", "1" * 20_000))
    made = Request.parse_wsgi_request(
        environ(HTTP_HOST="x.test", headers_raw=raw, cookie=raw, host=raw),
        limits=Limits(header_count=4, header_size=100),
    )
    assert made.header("headers_raw") is None
    assert made.header("headers_raw", "none") == "none"
    assert (made.host, list(made.cookies)) == ("", [])
    made.check_limits()


@pytest.mark.parametrize("kind", [str, str.encode])
def test_a_message_of_mongrel2_is_read_from_text_and_bytes(kind: Any) -> None:
    """Live messages are bytes; those kept in files are text."""
    parsed = Request.parse_msg(
        kind(
            message({"METHOD": "POST", "PATH": "/a", "host": "x.test:6767", "QUERY": "b=c"}, "body")
        )
    )
    assert (parsed.sender, parsed.conn_id, parsed.path) == ("snd-1", "3", "/a")
    assert (parsed.method, parsed.body, parsed.is_wsgi) == ("POST", b"body", False)
    assert parsed.url == "http://x.test:6767/a?b=c"


def test_the_path_comes_from_the_header_when_there_is_one() -> None:
    """It is kept raw: percent-encoded, with dots and double slashes."""
    assert Request.parse_msg(message({"PATH": "/%61/..//b"}, path="/x")).path == "/%61/..//b"
    assert Request.parse_msg(message({}, path="/x")).path == "/x"


def test_a_message_that_is_none_is_a_badmessage() -> None:
    """The transport logs it and goes on."""
    with pytest.raises(BadMessage):
        Request.parse_msg(b"nonsense")


def test_the_constructor_takes_what_it_always_took() -> None:
    """Six positional arguments, of which the address is optional, and more that are ignored."""
    made = Request("s", "1", "/p", {}, "text", "http://x.test/p?a=1", "more", other="ignored")
    assert (made.body, made.url_parts.netloc, made.url_parts.query) == (b"text", "x.test", "a=1")
    assert Request("s", "1", "/p", {}, b"").url == "http:///p"


def test_an_address_may_come_in_parts() -> None:
    """A SplitResult is taken as it is."""
    parts = request(host="x.test").url_parts
    assert Request("s", "1", "/", {}, b"", parts).url_parts is parts


def test_programs_may_keep_attributes_on_a_request() -> None:
    """A request travels through all hooks of a program."""
    made = request()
    made.user = "jd"  # type: ignore[attr-defined]  # the point of the test
    made.arguments = {"a": ["1"]}
    assert made.get_argument("a") == "1"


def test_an_environ_is_read() -> None:
    """Sender, headers, method, version, body and remote address are there as with Mongrel2."""
    made = Request.parse_wsgi_request(
        environ(
            **{
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/a b",
                "QUERY_STRING": "q=1",
                "CONTENT_TYPE": FORM,
                "CONTENT_LENGTH": "3",
                "HTTP_COOKIE": "c=d",
                "HTTP_HOST": "x.test",
                "HTTP_X_FORWARDED_FOR": "6.6.6.6",
                "wsgi.input": BytesIO(b"b=2"),
            }
        )
    )
    assert (made.sender, made.conn_id, made.is_wsgi) == ("WSGI_server", None, True)
    assert (made.method, made.version, made.path) == ("POST", "HTTP/1.1", "/a%20b")
    assert (made.remote_addr, made.host, made.body) == ("127.0.0.1", "x.test", b"b=2")
    assert made.arguments == {"q": ["1"], "b": ["2"]}
    assert made.cookies["c"].value == "d"
    assert made.url == "http://x.test/a%20b?q=1"
    made.check_limits()


@pytest.mark.parametrize(("length", "error"), [("9" * 12, PayloadTooLarge), ("x", BadRequest)])
def test_a_body_that_is_not_to_be_had_is_refused_later(length: str, error: type[HTTPError]) -> None:
    """Parsing never fails; check_limits says what is wrong."""
    made = Request.parse_wsgi_request(environ(CONTENT_LENGTH=length))
    assert made.body == b""
    with pytest.raises(error):
        made.check_limits()


def test_headers_are_found_in_any_spelling() -> None:
    """Without one there is the default."""
    made = request(x_a="1")
    assert made.header("X-A") == "1"
    assert made.header("x-b") is None
    assert made.header("x-b", "2") == "2"


def test_repeated_headers_are_joined_as_http_says() -> None:
    """By commas; cookies by semicolons."""
    made = request(accept=["a", "b"], cookie=["a=1", "b=2"])
    assert made.header("accept") == "a, b"
    assert {name: morsel.value for name, morsel in made.cookies.items()} == {"a": "1", "b": "2"}


def test_headers_are_text_that_can_be_stored() -> None:
    """Strange bytes are kept in `headers` only."""
    made = request(user_agent="caf\udce9", cookie="a=\udce9")
    assert made.header("user-agent") == "caf\ufffd"
    assert made.headers["user-agent"] == "caf\udce9"
    assert made.cookies["a"].value == "\ufffd"


def test_mongrel2s_own_values_are_no_headers_of_the_client() -> None:
    """A client's header `method` is another thing than METHOD."""
    made = Request("s", "1", "/", {"METHOD": "GET", "method": "x"}, b"")
    assert made.header("METHOD") == "x"
    assert made.method == "GET"


def test_values_that_are_missing_are_empty() -> None:
    """A notice has next to no headers, and nothing raises for that."""
    made = Request("s", "1", "@*", {}, b"")
    assert (made.method, made.version, made.content_type, made.query) == ("", "", None, "")


def test_a_repeated_content_type_counts_once() -> None:
    """The first one is taken."""
    assert request(content_type=["text/plain", "text/html"]).content_type == "text/plain"


def test_a_broken_cookie_header_is_an_empty_jar() -> None:
    """Strangers may send what they like."""
    assert not request(cookie="\x00\x01;;;=").cookies


def test_the_best_type_is_found() -> None:
    """The Accept header decides; without one the first."""
    assert request(accept="application/json").accepts("text/html", "application/json") == (
        "application/json"
    )
    assert request().accepts("text/html", "application/json") == "text/html"
    assert request(accept="image/png").accepts("text/html") is None


def test_the_original_module_had_these_functions() -> None:
    """Programs import them from here."""
    assert (to_bytes("a"), to_unicode(b"a"), parse_netstring("1:a,b")) == (b"a", "a", ("a", "b"))
