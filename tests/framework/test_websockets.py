"""Frames, handshakes and sockets, without a transport."""

from io import BytesIO
from typing import Any

import pytest
from brubeck.concurrency import current
from brubeck.concurrency.outflow import Outflow
from brubeck.connections import WSGIConnection
from brubeck.connections.pacing import Pace
from brubeck.connections.websockets import LastingWebSocket
from brubeck.errors import BadRequest, Forbidden
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from brubeck.websockets import WebSocket, WebSocketClosed, WebSocketHandler, frames
from brubeck.websockets.frames import Close, FrameError, Ping, Pong, Reader
from brubeck.websockets.handshake import (
    UpgradeRequired,
    accept_value,
    check_origin,
    choose_subprotocol,
)
from brubeck.websockets.socket import FLOOD
from doubles import make_request
from framework.conformance.servers import eventually
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
# The example of RFC 6455, 1.3.
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
HANDSHAKE = {
    "connection": "keep-alive, Upgrade",
    "upgrade": "WebSocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": KEY,
}


def reader(*, is_masked: bool = False, max_size: int = 1000) -> Reader:
    return Reader(is_masked=is_masked, max_size=max_size)


@given(st.lists(TEXTS | st.binary()), st.integers(1, 50))
def test_masked_bytes_become_messages(messages: list[str | bytes], step: int) -> None:
    """In whatever pieces they arrive."""
    client = FrameProtocol(client=True, extensions=[])
    data = b"".join(bytes(client.send_data(message)) for message in messages)
    ours = reader(is_masked=True, max_size=1_000_000)
    got = [each for at in range(0, len(data), step) for each in ours.read(data[at : at + step])]
    assert got == messages


@given(TEXTS | st.binary())
def test_what_is_written_is_read_again(content: str | bytes) -> None:
    """The writer's frames are those that a client expects."""
    assert list(reader(max_size=1_000_000).read(frames.message(content))) == [content]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 70_000])
def test_unmasked_frames_of_every_size_are_read(size: int) -> None:
    """As Mongrel2 hands them over: the first byte and the data."""
    assert list(reader(max_size=70_000).read_unmasked(0x82, b"x" * size)) == [b"x" * size]


def test_control_frames_are_told_apart() -> None:
    """Their data comes along."""
    assert list(reader().read(frames.ping(b"a") + frames.pong(b"b"))) == [Ping(b"a"), Pong(b"b")]
    assert list(reader().read(frames.close(4000, "ü"))) == [Close(4000, "ü")]
    assert list(reader().read(frames.close(1005))) == [Close(1005, "")]


@pytest.mark.parametrize(
    ("flags", "data", "code"),
    [
        (0x81, b"\xff", 1007),
        (0xC1, b"", 1002),
        (0x83, b"", 1002),
        (0x80, b"", 1002),
        (0x82, b"x" * 1001, 1009),
    ],
)
def test_frames_against_the_protocol_are_refused(flags: int, data: bytes, code: int) -> None:
    """With the code that belongs to it."""
    with pytest.raises(FrameError) as caught:
        list(reader().read_unmasked(flags, data))
    assert caught.value.code == code


def test_the_size_of_a_message_is_that_of_its_parts() -> None:
    """It is refused as soon as it is too large, in bytes and not in characters."""
    client = FrameProtocol(client=True, extensions=[])
    ours = reader(is_masked=True)
    assert list(ours.read(bytes(client.send_data("ü" * 400, fin=False)))) == []
    with pytest.raises(FrameError, match="1009"):
        list(ours.read(bytes(client.send_data("ü" * 101, fin=False))))


# -- handshakes ------------------------------------------------------------------------------------


def handshake(**changes: str) -> Any:
    headers: dict[str, Any] = HANDSHAKE | {name.replace("_", "-"): v for name, v in changes.items()}
    return make_request(headers={name: value for name, value in headers.items() if value})


def test_the_proof_is_that_of_the_standard() -> None:
    """The example of RFC 6455."""
    assert accept_value(handshake()) == ACCEPT


@pytest.mark.parametrize(
    "change", [{"upgrade": ""}, {"connection": "close"}, {"sec_websocket_version": "8"}]
)
def test_what_is_no_handshake_is_told_what_would_be(change: dict[str, str]) -> None:
    """With the version that is spoken here."""
    with pytest.raises(UpgradeRequired) as caught:
        accept_value(handshake(**change))
    assert caught.value.headers["Sec-WebSocket-Version"] == "13"


def test_a_handshake_needs_a_key() -> None:
    """Of 16 bytes."""
    with pytest.raises(BadRequest, match="16 random bytes"):
        accept_value(handshake(sec_websocket_key="short"))


@pytest.mark.parametrize(
    "origin", ["", "http://site.example", "https://other.example", "http://allowed.example:81"]
)
def test_known_origins_may(origin: str) -> None:
    """Programs, the site itself, those that are named, and the application's other hosts."""
    request = handshake(origin=origin, host="Site.example")
    check_origin(request, ["https://other.example"], ["allowed.example"])


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "x", "http://site.example:81", "http://["]
)
def test_unknown_origins_may_not(origin: str) -> None:
    """Not even another port of the same machine."""
    with pytest.raises(Forbidden, match="own site"):
        check_origin(handshake(origin=origin, host="site.example"), [], [])


def test_subprotocols_are_chosen_in_our_order() -> None:
    """None if the client knows none of ours."""
    request = handshake(sec_websocket_protocol="c, b,a")
    assert choose_subprotocol(request, ["a", "b"]) == "a"
    assert choose_subprotocol(request, ["x"]) is None


# -- sockets ---------------------------------------------------------------------------------------


class Client:
    """The other side of a WebSocket: what it was sent, read as a client would."""

    def __init__(self) -> None:
        self.outflow = Outflow(self.take)
        self.socket = WebSocket(self.outflow, reader())
        self.received: list[Any] = []
        self._reader = reader(max_size=1_000_000)

    def take(self, data: bytes) -> None:
        self.received += self._reader.read(data)

    def send(self, flags: int, data: bytes) -> None:
        self.socket.feed_frame(flags, data)


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_handler_loops_over_messages_to_the_end(client: Client) -> None:
    """What has come before the end is still received, then the loop is over."""
    client.send(0x81, b"a")
    client.send(0x82, b"b")
    client.send(0x88, b"\x0f\xa0bye")
    assert list(client.socket) == ["a", b"b"]
    assert (client.socket.close_code, client.socket.close_reason) == (4000, "bye")
    eventually(lambda: client.received == [Close(4000, "bye")], "the close is answered")


def test_waiting_for_a_message_can_have_an_end(client: Client) -> None:
    """TimeoutError, and the socket goes on."""
    with pytest.raises(TimeoutError, match="No message came"):
        client.socket.receive(0.01)
    client.send(0x81, b"late")
    assert client.socket.receive(1) == "late"


def test_nothing_is_sent_after_the_end(client: Client) -> None:
    """The handler hears of it; a second close says nothing."""
    with client.socket as socket:
        socket.send("last")
    client.socket.close(4000)
    assert client.socket.close_code == 1000
    with pytest.raises(WebSocketClosed):
        client.socket.send("too late")
    eventually(lambda: client.received == ["last", Close(1000, "")], "both have arrived")


@pytest.mark.parametrize("code", [0, 99, 999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_a_code_that_nobody_may_send_is_a_mistake(client: Client, code: int) -> None:
    """The WebSocket goes on, as nothing has been said yet (RFC 6455, 7.4)."""
    with pytest.raises(ValueError, match="3000 to 4999"):
        client.socket.close(code)
    assert client.socket.is_open


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1011, 1013, 3000, 4999])
def test_a_code_of_the_protocol_or_of_ones_own_is_sent(client: Client, code: int) -> None:
    """As it is."""
    client.socket.close(code, "bye")
    eventually(lambda: client.received == [Close(code, "bye")], "it has arrived")


def test_messages_are_text_or_bytes(client: Client) -> None:
    """A dict is a mistake that is named."""
    with pytest.raises(TypeError, match="text or bytes"):
        client.socket.send({})  # type: ignore[arg-type]


def test_who_is_silent_is_asked_and_then_given_up(client: Client) -> None:
    """Any sign of life is enough."""
    client.socket.tick()
    client.socket.tick()
    client.send(0x8A, b"")
    client.socket.tick()
    client.socket.tick()
    eventually(lambda: client.received == [Ping(b"")] * 4, "the questions")
    client.socket.tick()
    assert client.socket.is_lost
    assert client.socket.receive() is None


def test_a_flood_ends_it(client: Client) -> None:
    """With 1008; nothing of it is kept."""
    for _ in range(FLOOD + 1):
        client.send(0x81, b"x")
    assert client.socket.close_code == 1008
    assert client.socket.receive() is None


def test_a_client_waits_where_that_is_possible(client: Client) -> None:
    """Until the handler has received something."""
    for _ in range(65):
        client.send(0x81, b"x")
    waited: list[bool] = []
    current().spawn(lambda: waited.append(client.socket.wait_for_room() is None))
    current().yield_turn()
    assert not waited
    client.socket.receive()
    eventually(lambda: waited, "there is room")


class Silent(WebSocketHandler):
    """A handler without connected()."""


def test_servers_that_cannot_do_websockets_say_so() -> None:
    """501 through a WSGI server of another kind; and 426 for an ordinary request."""
    app = Brubeck(WSGIConnection(0), [(r"^/$", Silent)])
    assert TestClient(app).get("/").status_code == 426
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "x", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": "", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        "HTTP_HOST": "x",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HANDSHAKE.items()},
    }  # fmt: skip
    said: list[Any] = []
    body = app.msg_conn.process_message(app, environ, lambda *head: said.append(head))
    assert said[0][0].startswith("501")
    assert b"Mongrel2" in b"".join(body)


class Shout(WebSocketHandler):
    """Says everything loudly."""

    subprotocols = ("shout",)

    def connected(self, socket: WebSocket, name: str) -> None:
        socket.send(f"Hello, {name}!")
        for message in socket:
            if not message:
                return
            socket.send(message.upper())
        ENDS.append(socket.close_code)


ENDS: list[int | None] = []


@pytest.fixture
def visitor() -> TestClient:
    return TestClient(Brubeck(WSGIConnection(0), [(r"^/shout/(\w+)$", Shout), (r"^/s$", Silent)]))


def test_the_test_client_opens_websockets(visitor: TestClient) -> None:
    """Text and bytes go to and fro; either side may end it."""
    socket = visitor.websocket("/shout/jd", {"sec-websocket-protocol": "shout"})
    assert socket.subprotocol == "shout"
    assert socket.receive() == "Hello, jd!"
    for message in ("text", b"bytes"):
        socket.send(message)
        assert socket.receive() == message.upper()
    socket.send("")
    assert socket.receive() is None
    assert socket.close_code == 1000


@pytest.mark.parametrize(("leave", "code"), [("close", 1000), ("vanish", 1006)])
def test_the_handler_of_a_test_hears_that_its_client_left(
    visitor: TestClient, leave: str, code: int
) -> None:
    """With a word or without."""
    socket = visitor.websocket("/shout/jd")
    assert socket.receive()
    ENDS.clear()
    getattr(socket, leave)()
    eventually(lambda: code in ENDS, "the end of the loop")


def test_a_refused_websocket_says_with_what(visitor: TestClient) -> None:
    """As an exception, because there is no socket to return; and a handler may lack a method."""
    with pytest.raises(ConnectionRefusedError, match="403"):
        visitor.websocket("/shout/jd", {"origin": "http://evil.example"})
    silent = visitor.websocket("/s")
    assert silent.receive() is None
    assert silent.close_code == 1011


class FakeCarrier:
    """Stands for the connection to Mongrel2: collects what is sent."""

    def __init__(self) -> None:
        self.sent = b""
        self.pace = Pace()

    def reaches(self, _sender: str) -> bool:
        return True

    def send(self, _sender: str, _conn_id: str, data: bytes) -> None:
        self.sent += data

    def finish(self, _lasting: object, *, keep_alive: bool) -> None:
        self.sent += b"closed" * (not keep_alive)


def test_nothing_is_sent_before_the_head() -> None:
    """Not even a ping, when the clock strikes between the handshake and the handler's start."""
    carrier, app = FakeCarrier(), Brubeck(WSGIConnection(0), [(r"^/$", Silent)])
    request = handshake(host="x")
    upgrade = app.handle(request)
    lasting = LastingWebSocket(carrier, app, request, upgrade)  # type: ignore[arg-type]
    lasting.tick()
    assert carrier.sent == b""
    lasting.stop_kindly()
    lasting.start()
    eventually(lambda: carrier.sent.endswith(b"closed"), "the end")
    assert carrier.sent.startswith(b"HTTP/1.1 101 ")
