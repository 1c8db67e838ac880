"""Clients who are subscribed to a room, over every transport and every coroutine library."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from framework.conformance.servers import (
    Server,
    eventually,
    raw_connection,
    read_to_end,
)

OLD = b"".join(b"id: %d\ndata: old %d\n\n" % (number, number) for number in (1, 2, 3))


def new(*numbers: int) -> bytes:
    return b"".join(b"id: %d\ndata: new %d\n\n" % (number, number) for number in numbers)


def request(path: str, *lines: str, version: str = "HTTP/1.0", method: str = "GET") -> bytes:
    """Ask by HTTP/1.0 unless told otherwise: its bodies have no chunks."""
    head = "".join(f"{line}\r\n" for line in ("Host: 127.0.0.1", *lines))
    return f"{method} {path} {version}\r\n{head}\r\n".encode()


@contextmanager
def feed(server: Server, path: str, *lines: str, version: str = "HTTP/1.0") -> Iterator["Reader"]:
    """Open an event stream."""
    with raw_connection(server.port, request(f"/feed/{path}", *lines, version=version)) as client:
        yield Reader(client)


class Reader:
    """Reads an event stream."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.received = b""

    def until(self, sign: bytes) -> bytes:
        """Read until something has come."""
        while sign not in self.received:
            data = self.client.recv(65_536)
            assert data, f"{sign!r} never came, but {self.received[-200:]!r} and the end"
            self.received += data
        return self.received

    def body(self) -> bytes:
        return self.received.partition(b"\r\n\r\n")[2]


def asked(server: Server, path: str) -> Any:
    answer = server.ask("GET", path)
    assert answer.status == 200
    return json.loads(answer.body)


def publish(server: Server, room: str, **parts: int) -> int:
    query = "&".join(f"{name}={value}" for name, value in parts.items())
    reached: int = asked(server, f"/publish/{room}?{query}")["reached"]
    return reached


def wait_for_audience(server: Server, room: str, count: int) -> None:
    eventually(lambda: asked(server, f"/audience/{room}")["count"] == count, f"{count} are there")


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_what_is_published_reaches_everybody_in_the_room(server: Server, version: str) -> None:
    """And nobody else; each has a head with cookies and headers of his own."""
    room = f"all{version[-1]}"
    with ExitStack() as stack:
        readers = [stack.enter_context(feed(server, room, version=version)) for _ in range(3)]
        other = stack.enter_context(feed(server, f"{room}x", version=version))
        for reader in (*readers, other):
            head = reader.until(b":\n\n")
            assert b"content-type: text/event-stream; charset=utf-8" in head.lower()
            assert b"feed=1" in head
            assert (b"chunked" in head) is (version == "HTTP/1.1")
        wait_for_audience(server, room, 3)
        assert publish(server, room, first=7) == 3
        for reader in readers:
            reader.until(new(7))
        assert b"new" not in other.received
    assert publish(server, f"{room}y") == 0


def test_many_events_come_in_order_and_once(server: Server) -> None:
    """Also when they are published faster than they could be sent one by one."""
    with feed(server, "many") as reader:
        reader.until(b":\n\n")
        publish(server, "many", count=3000)
        reader.until(new(3000))
        assert reader.body() == b":\n\n" + new(*range(1, 3001))


def test_chunks_are_well_formed(server: Server) -> None:
    """HTTP/1.1 divides the body; the parts together are the events."""
    with feed(server, "chunks", version="HTTP/1.1") as reader:
        reader.until(b":\n\n")
        for number in range(1, 30):
            publish(server, "chunks", first=number, size=number)
        reader.until(b"id: 29\n")
        reader.until(b" \n\n\r\n")
        body, events = reader.body(), b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            events += rest[: int(size, 16)]
            assert rest[int(size, 16) :].startswith(b"\r\n")
            body = rest[int(size, 16) + 2 :]
    assert events.count(b"data: new") == 29


def test_who_comes_back_gets_what_he_has_missed_first(server: Server) -> None:
    """By the id of the last event that he has seen."""
    with feed(server, "missed?replay=1", "Last-Event-ID: 2") as reader:
        reader.until(b"old 3\n\n")
        assert reader.body() == b":\n\n" + b"id: 3\ndata: old 3\n\n"
    with feed(server, "missed?replay=1") as reader:
        reader.until(b"old 3\n\n")
        assert reader.body() == b":\n\n" + OLD


def test_nothing_is_lost_or_doubled_while_the_past_is_looked_for(server: Server) -> None:
    """What is published meanwhile comes behind it; what it has got already does not."""
    (server.folder / "gap.replay").unlink(missing_ok=True)
    with feed(server, "gap?replay=1&slow=1") as reader:
        wait_for_audience(server, "gap", 1)
        publish(server, "gap", first=3, count=3)  # the replay has number 3, too
        (server.folder / "gap.replay").touch()
        reader.until(new(5))
        assert reader.body() == b":\n\n" + OLD + new(4, 5)
        publish(server, "gap", first=3)
        reader.until(new(3))


def test_an_error_of_the_replay_is_an_answer(server: Server) -> None:
    """Nothing has been sent yet; and nobody is left in the room."""
    answer = server.ask("GET", "/feed/broken?replay=1&broken=1")
    assert answer.status == 403
    assert b"Not today." in answer.body
    wait_for_audience(server, "broken", 0)
    eventually(lambda: asked(server, "/audience/broken")["gone"] == 1, "the handler is told")


def test_who_leaves_is_forgotten_and_told_once(server: Server) -> None:
    """At once through Mongrel2, elsewhere when he is next sent something."""
    with feed(server, "leaving") as reader, feed(server, "leaving") as other:
        reader.until(b":\n\n")
        other.until(b":\n\n")
        other.client.close()

        def has_noticed() -> bool:
            if server.transport == "wsgi":
                publish(server, "leaving", size=1000)
            return bool(asked(server, "/audience/leaving") == {"count": 1, "gone": 1})

        eventually(has_noticed, "one has gone")
        publish(server, "leaving", first=77)
        reader.until(new(77))
    eventually(
        lambda: publish(server, "leaving") == 0 and asked(server, "/audience/leaving")["gone"] == 2,
        "both have gone",
    )


def test_head_of_a_feed_subscribes_nobody(server: Server) -> None:
    """The head comes, the connection goes on, and what counts the audience is told."""
    with raw_connection(
        server.port, request("/feed/head", version="HTTP/1.1", method="HEAD")
    ) as client:
        reader = Reader(client)
        reader.until(b"\r\n\r\n")
        assert b"text/event-stream" in reader.received
        client.sendall(request("/hello"))
        reader.until(b"Take five, dude!")
        assert b":\n\n" not in reader.received
    assert asked(server, "/audience/head") == {"count": 0, "gone": 1}


def test_a_hundred_and_more_are_reached(server: Server) -> None:
    """More than one message to Mongrel2 can name."""
    with ExitStack() as stack:
        readers = [stack.enter_context(feed(server, "crowd")) for _ in range(150)]
        wait_for_audience(server, "crowd", 150)
        for number in range(1, 21):
            assert publish(server, "crowd", first=number) == 150
        for reader in readers:
            reader.until(new(20))
            assert reader.body() == b":\n\n" + new(*range(1, 21))
    eventually(lambda: publish(server, "crowd", size=5000) == 0, "all have gone")


def test_the_end_of_the_process_ends_them(own_server: Server) -> None:
    """Properly, so that browsers come back elsewhere; nothing published is lost before."""
    with ExitStack() as stack:
        readers = [
            stack.enter_context(feed(own_server, "end", version=version))
            for version in ("HTTP/1.0", "HTTP/1.1")
        ]
        for reader in readers:
            reader.until(b":\n\n")
        waiting = stack.enter_context(feed(own_server, "end?replay=1&slow=1"))
        wait_for_audience(own_server, "end", 3)
        publish(own_server, "end", count=100)
        own_server.program.signal(signal.SIGTERM)
        readers[1].until(b"0\r\n\r\n")
        assert new(100) in readers[1].received
        assert read_to_end(readers[0].client).endswith(new(100)) or new(100) in readers[0].received
        (own_server.folder / "end.replay").touch()
        read_to_end(waiting.client)
    assert own_server.program.wait() == 0
    assert "Traceback" not in own_server.program.text()
