"""Client connections: when they stay, when they close, and in which order answers come."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from framework.conformance.servers import Server, eventually, raw_connection, read_to_end

HOST = "Host: 127.0.0.1\r\n"


def request(path: str, version: str = "HTTP/1.1", headers: str = "") -> bytes:
    return f"GET {path} {version}\r\n{HOST}{headers}\r\n".encode()


def test_http_1_0_ends_with_the_answer(server: Server) -> None:
    """A client of HTTP/1.0 reads to the end of the connection, so it must come."""
    with raw_connection(server.port, request("/hello", "HTTP/1.0")) as connection:
        assert read_to_end(connection).endswith(b"Take five, dude!")


def test_connection_close_is_obeyed(server: Server) -> None:
    """A client that asks to close gets its answer, then the end."""
    data = request("/hello", headers="Connection: close\r\n")
    with raw_connection(server.port, data) as connection:
        answer = read_to_end(connection)
    assert answer.endswith(b"Take five, dude!")
    assert b"connection: close" in answer.lower()


def test_a_handler_can_close_the_connection(server: Server) -> None:
    """An answer with Connection: close is the last one on its connection."""
    data = request("/closing") + request("/hello")
    with raw_connection(server.port, data) as connection:
        answer = read_to_end(connection)
    assert answer.endswith(b"<p>page</p>")


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """A slow request does not let those behind it overtake."""
    paths = ["/meet", "/hello/a", "/hello/b", "/hello/c"]
    last = request("/hello/d", headers="Connection: close\r\n")
    data = b"".join(map(request, paths)) + last
    with raw_connection(server.port, data) as connection:
        answer = read_to_end(connection)
    places = [answer.index(f"Take five, {name}!".encode()) for name in "abcd"]
    assert places == sorted(places)
    assert answer.count(b"HTTP/1.1 200") == 5


def test_one_connection_serves_many_requests(server: Server) -> None:
    """Keep-alive works: ten requests one after the other on one connection."""
    with raw_connection(server.port, b"") as connection:
        for number in range(10):
            connection.sendall(request(f"/hello/n{number}"))
            answer = b""
            while not answer.endswith(f"n{number}!".encode()):
                chunk = connection.recv(65536)
                assert chunk
                answer += chunk


def test_sleeping_handlers_run_at_the_same_time(server: Server) -> None:
    """Ten handlers that sleep are all in hand before the first of them answers."""
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: server.ask("GET", "/meet"), range(10)))
    assert max(int(answer.body) for answer in answers) == 10


def test_waiting_requests_do_not_stop_others(server: Server) -> None:
    """While one request waits for an event, others are answered."""
    with raw_connection(server.port, request("/wait/patient")) as connection:
        eventually((server.folder / "patient.started").exists, "the request is in hand")
        assert server.ask("GET", "/hello").status == 200
        (server.folder / "patient.go").touch()
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\x00" * 64])
def test_what_is_not_http_is_sent_away(server: Server, garbage: bytes) -> None:
    """Garbage ends its connection, and the server goes on."""
    with raw_connection(server.port, garbage + b"\r\n\r\n") as connection:
        answer = read_to_end(connection)
    assert b" 200 " not in answer
    assert server.ask("GET", "/hello").status == 200
