"""Requests that no browser sends: what somebody tries who wants two servers to disagree.

Each asks for `{first}`, and many hide a request for `{second}` that nobody may ever see. These paths,
`{host}`, and the length that is `{hidden}` are put in when it is sent.
"""

from dataclasses import dataclass

HIDDEN = "GET {second} HTTP/1.1\r\nHost: {host}\r\n\r\n"
SMUGGLING = "CWE-444"
MALFORMED = "CWE-20"
TOO_MUCH = "CWE-400"

REFUSED = (400, 411)
ANY = tuple(range(200, 500))  # it is a request like another, whatever the site thinks of its path
SILENT = ()  # the connection ends, or nothing is said as long as it is open


@dataclass(frozen=True)
class Row:
    """One request, byte by byte, and the statuses that its answer may have."""

    name: str
    stands_for: str
    request: str
    status: tuple[int, ...] = REFUSED


def post(headers: str, body: str, version: str = "HTTP/1.1") -> str:
    """Return a POST with these header lines."""
    return f"POST {{first}} {version}\r\nHost: {{host}}\r\n{headers}\r\n\r\n{body}"


def get(headers: str, version: str = "HTTP/1.1", path: str = "{first}") -> str:
    """Return a GET with these header lines, followed by a request that is hidden."""
    return f"GET {path} {version}\r\nHost: {{host}}\r\n{headers}"


def chunked(body: str) -> str:
    """Return a body in one chunk."""
    return f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"


LENGTH = "Content-Length: {hidden}"
ROWS = (
    # Two ways to tell where a body ends.
    Row("CL.TE", SMUGGLING, post(f"{LENGTH}\r\nTransfer-Encoding: chunked", HIDDEN)),
    Row("CL.TE, empty chunk", SMUGGLING, post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + HIDDEN)),
    Row("TE.CL", SMUGGLING, post("Transfer-Encoding: chunked\r\nContent-Length: 4", "1\r\nZ\r\n0\r\n\r\n" + HIDDEN)),
    Row("TE.CL, zero length", SMUGGLING, post("Transfer-Encoding: chunked\r\nContent-Length: 0", "0\r\n\r\n" + HIDDEN)),
    Row("TE.TE, unknown coding", SMUGGLING, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", "0\r\n\r\n" + HIDDEN)),
    Row("TE in capitals", SMUGGLING, post("Transfer-Encoding: CHUNKED", "0\r\n\r\n" + HIDDEN)),
    Row("TE, a tab before it", SMUGGLING, post("Transfer-Encoding:\tchunked", "0\r\n\r\n" + HIDDEN)),
    Row("TE, something behind it", SMUGGLING, post("Transfer-Encoding: chunked, identity", "0\r\n\r\n" + HIDDEN)),
    Row("TE in quotes", SMUGGLING, post('Transfer-Encoding: "chunked"', "0\r\n\r\n" + HIDDEN)),
    Row("TE, blank before the colon", SMUGGLING, post("Transfer-Encoding : chunked", "0\r\n\r\n" + HIDDEN)),
    Row("TE gzip", SMUGGLING, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n" + HIDDEN)),
    Row("TE identity", SMUGGLING, post("Transfer-Encoding: identity", HIDDEN)),
    Row("TE under HTTP/1.0", SMUGGLING, post("Transfer-Encoding: chunked", "0\r\n\r\n" + HIDDEN, "HTTP/1.0")),
    Row("GET with CL.TE", SMUGGLING, get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN)),
    # Lengths.
    Row("two lengths, short first", SMUGGLING, post(f"Content-Length: 0\r\n{LENGTH}", HIDDEN)),
    Row("two lengths, long first", SMUGGLING, post(f"{LENGTH}\r\nContent-Length: 0", HIDDEN)),
    Row("two lengths that agree", SMUGGLING, post(f"{LENGTH}\r\n{LENGTH}", HIDDEN)),
    Row("a list of lengths", SMUGGLING, post("Content-Length: 0, {hidden}", HIDDEN)),
    Row("length with a plus", SMUGGLING, post("Content-Length: +{hidden}", HIDDEN)),
    Row("negative length", SMUGGLING, post("Content-Length: -1", HIDDEN)),
    Row("hexadecimal length", SMUGGLING, post("Content-Length: 0x10", HIDDEN)),
    Row("length with letters", SMUGGLING, post("Content-Length: 0abc", HIDDEN)),
    Row("empty length", SMUGGLING, post("Content-Length: ", HIDDEN)),
    Row("length beyond 31 bits", SMUGGLING, post("Content-Length: 4294967296", HIDDEN)),
    Row("length beyond 64 bits", SMUGGLING, post("Content-Length: 18446744073709551616", HIDDEN)),
    Row("length with a blank inside", SMUGGLING, post("Content-Length: 0 0", HIDDEN)),
    Row("length, blank before the colon", SMUGGLING, post("Content-Length : {hidden}", HIDDEN)),
    Row("GET with a body", SMUGGLING, get(f"{LENGTH}\r\n\r\n{HIDDEN}"), ANY),
    Row("HEAD with a body", SMUGGLING, "HEAD {first} HTTP/1.1\r\nHost: {host}\r\n" + f"{LENGTH}\r\n\r\n{HIDDEN}", ANY),
    # Lines.
    Row("obs-fold in a value", SMUGGLING, get("X-Folded: one\r\n two\r\n\r\n")),
    Row("obs-fold before a length", SMUGGLING, post("X: y\r\n Content-Length: {hidden}", HIDDEN)),
    Row("bare LF", SMUGGLING, "GET {first} HTTP/1.1\nHost: {host}\n\n", ANY),
    Row("bare LF hides a header", SMUGGLING, post("X: y\nContent-Length: {hidden}", HIDDEN), ANY),
    Row("bare CR in a value", SMUGGLING, post("X: y\rContent-Length: {hidden}", HIDDEN)),
    Row("NUL in a value", MALFORMED, get("X: a\x00b\r\n\r\n")),
    Row("NUL in a name", MALFORMED, get("X\x00: b\r\n\r\n")),
    Row("NUL in the path", MALFORMED, get("\r\n", path="{first}\x00.html")),
    Row("control characters in a value", MALFORMED, get("X: a\x01\x1f\x7fb\r\n\r\n")),
    Row("a name without a colon", MALFORMED, get("Nothing\r\n\r\n"), SILENT),
    Row("no name", MALFORMED, get(": value\r\n\r\n")),
    Row("Latin-1 in a value", MALFORMED, get("X: \xe9\xff\r\n\r\n"), ANY),
    Row("blank lines before it", MALFORMED, "\r\n\r\n" + get("\r\n")),
    # Who is asked.
    Row("absolute address", SMUGGLING, get("\r\n", path="http://{host}{first}"), ANY),
    Row("absolute address of another", SMUGGLING, get("\r\n", path="http://evil.example{first}"), ANY),
    Row("two hosts", SMUGGLING, get("Host: evil.example\r\n\r\n")),
    Row("no host", SMUGGLING, "GET {first} HTTP/1.1\r\n\r\n"),
    Row("host with a path", SMUGGLING, "GET {first} HTTP/1.1\r\nHost: {host}/evil\r\n\r\n"),
    Row("host with a name before an @", SMUGGLING, "GET {first} HTTP/1.1\r\nHost: evil@{host}\r\n\r\n"),
    Row("authority form", MALFORMED, "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n", (404,)),
    Row("asterisk form", MALFORMED, "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n", ANY),
    Row("no slash", MALFORMED, get("\r\n", path="first"), (404,)),
    # Versions and methods.
    Row("HTTP/0.9", MALFORMED, "GET {first}\r\n\r\n"),
    Row("HTTP/1.2", MALFORMED, get("\r\n", "HTTP/1.2")),
    Row("HTTP/2.0", MALFORMED, get("\r\n", "HTTP/2.0")),
    Row("HTTP/9.9", MALFORMED, get("\r\n", "HTTP/9.9")),
    Row("no number", MALFORMED, get("\r\n", "HTTP/")),
    Row("another protocol", MALFORMED, get("\r\n", "ICAP/1.0")),
    Row("preface of HTTP/2", SMUGGLING, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN),
    Row("greeting of TLS", MALFORMED, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 200),
    Row("method in small letters", MALFORMED, "get {first} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    Row("method that is not", MALFORMED, "FOO {first} HTTP/1.1\r\nHost: {host}\r\n\r\n", ANY),
    Row("method of 100 letters", MALFORMED, "F" * 100 + " {first} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    Row("method of Mongrel2's messages", MALFORMED, "JSON {first} HTTP/1.1\r\nHost: {host}\r\n\r\n", ANY),
    Row("method of WebSocket frames", MALFORMED, "WEBSOCKET {first} HTTP/1.1\r\nHost: {host}\r\n\r\n", ANY),
    Row("handshake as a method", MALFORMED, "WEBSOCKET_HANDSHAKE {first} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    Row("message of JSON sockets", MALFORMED, '@* {"type":"disconnect"}\x00', (404,)),
    Row("message of XML sockets", MALFORMED, "<policy-file-request/>\x00", SILENT),
    # Upgrades.
    Row("h2c", SMUGGLING, get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"), ANY),
    Row("WebSocket of version 8, then a request", SMUGGLING, get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + HIDDEN), SILENT),
    Row("WebSocket where there is none", SMUGGLING, get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + HIDDEN), SILENT),
    Row("upgrade to something else", SMUGGLING, get("Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n\r\n"), ANY),
    Row("Expect: 200-ok", SMUGGLING, post("Expect: 200-ok\r\n" + LENGTH, HIDDEN), (417,)),
    # Chunks.
    Row("chunk of a negative size", SMUGGLING, post("Transfer-Encoding: chunked", "-1\r\n" + HIDDEN)),
    Row("chunk of a huge size", TOO_MUCH, post("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFF\r\n" + HIDDEN), SILENT),
    Row("chunk with an extension", SMUGGLING, post("Transfer-Encoding: chunked", "1;x=\"\n\"\r\nZ\r\n0\r\n\r\n")),
    Row("chunk with bare LF", SMUGGLING, post("Transfer-Encoding: chunked", "1\nZ\n0\n\n" + HIDDEN), SILENT),
    Row("trailers", SMUGGLING, post("Transfer-Encoding: chunked", "0\r\nX: y\r\nContent-Length: 5\r\n\r\n" + HIDDEN)),
    Row("proper chunks", SMUGGLING, post("Transfer-Encoding: chunked", chunked("text=x"))),
    # Size.
    Row("a path of 20,000 letters", TOO_MUCH, get("\r\n", path="{first}" + "a" * 20_000)),
    Row("a header of 20,000 letters", TOO_MUCH, get("X: " + "a" * 20_000 + "\r\n\r\n")),
    Row("2,000 headers", TOO_MUCH, get("".join(f"X{n}: y\r\n" for n in range(2000)) + "\r\n")),
    Row("200 cookies", TOO_MUCH, get("".join(f"Cookie: c{n}=y\r\n" for n in range(200)) + "\r\n"), ANY),
    Row("a file that was not uploaded", "CWE-73", post("X-Mongrel2-Upload-Start: /etc/passwd\r\nX-Mongrel2-Upload-Done: /etc/passwd\r\nContent-Length: 0", ""), (400, 413)),
    Row("an address that is forged", "CWE-290", get("X-Forwarded-For: 10.0.0.1\r\nREMOTE_ADDR: 10.0.0.1\r\nMETHOD: POST\r\nPATH: {second}\r\n\r\n"), ANY),
)  # fmt: skip
