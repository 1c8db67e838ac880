import json
import logging
from io import BytesIO
from typing import Any

import pytest
from brubeck.errors import BadRequest, HeadersTooLarge, HTTPError, LengthRequired, PayloadTooLarge
from brubeck.limits import Limits
from brubeck.request import Request, parse_netstring, to_bytes, to_unicode
from brubeck.wire import BadMessage, Headers
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=50)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
# What Mongrel2 takes for a length all the same, mostly for 0 (CWE-444).
NO_LENGTHS = ("", "-1", "+5", "0x10", "5abc", "1_0", "0, 5", "0 5", "٣", str(2**31), "9" * 5000)
NO_HOSTS = (
    "x.test/evil",
    "evil@x.test",
    "x.test:67a",
    "x.test:1:2",
    "a b",
    "[x]",
    "x\\y",
    "bücher",
)


def request(
    method: str = "GET",
    path: str = "/",
    body: bytes = b"",
    *,
    limits: Limits | None = None,
    trusted_proxies: tuple[str, ...] = (),
    **headers: Any,
) -> Request:
    """Make a request; `content_type="x"` is the header content-type, QUERY stays as it is."""
    named: Headers = {"METHOD": method, "VERSION": "HTTP/1.1", "PATH": path}
    for name, value in headers.items():
        named[name if name.isupper() else name.replace("_", "-")] = value
    return Request(
        "snd-1",
        "3",
        path,
        named,
        body,
        limits=limits or Limits(),
        trusted_proxies=trusted_proxies,
    )


def message(headers: dict[str, object], body: str = "", path: str = "/") -> str:
    text = json.dumps(headers)
    return f"snd-1 3 {path} {len(text)}:{text},{len(body)}:{body},"


def environ(**values: object) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **values,
    }


def form(body: bytes, method: str = "POST", content_type: str = FORM, **more: Any) -> Request:
    return request(method, body=body, content_type=content_type, **more)


def multipart(name: str = "a", value: str = "1", filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return f"{head}{value}\r\n--b--\r\n".encode()


# -- foreign servers ---------------------------------------------------------------------------


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


# -- parsing messages ------------------------------------------------------------------------------


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


# -- WSGI ------------------------------------------------------------------------------------------


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


# -- limits ----------------------------------------------------------------------------------------


def test_an_ordinary_request_is_within_the_limits() -> None:
    """Both transports' own keys do not count."""
    request(host="x.test", QUERY="a=1").check_limits()
    Request.parse_msg(message({"host": "x.test"})).check_limits()
    Request.parse_wsgi_request(
        environ(**{f"SERVER_{n}": "x" * 1000 for n in range(200)}, HTTP_HOST="x.test")
    ).check_limits()


@pytest.mark.parametrize(
    "made",
    [request(), Request.parse_msg(message({"VERSION": "HTTP/1.1"}))],
    ids=["as object", "as message"],
)
def test_a_request_without_a_host_is_refused(made: Request) -> None:
    """In HTTP/1.1 it must say whom it asks (RFC 9112, 3.2); an empty name is one."""
    with pytest.raises(BadRequest, match="names no host"):
        made.check_limits()
    made.headers["host"] = ""
    made.check_limits()


def test_the_first_version_of_http_knows_no_hosts() -> None:
    """Old clients and probes do without one."""
    Request.parse_msg(message({"VERSION": "HTTP/1.0"})).check_limits()
    Request.parse_msg(message({"METHOD": "JSON"})).check_limits()


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (request(body=b"123456", limits=Limits(body=5)), PayloadTooLarge),
        (request(x_mongrel2_upload_start="/etc/passwd"), PayloadTooLarge),
        (request(x_mongrel2_upload_done="/etc/passwd"), PayloadTooLarge),
        (request(host=["a.test", "b.test"]), BadRequest),
        (request(content_length=["3", "4"]), BadRequest),
        (request(content_length="3", transfer_encoding="chunked"), BadRequest),
        *((request(content_length=text), BadRequest) for text in NO_LENGTHS),
        *((request(host=text), BadRequest) for text in NO_HOSTS),
        (request(transfer_encoding="chunked", x_mongrel2_upload_start="f"), LengthRequired),
        (request(**{f"x_{n}": "1" for n in range(101)}), HeadersTooLarge),
        (request(x_a="1" * 16_384), HeadersTooLarge),
        (request(x_a=["1" * 9000, "1" * 9000]), HeadersTooLarge),
        (Request.parse_msg(message({"x-a": "1" * 16_384})), HeadersTooLarge),
    ],
)
def test_a_request_over_a_limit_is_refused(made: Request, error: type[HTTPError]) -> None:
    """Each kind of excess has its own status."""
    made.headers.setdefault("host", "x.test")
    with pytest.raises(error):
        made.check_limits()


def test_a_wsgi_server_has_put_a_chunked_body_together() -> None:
    """What it says about the length is its own word, not the client's."""
    chunked = environ(HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="0", HTTP_HOST="x.test")
    Request.parse_wsgi_request(chunked).check_limits()


def test_an_upload_notice_is_known_by_either_header() -> None:
    """Both can be forged, so neither is believed."""
    assert request(x_mongrel2_upload_start="f").is_upload_notice
    assert request(x_mongrel2_upload_done="f").is_upload_notice
    assert not request().is_upload_notice


# -- the connection --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "connection", "keeps", "should_close"),
    [
        ("HTTP/1.1", None, True, False),
        ("HTTP/1.1", "close", False, True),
        ("HTTP/1.1", "Foo, Close", False, False),
        ("HTTP/1.1", "keep-alive", True, False),
        ("HTTP/1.0", None, False, True),
        ("HTTP/1.0", "Keep-Alive", True, True),
    ],
)
def test_the_client_says_whether_it_stays(
    version: str, connection: str | None, keeps: bool, should_close: bool
) -> None:
    """HTTP/1.1 stays unless told otherwise, HTTP/1.0 leaves unless told otherwise."""
    headers = {"connection": connection} if connection else {}
    made = request(VERSION=version, **headers)
    assert made.keep_alive is keeps
    assert made.should_close() is should_close


def test_head_is_known() -> None:
    """The transports leave the body out then."""
    assert request("HEAD").is_head
    assert not request("GET").is_head


def test_a_disconnect_notice_is_known() -> None:
    """Mongrel2 sends METHOD and nothing else."""
    notice = b'snd-1 2 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},'
    parsed = Request.parse_msg(notice)
    assert parsed.is_disconnect() is True
    assert parsed.data == {"type": "disconnect"}


@pytest.mark.parametrize(
    "made",
    [
        request("JSON", body=b'{"type":"disconnect"}'),
        request("GET", body=b'{"type":"disconnect"}'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b'{"type":"hello"}'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b'["disconnect"]'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b"broken"),
    ],
)
def test_a_client_cannot_forge_a_disconnect(made: Request) -> None:
    """The method JSON can be sent by anybody; a protocol version shows it."""
    assert made.is_disconnect() is None


def test_only_json_messages_have_data() -> None:
    """Whatever JSON they carry; for other methods it is an empty dict."""
    assert request("POST", body=b'{"a":1}').data == {}
    assert request("JSON", body=b"[1]").data == [1]


def test_every_request_has_an_id_of_its_own() -> None:
    """16 hex characters, the same at every look."""
    made = request()
    assert made.id == made.id
    assert len(made.id) == 16
    assert int(made.id, 16) >= 0
    assert len({request().id for _ in range(50)}) == 50


# -- addresses -------------------------------------------------------------------------------------


def test_the_remote_address_is_the_header_that_mongrel2_sets() -> None:
    """Mongrel2 replaces x-forwarded-for by the peer."""
    assert request(x_forwarded_for="127.0.0.1").remote_addr == "127.0.0.1"
    assert request().remote_addr == ""


def test_the_peer_counts_more_than_what_is_forwarded() -> None:
    """With no_clobber_xff the client's own header gets through."""
    made = request(x_forwarded_for="6.6.6.6", REMOTE_ADDR="127.0.0.1")
    assert made.remote_addr == "127.0.0.1"


def test_only_trusted_proxies_are_believed() -> None:
    """Then the chain counts, up to the first stranger."""
    chain = {"x_forwarded_for": "6.6.6.6, 9.9.9.9", "REMOTE_ADDR": "10.0.0.1"}
    assert request(**chain).remote_addr == "10.0.0.1"
    assert request(**chain, trusted_proxies=("10.0.0.1",)).remote_addr == "9.9.9.9"


@pytest.mark.parametrize(
    ("proto", "peer", "scheme"),
    [
        (None, "10.0.0.1", "http"),
        ("https", "10.0.0.1", "https"),
        ("HTTPS", "10.0.0.1", "https"),
        ("https", "6.6.6.6", "http"),
        ("gopher", "10.0.0.1", "http"),
    ],
)
def test_the_scheme_is_the_connections_or_a_trusted_proxys(
    proto: str | None, peer: str, scheme: str
) -> None:
    """Whoever claims to come over TLS must be believed first."""
    headers = {"x_forwarded_proto": proto} if proto else {}
    made = request(REMOTE_ADDR=peer, trusted_proxies=("10.0.0.1",), **headers)
    assert made.scheme == scheme
    assert made.is_secure is (scheme == "https")
    assert request(x_forwarded_proto="https").scheme == "http"
    assert request(URL_SCHEME="https").is_secure


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("x.test", "x.test"),
        ("X.Test.:6767", "x.test"),
        ("[::1]:6767", "[::1]"),
        (["a.test", "b.test"], "a.test"),
        ("", ""),
    ],
)
def test_the_host_is_a_plain_name(header: str | list[str], host: str) -> None:
    """Lower case, without port and trailing dot; of several the first, as Mongrel2 chooses."""
    assert request(host=header).host == host


def test_a_request_without_a_host_has_an_empty_one() -> None:
    """Mongrel2 accepts such requests."""
    assert request().host == ""


# -- headers ---------------------------------------------------------------------------------------


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


# -- arguments -------------------------------------------------------------------------------------


def test_the_last_value_is_the_argument() -> None:
    """Query first, then the body, so that the body wins."""
    made = form(b"a=2", QUERY="a=1")
    assert made.get_argument("a") == "2"
    assert made.get_arguments("a") == ["1", "2"]


def test_body_arguments_are_those_of_the_body_alone() -> None:
    """A secret counts only where it cannot end up in an address, a log or a bookmark."""
    made = form(b"a=2", QUERY="a=1&b=3")
    assert made.body_arguments == {"a": ["2"]}
    assert made.arguments == {"a": ["1", "2"], "b": ["3"]}
    assert made.body_arguments == {"a": ["2"]}


def test_a_missing_argument_is_the_default() -> None:
    """get_arguments gives None, not an empty list; a blank value counts as missing."""
    made = request(QUERY="a=")
    assert made.get_argument("a") is None
    assert made.get_argument("a", "b") == "b"
    assert made.get_arguments("a") is None


def test_an_empty_list_is_a_missing_argument() -> None:
    """Programs may have emptied it."""
    made = request()
    made.arguments = {"a": []}
    assert made.get_argument("a", "b") == "b"
    assert made.get_arguments("a") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_these_methods_have_form_bodies(method: str) -> None:
    """A form may be sent by each of them."""
    assert form(b"a=1", method).get_argument("a") == "1"
    assert form(multipart(), method, MULTIPART).get_argument("a") == "1"


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_have_no_form_bodies(method: str) -> None:
    """Their bodies are left alone."""
    made = form(b"a=1", method, QUERY="b=2")
    assert made.arguments == {"b": ["2"]}
    assert not hasattr(form(multipart(), method, MULTIPART), "files")


def test_multipart_values_are_appended_to_those_of_the_query() -> None:
    """The original replaced them."""
    made = form(multipart(value="2"), content_type=MULTIPART, QUERY="a=1&b=3")
    assert made.arguments == {"a": ["1", "2"], "b": ["3"]}


def test_a_body_of_another_type_is_no_form() -> None:
    """JSON is read by json()."""
    assert form(b'{"a":"b=c"}', content_type="application/json").arguments == {}
    assert request("POST", body=b"a=1").arguments == {}


@pytest.mark.parametrize(
    ("sent", "strip", "value"),
    [
        ("a=%20b%20", True, "b"),
        ("a=%20b%20", False, " b "),
        ("a=%20b%20", None, " b "),
        ("a=x%00%08%0Ey", True, "x   y"),
        ("a=x%09%0A%0Dy", True, "x\t\n\ry"),
        ("a=%FF", True, "\ufffd"),
        ("a=\udcff", True, "\ufffd"),
        ("a=x\ud800", True, "x\ufffd"),
        ("a=\xe9", True, "\xe9"),
    ],
)
def test_arguments_are_clean_text(sent: str, strip: bool | None, value: str) -> None:
    """Control characters become blanks, bad bytes replacement characters; None is no strip."""
    made = request(QUERY=sent)
    assert made.get_argument("a", None, strip) == value
    assert made.get_arguments("a", strip) == [value]


def test_only_multipart_requests_have_files() -> None:
    """Programs ask with hasattr()."""
    assert not hasattr(request(), "files")
    assert not hasattr(form(b"a=1"), "files")
    assert form(multipart(), content_type=MULTIPART).files == {}


def test_files_are_lists_by_name() -> None:
    """The published demo reads message.files['data'][0]['body']."""
    made = form(multipart("data", "content", "a.txt"), content_type=MULTIPART)
    assert made.files["data"][0]["body"] == b"content"
    assert made.arguments == {}


def test_a_malformed_form_is_logged_and_leaves_the_arguments_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The query still counts, and there are no files."""
    made = form(b"broken", content_type=MULTIPART, QUERY="a=1")
    with caplog.at_level(logging.WARNING):
        assert made.arguments == {"a": ["1"]}
    assert made.files == {}
    assert "could not be read" in caplog.text


def test_arguments_over_a_limit_are_refused() -> None:
    """In the query and in both kinds of bodies."""
    few = Limits(arguments=2)
    with pytest.raises(PayloadTooLarge):
        _ = request(QUERY="a=1&b=2&c=3", limits=few).arguments
    with pytest.raises(PayloadTooLarge):
        _ = form(b"a=1&b=2&c=3", limits=few).arguments
    with pytest.raises(PayloadTooLarge):
        form(
            multipart(value="12345"), content_type=MULTIPART, limits=Limits(argument_size=4)
        ).get_argument("a")


@quick
@given(
    st.text(), st.binary(), st.sampled_from([FORM, MULTIPART, "multipart/form-data", "", "\xff"])
)
def test_any_query_and_body_give_arguments(query: str, body: bytes, content_type: str) -> None:
    """Malformed input is tolerated; nothing raises."""
    made = form(body, content_type=content_type, QUERY=query.encode().decode("latin-1"))
    assert isinstance(made.arguments, dict)


# -- JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "value"), [(b'{"a":1}', {"a": 1}), (b"[1,2]", [1, 2])])
def test_a_json_body_is_an_object_or_a_list(body: bytes, value: object) -> None:
    """The same one at every look."""
    made = request("POST", body=body)
    assert made.json() == value
    assert made.json() is made.json()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"1", b"null", b'"a"', b"[NaN]", b"[" * 100_000]
)
def test_another_json_body_is_a_bad_request(body: bytes) -> None:
    """The client learns what is wrong and what to do."""
    with pytest.raises(BadRequest) as caught:
        request("POST", body=body).json()
    assert "JSON" in caught.value.detail


def test_json_that_is_too_deep_is_a_bad_request() -> None:
    """The depth is a limit like others."""
    assert request(body=b"[[]]", limits=Limits(json_depth=2)).json() == [[]]
    with pytest.raises(BadRequest, match="deeper than 2"):
        request(body=b"[[[]]]", limits=Limits(json_depth=2)).json()


# -- the module ------------------------------------------------------------------------------------


def test_the_original_module_had_these_functions() -> None:
    """Programs import them from here."""
    assert (to_bytes("a"), to_unicode(b"a"), parse_netstring("1:a,b")) == (b"a", "a", ("a", "b"))
