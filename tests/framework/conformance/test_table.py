"""One table of requests and answers, over every transport and every coroutine library."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from framework.conformance.servers import Server, ask, eventually, raw_connection, read_to_end

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
BOUNDARY = "table"
FORM = "application/x-www-form-urlencoded"
FILE = bytes(range(256)) * 40
LARGE, LARGER = b"x" * 300_000, b"y" * 500_000  # Mongrel2 sends one, and keeps one in a file
A_B = {"Content-Type": "a/b"}
MULTIPART = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="data"; filename="ü.bin"\r\n'
    "Content-Type: application/x-test\r\n\r\n"
).encode() + FILE + f"\r\n--{BOUNDARY}--\r\n".encode()  # fmt: skip

READ_ONLY = "GET, HEAD, OPTIONS"
KNOWN = {"If-None-Match": 'W/"v1"'}
LAST_MODIFIED = {"Last-Modified": "Tue, 14 Nov 2023 22:13:20 GMT"}


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@dataclass
class Case:
    """One request, and what must come back."""

    name: str
    path: str
    status: int
    body: Any = None
    """Text or bytes that the body is, a value that its JSON is, or None for no matter what."""
    method: str = "GET"
    sent: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)
    contains: str = ""
    reason: str = ""


CASES = [
    Case("class", "/hello", 200, "Take five, dude!", answer={**HTML, "Content-Length": "16"}),
    Case("class with an argument", "/hello/jd", 200, "Take five, jd!"),
    Case("named group", "/named/jd", 200, "Take five, jd!"),
    Case("missing optional group", "/named/", 200, "Take five, dude!"),
    Case("security headers", "/hello", 200, answer=dict(SECURITY)),
    Case("head", "/hello", 200, b"", method="HEAD", answer={"Content-Length": "16"}),
    Case("head of a raw answer", "/raw", 200, b"", method="HEAD", answer={"Content-Length": "6"}),
    Case("raw answer", "/raw", 200, "raw ü", answer={"X-Era": "A", "Content-Length": "6"}),
    Case("dict of May 2012", "/era-b", 201, "b", answer={"X-Era": "B"}, reason="Created"),
    Case("dict since then", "/era-c", 202, "c", answer={"X-Era": "C"}, reason="Accepted"),
    Case("bytes", "/binary", 200, bytes(range(256)), answer={"Content-Length": "256"}),
    Case("a megabyte", "/large", 200, b"x" * 1_000_000),
    Case("no content", "/status/204", 204, b"", answer={"Content-Length": None}),
    Case("not modified", "/status/304", 304, b""),
    Case("json", "/json?name=J%C3%BCrgen", 200, answer=JSON, contains='"name":"J\\u00fcrgen"'),
    Case("no route", "/nowhere", 404, answer=HTML, contains="nothing at this address"),
    Case("no route for post", "/nowhere", 404, method="POST", sent=b"a=1"),
    Case("no route for options", "/nowhere", 404, method="OPTIONS"),
    Case("options", "/hello", 200, method="OPTIONS", answer={"Allow": "GET, HEAD, OPTIONS"}),
    Case("wrong method", "/hello", 405, method="POST", answer={"Allow": "GET, HEAD, OPTIONS"}),
    Case("wrong method of a function", "/only-post", 405, answer={"Allow": "POST, PUT, OPTIONS"}),
    Case("one of two methods", "/only-post", 200, "posted", method="PUT", sent=b""),
    Case("unknown method", "/hello", 405, method="BREW"),
    Case("redirect", "/redirect", 302, b"", answer={"Location": "/hello?x=1"}),
    Case("exception", "/broken", 500, answer=HTML, contains="Internal Server Error"),
    Case("impossible result", "/impossible", 500, contains="Internal Server Error"),
    Case("refusal with a reason", "/refusing", 403, contains="Ask for an invitation."),
    Case("error with headers", "/too-many", 429, answer={"Retry-After": "60"}),
    Case(
        "error as json",
        "/refusing",
        403,
        headers={"Accept": "application/json"},
        answer=JSON,
        contains='"detail":"Only members may see this. Ask for an invitation."',
    ),
    Case(
        "error as text",
        "/refusing",
        403,
        headers={"Accept": "text/plain"},
        answer={"Content-Type": "text/plain; charset=utf-8"},
        contains="Ask for an invitation.",
    ),
    Case(
        "line breaks in headers",
        "/splitting",
        200,
        "safe",
        answer={"X-Note": "aSet-Cookie: evil=1", "X-Bad": None, "Set-Cookie": None},
    ),
    Case(
        "urlencoded form",
        "/facts?q=1",
        200,
        method="POST",
        sent=b"q=2&q=%C3%BC",
        headers={"Content-Type": FORM},
        contains='"several": ["1", "2", "\\u00fc"]',
    ),
    Case(
        "binary body",
        "/echo",
        200,
        ["POST", "application/x-test", len(FILE), digest(FILE)],
        method="POST",
        sent=FILE,
        headers={"Content-Type": "application/x-test"},
    ),
    Case(
        "uploaded file",
        "/upload",
        200,
        ["ü.bin", "application/x-test", digest(FILE)],
        method="POST",
        sent=MULTIPART,
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    ),
    Case("body over the limit", "/echo", 413, method="POST", sent=LARGE, contains="too large"),
    Case("large body", "/spooled", 200, [digest(LARGE), "a/b"], "POST", LARGE, A_B),
    Case("larger body", "/spooled", 200, [digest(LARGER), "a/b"], "POST", LARGER, A_B),
    Case(
        "large uploaded file",
        "/upload",
        200,
        ["ü.bin", "application/x-test", digest(FILE * 50)],
        method="POST",
        sent=MULTIPART.replace(FILE, FILE * 50),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    ),
    Case("poll without news", "/poll", 200, "no news", answer={"X-Poll": "over"}),
    Case("foreign host", "/hello", 421, headers={"Host": "evil.example"}, contains="host name"),
    Case("host in other letters", "/hello", 200, headers={"Host": "Conformance.LOCALHOST.:80"}),
    Case("url of a route", "/links", 200, "/named/jd?page=2&tag=a+b"),
    Case("options of a function", "/one-method", 200, b"", "OPTIONS", answer={"Allow": READ_ONLY}),
    Case("head of a function", "/one-method", 200, b"", "HEAD", answer={"Content-Length": "3"}),
    Case(
        "patch where there is none", "/one-method", 405, None, "PATCH", answer={"Allow": READ_ONLY}
    ),
    Case("error handler of a class", "/shop/reed", 409, "no reed today"),
    Case("error handler of a function", "/function-shop/reed", 409, "no reed today"),
    Case("error handler of a status", "/gone", 410, answer={"X-Gone": "yes"}, contains="for good"),
    Case("error handler that fails", "/shop/broken", 500, contains="Internal Server Error"),
    Case(
        "hook before", "/hello", 503, "closed", headers={"X-Closed": "1"}, answer={"X-After": "503"}
    ),
    Case("hook after a page", "/hello", 200, answer={"X-After": "200"}),
    Case("hook after a finished answer", "/raw", 200, "raw ü", answer={"X-After": "200"}),
    Case("hook after an error", "/broken", 500, answer={"X-After": "500"}),
    Case("hook after no route", "/nowhere", 404, answer={"X-After": "404"}),
    Case("page under conditions", "/page", 200, "page", answer={"Cache-Control": "no-cache"}),
    Case("page that is known", "/page", 304, b"", headers={"If-None-Match": "*"}),
    Case("version", "/versioned", 200, "version 1", answer={"ETag": '"v1"', **LAST_MODIFIED}),
    Case("known version", "/versioned", 304, b"", "GET", None, KNOWN, {"ETag": '"v1"'}),
    Case("head of a known version", "/versioned", 304, b"", "HEAD", None, KNOWN, {"ETag": '"v1"'}),
    Case(
        "change of this version", "/versioned", 200, "changed", "PATCH", b"", {"If-Match": '"v1"'}
    ),
    Case("change of another version", "/versioned", 412, None, "PATCH", b"", {"If-Match": '"v0"'}),
    Case("close on request", "/hello", 200, headers={"Connection": "close"}),
    Case("close by the handler", "/closing", 200, "<p>page</p>", answer={"Connection": "close"}),
    Case("header joined", "/facts", 200, headers={"X-Test": "1, 2"}, contains='"x-test": "1, 2"'),
    Case("percent in the path", "/facts/%C3%BC%2F", 200, contains='"path": "/facts/%C3%BC'),
    Case("host known to the handler", "/facts", 200, contains='"host": "127.0.0.1"'),
    Case(
        "forged address",
        "/facts",
        200,
        headers={"X-Forwarded-For": "6.6.6.6"},
        contains='"remote": "127.0.0.1"',
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_transport_answers_alike(server: Server, case: Case) -> None:
    """The same request gets the same answer, whatever carries it."""
    got = ask(server.port, case.method, case.path, case.headers, case.sent)
    assert got.status == case.status
    assert case.reason in {"", got.reason}
    for name, value in case.answer.items():
        assert got.headers[name] == value, name
    assert case.contains.encode() in got.body
    match case.body:
        case None:
            pass
        case bytes():
            assert got.body == case.body
        case str():
            assert got.body.decode() == case.body
        case value:
            assert json.loads(got.body) == value


def test_no_error_page_shows_what_went_wrong_inside(server: Server) -> None:
    """The text of an exception stays in the log."""
    got = server.ask("GET", "/broken")
    assert b"conformance" not in got.body
    assert b"RuntimeError" not in got.body


def test_each_answer_names_its_request(server: Server) -> None:
    """Two answers carry two ids of 16 hex characters."""
    first, second = (server.ask("GET", "/hello").headers["X-Request-Id"] for _ in range(2))
    assert first != second
    assert len(first) == len(second) == 16
    assert int(first, 16) >= 0


def test_error_pages_name_their_request(server: Server) -> None:
    """Whoever reports an error page gives the id that the log has."""
    got = server.ask("GET", "/broken")
    assert got.headers["X-Request-Id"] in got.body.decode()


def test_cookies_go_out_on_lines_of_their_own_and_come_back(server: Server) -> None:
    """Two cookies are two headers, and a signed one is read again."""
    got = server.ask("POST", "/cookies", body=b"")
    lines = got.headers.get_all("Set-Cookie") or []
    assert len(lines) == 2
    sent = "; ".join(line.partition(";")[0] for line in lines)
    back = server.ask("GET", "/cookies", headers={"Cookie": sent})
    assert json.loads(back.body) == ["a", {"user": "jürgen"}]


def test_a_huge_body_is_refused_while_it_is_sent(server: Server) -> None:
    """413, or cut off before it can be read: Mongrel2 does not wait for the rest."""
    try:
        got = server.ask("POST", "/echo", body=b"x" * 900_000)
    except ConnectionError:
        assert server.transport == "mongrel2"
    else:
        assert got.status == 413
        assert got.headers["Connection"] == "close"
    assert server.ask("GET", "/hello").status == 200


def test_a_request_without_a_host_is_refused(server: Server) -> None:
    """HTTP/1.1 wants one (RFC 9112, 3.2); HTTP/1.0 knows none, but these hosts are wanted."""
    for version, status in ((b"1.1", b" 400 "), (b"1.0", b" 421 ")):
        head = b"GET /hello HTTP/%s\r\nConnection: close\r\n\r\n" % version
        with raw_connection(server.port, head) as connection:
            assert status in read_to_end(connection).partition(b"\r\n")[0] + b" "


def test_work_is_done_after_the_answer(server: Server) -> None:
    """The answer does not wait for it."""
    trace = server.folder / "table.worked"
    trace.unlink(missing_ok=True)
    assert server.ask("POST", "/working/table", body=b"").body == b"before table"
    eventually(trace.exists, "the work after the answer")
