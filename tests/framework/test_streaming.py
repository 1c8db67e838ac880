"""Streamed answers, without a transport."""

import http.client
from io import BytesIO
from typing import Any

import pytest
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler, render
from brubeck.response import Response
from brubeck.streaming import Endings, Framing, LengthError, StreamedResponse
from brubeck.testing import TestClient
from hypothesis import given
from hypothesis import strategies as st


class Closable:
    """Pieces that know whether they were closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> "Closable":
        return self

    def __next__(self) -> str:
        return "more"

    def close(self) -> None:
        self.closed += 1


class FakeSocket:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, *_args: Any) -> BytesIO:
        return BytesIO(self.data)


@given(st.lists(st.binary()), st.sampled_from(["HTTP/1.0", "HTTP/1.1"]), st.booleans())
def test_every_client_reads_what_was_streamed(
    pieces: list[bytes], version: str, has_length: bool
) -> None:
    """In chunks, with a length, or up to the end of the connection."""
    headers = {"Content-Length": str(sum(map(len, pieces)))} if has_length else {}
    response = StreamedResponse(200, pieces, headers)
    framing = response.framing(version=version, keep_alive=True)
    wire = response.start(framing)
    wire += b"".join(map(framing.wrap, response.encoded())) + framing.end()
    answer = http.client.HTTPResponse(FakeSocket(wire))  # type: ignore[arg-type]
    answer.begin()
    assert answer.read() == b"".join(pieces)
    assert framing.keep_alive is (has_length or version == "HTTP/1.1")


def test_a_length_is_a_promise() -> None:
    """Neither more nor less is sent."""
    with pytest.raises(LengthError, match="2 of the promised 5"):
        _all(Framing(5), b"xxx")
    with pytest.raises(LengthError, match="more than the promised 5"):
        _all(Framing(5), b"xxx", b"xxx")
    assert _all(Framing(5), b"xxx", b"xx") == b"xxxxx"


def _all(framing: Framing, *pieces: bytes) -> bytes:
    return b"".join(map(framing.wrap, pieces)) + framing.end()


def test_pieces_are_text_or_bytes() -> None:
    """Anything else is a mistake that is named."""
    assert list(StreamedResponse(200, ["ü", b"b", "", bytearray(b"c")]).encoded()) == [
        "ü".encode(), b"b", b"c",
    ]  # fmt: skip
    assert list(StreamedResponse(200, "whole").encoded()) == [b"whole"]
    with pytest.raises(TypeError, match="text or bytes"):
        list(StreamedResponse(200, [1]).encoded())  # type: ignore[list-item]


def test_whoever_makes_the_pieces_is_told_when_nobody_wants_them() -> None:
    """A generator, a file, anything with close()."""
    pieces = Closable()
    StreamedResponse(200, pieces).discard()
    assert pieces.closed == 1
    StreamedResponse(200, iter([])).discard()


def test_the_framing_is_ours_to_say() -> None:
    """A handler's own Transfer-Encoding would be the second."""
    response = StreamedResponse(200, [], {"Transfer-Encoding": "chunked"})
    head = response.start(response.framing(version="HTTP/1.1", keep_alive=True))
    assert head.count(b"Transfer-Encoding") == 1


@pytest.mark.parametrize("result", [iter(["a"]), render(iter(["a"]), 201, "Made", {"X-A": "1"})])
def test_iterators_are_recognized_wherever_a_result_may_be(result: Any) -> None:
    """Also with a status and headers; lists are joined as ever."""
    response = Response.of(result)
    assert isinstance(response, StreamedResponse)
    assert list(response.encoded()) == [b"a"]
    assert not isinstance(Response.of(render(["a"], 200, "OK", {})), StreamedResponse)


def test_endings_are_told_once_and_late_ones_at_once() -> None:
    """Who comes when the process is about to end is told so."""
    told: list[str] = []
    endings = Endings()
    kept, dropped = (lambda: told.append("kept")), (lambda: told.append("dropped"))
    endings.add(kept)
    endings.add(dropped)
    endings.discard(dropped)
    endings.end()
    endings.add(lambda: told.append("late"))
    assert told == ["kept", "late"]


# -- in an application -----------------------------------------------------------------------------


class Lines(WebMessageHandler):
    conditional = True

    def get(self) -> Any:
        self.set_cookie("seen", "1")
        return self.stream(f"{number}\n" for number in range(3))


class Events(WebMessageHandler):
    def get(self) -> Any:
        self.set_cookie("seen", "1")
        return self.event_stream(self.events(), silence=5)

    def events(self) -> Any:
        try:
            while True:
                yield {"seen": self.last_event_id}
        finally:
            CLOSED.append(True)


CLOSED: list[bool] = []


@pytest.fixture
def client() -> TestClient:
    return TestClient(Brubeck(WSGIConnection(0), [(r"^/lines$", Lines), (r"^/events$", Events)]))


def test_the_test_client_collects_a_stream(client: TestClient) -> None:
    """With cookies and headers as in any other answer."""
    page = client.get("/lines")
    assert (page.text, page.status_code) == ("0\n1\n2\n", 200)
    assert page.text == "0\n1\n2\n"
    assert client.cookies == {"seen": "1"}
    assert client.request("HEAD", "/lines").body == b""


def test_the_test_client_reads_an_endless_stream_piece_by_piece(client: TestClient) -> None:
    """And leaves, which closes the generator."""
    page = client.get("/events", headers={"Last-Event-ID": "7"})
    pieces = iter(page)
    assert [next(pieces) for _ in range(2)] == [b":\n\n", b'data: {"seen":"7"}\n\n']
    CLOSED.clear()
    page.close()
    assert CLOSED == [True]
    assert client.cookies == {"seen": "1"}
