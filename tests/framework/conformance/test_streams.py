"""Answers that are made while they are sent, over every transport and every coroutine library."""

import http.client
import signal
import socket
import time
from contextlib import closing

import pytest
from framework.conformance.servers import (
    PATIENCE,
    Server,
    ask,
    eventually,
    raw_connection,
    read_to_end,
)

EVENTS = b"".join(
    b'id: %d\nevent: count\nretry: 50\ndata: {"number":%d,"text":"\\u00fc\\nzwei"}\n\n' % (n, n)
    for n in (1, 2, 3)
)


def request(path: str, version: str = "HTTP/1.1") -> bytes:
    return f"GET {path} {version}\r\nHost: 127.0.0.1\r\n\r\n".encode()


def body_of(server: Server, path: str) -> bytes:
    """Return the body of an answer. Raises IncompleteRead for one that was cut off."""
    got = server.ask("GET", path)
    assert got.status == 200
    return got.body


def test_a_generator_is_sent_in_chunks(server: Server) -> None:
    """A client of HTTP/1.1 gets text as UTF-8, without a length, and may ask again."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    with closing(connection):
        for _ in range(2):
            connection.request("GET", "/streamed")
            answer = connection.getresponse()
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert answer.headers["Content-Length"] is None
            assert answer.headers["Content-Type"] == "text/plain"
            assert answer.read().decode() == ("ü" * 10 + "\n") * 3


def test_a_client_of_http_1_0_reads_to_the_end_of_the_connection(server: Server) -> None:
    """It does not know chunks."""
    with raw_connection(server.port, request("/streamed", "HTTP/1.0")) as connection:
        head, _, body = read_to_end(connection).partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body.decode() == ("ü" * 10 + "\n") * 3


def test_head_of_a_stream_has_no_body(server: Server) -> None:
    """And no length, which nobody knows; the connection goes on."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    with closing(connection):
        connection.request("HEAD", "/streamed")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] is None
        connection.request("GET", "/hello")
        assert connection.getresponse().read() == b"Take five, dude!"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/streamed-body", b"abc"),
        ("/generated", b"generated"),
        ("/own-stream", b"own stream"),
    ],
)
def test_iterators_are_streamed_wherever_a_body_may_stand(
    server: Server, path: str, body: bytes
) -> None:
    """In set_body, in the dict of render, as a function's result, in a class of the program."""
    got = server.ask("GET", path)
    assert got.body == body
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"


def test_an_error_handler_may_stream(server: Server) -> None:
    """What it answers to a stream that fails at once is sent as a whole."""
    got = server.ask("GET", "/failing-stream")
    assert (got.status, got.body) == (404, b"looked in vain")
    assert got.headers["Content-Length"] == "14"
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_a_length_that_is_known_is_sent(server: Server) -> None:
    """Then the body needs no chunks."""
    got = server.ask("GET", "/many?count=4&size=100&length=400")
    assert got.headers["Content-Length"] == "400"
    assert got.headers["Transfer-Encoding"] is None
    assert len(got.body) == 400


@pytest.mark.parametrize(("count", "size"), [(100_000, 1), (480, 65_536)])
def test_fast_generators_arrive_completely(server: Server, count: int, size: int) -> None:
    """Many tiny pieces, and 30 MB: nothing is dropped on the way."""
    assert len(body_of(server, f"/many?count={count}&size={size}")) == count * size


@pytest.mark.parametrize("path", ["/broken-stream?count=3", "/many?count=1&size=3&length=5"])
def test_what_cannot_be_completed_is_cut_off(server: Server, path: str) -> None:
    """A client never takes a part for the whole; others are served."""
    with pytest.raises(http.client.IncompleteRead):
        server.ask("GET", path)
    assert server.ask("GET", "/hello").status == 200
    eventually(lambda: "was cut off" in server.program.text(), "the reason in the log")


def test_more_than_was_promised_is_not_sent(server: Server) -> None:
    """It would be read as the next answer."""
    with raw_connection(server.port, request("/many?size=9&length=5")) as connection:
        assert b"xxxxxx" not in read_to_end(connection)


@pytest.mark.parametrize(("query", "status"), [("", 500), ("?refuse=1", 403)])
def test_an_error_before_the_first_piece_is_an_answer(
    server: Server, query: str, status: int
) -> None:
    """Nothing has been sent yet, so there is still time for an error page."""
    got = server.ask("GET", f"/broken-stream{query}")
    assert got.status == status
    assert b"conformance" not in got.body


@pytest.mark.parametrize("size", [0, 1, 65_536])
def test_when_the_client_goes_the_generator_is_closed(own_server: Server, size: int) -> None:
    """Also one that is silent, through Mongrel2; elsewhere when it next says something."""
    if size == 0 and own_server.transport == "wsgi":
        size = 1
    with raw_connection(own_server.port, request(f"/endless/gone?size={size}")) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    eventually((own_server.folder / "gone.closed").exists, "the generator is closed")


def test_a_reader_who_does_not_read_fills_no_memory(own_server: Server) -> None:
    """The process keeps a bounded part for him; others are served meanwhile."""
    peak = own_server.folder / "lazy.peak"
    with raw_connection(own_server.port, b"") as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(request("/endless/lazy?size=65536"))
        eventually(lambda: peak.exists() and peak.read_text(), "the stream begins")
        before = int(peak.read_text())
        served = [own_server.ask("GET", "/hello").status for _ in range(50)]
        assert served == [200] * 50
        after = int(peak.read_text())
    assert after - before < 100_000  # kilobytes
    eventually((own_server.folder / "lazy.closed").exists, "the generator is closed")


def test_a_slow_reader_gets_all_of_it(server: Server) -> None:
    """Far more than anybody keeps for him, and no faster than he reads."""
    size = 64 * 1_048_576
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request(f"/many?count=1024&size=65536&length={size}", "HTTP/1.0"))
        assert len(read_slowly(connection).partition(b"\r\n\r\n")[2]) == size


def read_slowly(connection: socket.socket) -> bytes:
    """Read to the end, 10 MB a second at the most."""
    began, data = time.monotonic(), bytearray()
    while piece := connection.recv(65_536):
        data += piece
        ahead = began + len(data) / 10_000_000 - time.monotonic()
        time.sleep(max(0, ahead))
    return bytes(data)


def test_streams_in_hand_are_finished_at_the_end_of_the_process(own_server: Server) -> None:
    """A download that has begun is completed; an event stream, which has no end, is ended."""
    path = "/many?count=160&size=65536"
    with (
        raw_connection(own_server.port, request(path, "HTTP/1.0")) as download,
        raw_connection(own_server.port, request("/ticks/last", "HTTP/1.0")) as events,
    ):
        assert download.recv(10) == b"HTTP/1.1 2"[:10]
        assert events.recv(10)
        own_server.program.signal(signal.SIGTERM)
        assert read_to_end(download).count(b"x") >= 160 * 65_536
        read_to_end(events)
    assert own_server.program.wait() == 0
    assert (own_server.folder / "last.closed").exists()


# -- Server-Sent Events ----------------------------------------------------------------------------


def test_events_have_the_headers_that_keep_them_flowing(server: Server) -> None:
    """No cache, no buffer, no transformation."""
    got = server.ask("GET", "/events")
    assert got.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert got.headers["Cache-Control"] == "no-cache, no-transform"
    assert got.headers["X-Accel-Buffering"] == "no"
    assert got.body == b":\n\n" + EVENTS


@pytest.mark.parametrize(
    ("path", "headers"), [("/events", {"Last-Event-ID": "7"}), ("/events?last-event-id=7", {})]
)
def test_a_client_who_comes_back_says_what_it_has_seen(
    server: Server, path: str, headers: dict[str, str]
) -> None:
    """By header, or by argument."""
    assert b"id: 8\n" in ask(server.port, "GET", path, headers).body


def test_a_silent_event_stream_has_a_heartbeat(server: Server) -> None:
    """While the generator waits, comments are sent; its events are sent at once."""
    with raw_connection(server.port, request("/ticks/heart")) as connection:
        received = b""
        while received.count(b":\n\n") < 4:
            received += connection.recv(65536)
        assert b"data:" not in received
        (server.folder / "heart.go").touch()
        while b"data: news\n\n" not in received:
            received += connection.recv(65536)
    eventually((server.folder / "heart.closed").exists, "the generator is closed")
