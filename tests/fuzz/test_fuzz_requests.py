"""Whatever strangers send ends in an answer or in a logged rejection, never in a defect."""

from typing import Any

import pytest
from brubeck.cookies import cookie_encode
from fuzz.fuzzing import SECRET, TIME_LIMIT, Target, fuzz, message
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.timeout(TIME_LIMIT)

target = Target()

# -- what messages are made of -----------------------------------------------------------------

SURROGATES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"])
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | SURROGATES, max_size=60)
NASTY = st.sampled_from(
    [
        "", "\r\nSet-Cookie: a=b", "\0", "%00", "%0d%0a", "../..", "%", "%zz", "\udcff", "é", "\ufeff",
        "=", ";", ",", '"', "\\", "[", "]", "//", ":", "http://[", "a" * 300, "1e999", "-1", "²", "१",
    ]
)  # fmt: skip
PIECES = st.lists(TEXT | NASTY, max_size=6).map("".join)
PATHS = st.builds(
    lambda start, rest: start + rest.replace(" ", "%20"),
    st.sampled_from(["/", "/json", "/away", "/named/", "/page/", "/x/y", "//", "*", "@*", "a"]),
    PIECES,
)
METHODS = st.sampled_from(
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "JSON",
        "XML",
        "WEBSOCKET",
    ]
)
NAMES = st.sampled_from(
    [
        "METHOD", "PATH", "VERSION", "URI", "QUERY", "PATTERN", "URL_SCHEME", "REMOTE_ADDR", "FRAGMENT",
        "host", "connection", "cookie", "accept", "content-type", "content-length", "x-forwarded-for",
        "x-forwarded-proto", "expect", "range", "if-none-match", "x-csrf-token", "transfer-encoding",
        "x-mongrel2-upload-start", "x-mongrel2-upload-done", "upgrade",
    ]
)  # fmt: skip
VALUES = PIECES | st.lists(PIECES, max_size=3) | st.integers() | st.floats() | st.none()
HEADERS = st.dictionaries(NAMES | PIECES, VALUES, max_size=6)
BODIES = st.binary(max_size=300) | PIECES.map(lambda text: text.encode("utf-8", "surrogateescape"))


@st.composite
def mutated(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Return bytes in which some places were replaced, removed, or doubled."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        kind = draw(st.integers(0, 2))
        if kind == 0:
            data[start:end] = draw(st.binary(max_size=12))
        elif kind == 1:
            del data[start:end]
        else:
            data[start:start] = data[start:end]
    return bytes(data)


# -- messages ----------------------------------------------------------------------------------


@fuzz()
@given(st.binary(max_size=400))
def test_bytes_that_are_no_message_are_rejected(data: bytes) -> None:
    """Noise on the socket ends nothing."""
    target.receive(data)


@fuzz()
@given(PATHS, METHODS, HEADERS, BODIES)
def test_every_message_is_answered(
    path: str, method: str, headers: dict[str, Any], body: bytes
) -> None:
    """Any headers with any values, any path, any body."""
    target.receive(message({"METHOD": method} | headers, body, path))


@fuzz()
@given(mutated(st.builds(message, HEADERS, BODIES, PATHS)))
def test_damaged_messages_are_answered_or_rejected(data: bytes) -> None:
    """Some bytes of a message are not what they were."""
    target.receive(data)


def tnetstring(value: Any) -> bytes:
    """Return a value in Mongrel2's other format."""
    if isinstance(value, dict):
        inner = b"".join(tnetstring(part) for pair in value.items() for part in pair)
        return b"%d:%s}" % (len(inner), inner)
    if isinstance(value, list):
        inner = b"".join(map(tnetstring, value))
        return b"%d:%s]" % (len(inner), inner)
    raw = str(value).encode("utf-8", "surrogateescape")
    return b"%d:%s," % (len(raw), raw)


@st.composite
def tnetstring_messages(draw: st.DrawFn) -> bytes:
    """Return a message whose headers are a tnetstring."""
    headers = {"METHOD": draw(METHODS), "VERSION": "HTTP/1.1"} | draw(HEADERS)
    return b"ident 1 / " + tnetstring(headers) + tnetstring("body")


@fuzz()
@given(mutated(tnetstring_messages()))
def test_the_other_format_is_as_safe(data: bytes) -> None:
    """Headers as tnetstrings, whole and damaged."""
    target.receive(data)


# -- cookies -----------------------------------------------------------------------------------

VALID = cookie_encode(("signed", {"user": "a", "list": [1, 2.5, None]}), SECRET)
COOKIE_TEXT = st.lists(
    PIECES
    | st.sampled_from(
        ["name=", "signed=", f"signed={VALID}", "; ", "=", '"', "$Path", "expires", VALID]
    ),
    max_size=8,
).map("".join)


@fuzz()
@given(COOKIE_TEXT | st.lists(COOKIE_TEXT, max_size=3))
def test_cookies_are_read_or_ignored(value: Any) -> None:
    """Broken cookies are no reason to fail: people cannot repair them."""
    target.receive(message({"cookie": value}))


@fuzz()
@given(mutated(st.just(f"signed={VALID}".encode())))
def test_damaged_signed_cookies_are_ignored(value: bytes) -> None:
    """A signature that does not fit is as no cookie."""
    target.receive(message({"cookie": value.decode("utf-8", "surrogateescape")}))


# -- bodies ------------------------------------------------------------------------------------

BOUNDARY = "line"


@st.composite
def multipart(draw: st.DrawFn) -> bytes:
    """Return a form with fields and files, more or less."""
    body = b""
    for _ in range(draw(st.integers(0, 4))):
        name = draw(PIECES)
        disposition = f'form-data; name="{name}"'
        if draw(st.booleans()):
            disposition += f'; filename="{draw(PIECES)}"'
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n"
        if draw(st.booleans()):
            head += f"Content-Type: {draw(PIECES)}\r\n"
        body += f"{head}\r\n".encode("utf-8", "surrogateescape") + draw(BODIES) + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


@fuzz()
@given(
    mutated(multipart()),
    st.sampled_from([f"multipart/form-data; boundary={BOUNDARY}", "multipart/form-data"])
    | PIECES.map("multipart/form-data; boundary={}".format),
    st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
)
def test_forms_with_files_are_read_or_count_as_empty(
    body: bytes, content_type: str, method: str
) -> None:
    """Parts without names, names with quotes, boundaries that never come."""
    target.receive(message({"METHOD": method, "content-type": content_type}, body))


@fuzz()
@given(
    PIECES | st.lists(st.tuples(PIECES, PIECES)).map(lambda pairs: "&".join(map("=".join, pairs)))
)
def test_queries_are_read(query: str) -> None:
    """Any query string, also as the body of a form."""
    body = query.encode("utf-8", "surrogateescape")
    form = {"METHOD": "POST", "content-type": "application/x-www-form-urlencoded", "QUERY": query}
    target.receive(message(form, body))


@fuzz()
@given(PIECES)
def test_redirects_stay_one_header(place: str) -> None:
    """An address that a client wants to be sent to cannot add a header (CWE-113)."""
    target.receive(message({"QUERY": f"to={place}"}, path="/away"))


JSON_PIECES = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        '"',
        ":",
        ",",
        "1",
        "-",
        "1e400",
        "NaN",
        "null",
        '"\\ud800"',
        "\\u0000",
        "[" * 70,
    ]
)


@fuzz()
@given(st.lists(JSON_PIECES | TEXT, max_size=12).map("".join))
def test_json_bodies_are_read_or_refused(text: str) -> None:
    """Depth, numbers that are none, and halves of characters are no defects."""
    body = text.encode("utf-8", "surrogateescape")
    headers = {"METHOD": "POST", "content-type": "application/json"}
    target.receive(message(headers, body, path="/json"))
    target.receive(message({"METHOD": "JSON"}, body))
