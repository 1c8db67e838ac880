"""The same promise over WSGI: an answer, or a refusal, never a defect."""

from functools import partial
from io import BytesIO
from typing import Any

import pytest
from brubeck.connections import WSGIConnection
from fuzz.fuzzing import TIME_LIMIT, Target, describe, fuzz
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.timeout(TIME_LIMIT)

target = Target()
connection = WSGIConnection()

# Servers hand over bytes in the disguise of Latin-1 (PEP 3333), without line breaks.
BYTES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
NAMES = st.sampled_from(
    ["COOKIE", "HOST", "ACCEPT", "CONNECTION", "X_FORWARDED_FOR", "X_CSRF_TOKEN", "EXPECT", "RANGE",
     "TRANSFER_ENCODING", "X_MONGREL2_UPLOAD_START", "PATH", "METHOD"]
)  # fmt: skip
HEADERS = st.dictionaries(NAMES.map("HTTP_{}".format), BYTES, max_size=5)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "JSON", "X"])
TYPES = st.sampled_from(
    ["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/json"]
)
LENGTHS = st.none() | st.integers(-1, 400).map(str) | st.sampled_from(["", "x", "²", "9" * 30])


def ask(environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status, headers and body of an answer, after a look at what was logged."""
    answers: list[tuple[str, list[tuple[str, str]]]] = []
    application = partial(connection.process_message, target.app)
    with target.alarm.listening():
        body = application(environ, lambda status, headers: answers.append((status, headers)))
    assert not target.alarm.records, describe(target.alarm.records)
    ((status, headers),) = answers
    return status, headers, b"".join(body)


@fuzz()
@given(METHODS, BYTES, BYTES, HEADERS, TYPES, LENGTHS, st.binary(max_size=300))
def test_every_environ_is_answered(
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    content_type: str,
    length: str | None,
    body: bytes,
) -> None:
    """Lengths that lie, types that promise, names that look like the server's own."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": content_type,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        # Servers may add what they like, of any type; this is eventlet's.
        "headers_raw": (("Cookie", "a=b"), ("Host", "localhost")),
    }
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    status, sent, answer = ask(environ | headers)
    assert status[:1] in "234", status
    for text in (status, *(part for pair in sent for part in pair)):
        text.encode("latin-1")
        assert not set(text) & set("\r\n\0")
    lengths = [value for name, value in sent if name.lower() == "content-length"]
    assert len(lengths) <= 1
    assert not answer or int(lengths[0]) == len(answer)
