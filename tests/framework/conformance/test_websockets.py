"""WebSockets over every transport and every coroutine library, with an independent client."""

import signal
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import websocket
from framework.conformance.servers import PATIENCE, Server, ask, eventually, raw_connection
from websocket import ABNF, WebSocket, WebSocketException

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: {version}\r\n{headers}\r\n"
)
KEY = "AAAAAAAAAAAAAAAAAAAAAA=="


@contextmanager
def opened(server: Server, path: str, **options: Any) -> Iterator[WebSocket]:
    """Open a WebSocket until the end of the block."""
    address = f"ws://127.0.0.1:{server.port}{path}"
    client = websocket.create_connection(address, timeout=PATIENCE, **options)
    try:
        yield client
    finally:
        client.shutdown()


@contextmanager
def echo(server: Server, name: str = "echo", **options: Any) -> Iterator[WebSocket]:
    """Open a WebSocket that sends back what it gets; its greeting is read already."""
    with opened(server, f"/echo/{name}", **options) as client:
        assert client.recv().startswith(name)
        yield client


def close_of(client: WebSocket) -> tuple[int, str]:
    """Read up to the close frame; return its code and reason."""
    opcode, data = client.recv_data()
    while opcode != ABNF.OPCODE_CLOSE:
        opcode, data = client.recv_data()
    return struct.unpack("!H", data[:2])[0], data[2:].decode()


def ended(server: Server, name: str) -> str:
    """Wait until the handler has ended; return what it says of that."""
    file = server.folder / f"{name}.ended"
    eventually(lambda: file.exists() and file.read_text(), "the end of the handler")
    return file.read_text()


def first_bytes(
    server: Server, path: str, headers: str = "", *, key: str = KEY, version: str = "13"
) -> bytes:
    """Ask for a WebSocket and return the first bytes of the answer."""
    data = HANDSHAKE.format(path=path, key=key, version=version, headers=headers)
    with raw_connection(server.port, data.encode()) as connection:
        return connection.recv(65536)


def frame(first: int, data: bytes) -> bytes:
    """Make a masked frame by hand, with any first byte."""
    mask = b"mask"
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
    return bytes([first, 0x80 | len(data)]) + mask + masked


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1_048_576])
def test_messages_of_every_size_come_back(server: Server, size: int) -> None:
    """Text as text, bytes as bytes, up to the limit."""
    with echo(server) as client:
        client.send("x" * size)
        assert client.recv_data() == (ABNF.OPCODE_TEXT, b"x" * size)
        client.send_binary(b"\xff" * size)
        assert client.recv_data() == (ABNF.OPCODE_BINARY, b"\xff" * size)


def test_text_is_unicode(server: Server) -> None:
    """Every character of it."""
    with echo(server) as client:
        client.send("ü \U0001f3b7\0")
        assert client.recv() == "ü \U0001f3b7\0"


def test_messages_keep_their_order(server: Server) -> None:
    """A thousand, sent while the answers are read."""
    texts = [f"message {number}" for number in range(1000)]
    with echo(server) as client, ThreadPoolExecutor(1) as threads:
        sending = threads.submit(lambda: [client.send(text) for text in texts])
        assert [client.recv() for _ in texts] == texts
        sending.result()


def test_fragments_are_one_message(server: Server) -> None:
    """With a ping between them, which is answered at once."""
    with echo(server) as client:
        client.send_frame(ABNF.create_frame("a", ABNF.OPCODE_TEXT, 0))
        client.ping("there?")
        client.send_frame(ABNF.create_frame("b", ABNF.OPCODE_CONT, 0))
        client.send_frame(ABNF.create_frame("c", ABNF.OPCODE_CONT, 1))
        got = [client.recv_data(control_frame=True) for _ in range(2)]
    assert sorted(got) == [(ABNF.OPCODE_TEXT, b"abc"), (ABNF.OPCODE_PONG, b"there?")]


def test_the_first_protocol_that_both_know_is_spoken(server: Server) -> None:
    """And none if there is none."""
    with opened(server, "/echo/p", subprotocols=["other", "first", "second"]) as client:
        assert client.recv() == "p second"
        assert client.getsubprotocol() == "second"
    answer = first_bytes(server, "/echo/p", "Sec-WebSocket-Protocol: other\r\n")
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"Sec-WebSocket-Protocol" not in answer


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("close", (4001, "as you wish")),
        ("return", (1000, "")),
        ("fail", (1011, None)),
        ("late", (1011, None)),
    ],
)
def test_the_close_code_says_how_a_handler_ended(
    server: Server, message: str, code: tuple[int, str | None]
) -> None:
    """By close(), by returning, by an exception or a time limit, of which nothing is shown."""
    with echo(server) as client:
        client.send(message)
        got, reason = close_of(client)
    assert got == code[0]
    assert code[1] in {None, reason}
    assert "conformance" not in reason


def test_a_handler_hears_why_its_client_left(server: Server) -> None:
    """The loop over the messages ends."""
    with echo(server, "polite") as client:
        client.close(4321, b"bye")
    assert ended(server, "polite") == "4321 bye"


def test_a_client_who_vanishes_ends_the_loop(server: Server) -> None:
    """Without a close frame the code is 1006."""
    with opened(server, "/echo/vanished") as client:
        client.recv()
        client.sock.close()
    assert ended(server, "vanished") == "1006 "


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(0x81, b"\xff"), 1007),
        (frame(0xC1, b"compressed?"), 1002),
        (frame(0x83, b"unknown opcode"), 1002),
        (frame(0x88, b"\x03"), 1002),
        (frame(0x88, b"\x03\xed"), 1002),
    ],
    ids=["not UTF-8", "reserved bit", "unknown opcode", "half a close code", "private close code"],
)
def test_what_is_against_the_protocol_ends_it(server: Server, data: bytes, code: int) -> None:
    """With the code that RFC 6455 has for it."""
    with echo(server) as client:
        client.sock.sendall(data)
        assert close_of(client)[0] == code
    assert server.ask("GET", "/hello").status == 200


@pytest.mark.parametrize("parts", [1, 3])
def test_too_large_a_message_ends_it(server: Server, parts: int) -> None:
    """In one piece or in several; the handler hears of it."""
    name = f"large{parts}"
    with echo(server, name) as client:
        for part in range(parts):
            opcode = ABNF.OPCODE_CONT if part else ABNF.OPCODE_BINARY
            data = b"x" * (1_500_000 // parts)
            client.send_frame(ABNF.create_frame(data, opcode, int(part == parts - 1)))
        assert close_of(client)[0] == 1009
    assert ended(server, name).startswith("1009")


def test_fifty_at_once_do_not_hinder_each_other(server: Server) -> None:
    """Each gets its own messages back."""

    def talk(number: int) -> bool:
        with echo(server) as client:
            texts = [f"{number} {count}" for count in range(20)]
            for text in texts:
                client.send(text)
            return [client.recv() for _ in texts] == texts

    with ThreadPoolExecutor(50) as threads:
        assert all(threads.map(talk, range(50)))


def test_a_client_who_floods_does_not_fill_the_memory(server: Server) -> None:
    """Through Mongrel2, which cannot make him wait, he is sent away; elsewhere he waits."""
    with opened(server, "/deaf/flood") as client:
        if server.transport == "mongrel2":
            _flood(client, 20_000, 100)
            (server.folder / "flood.go").touch()
            assert ended(server, "flood").startswith("1008")
        else:
            client.settimeout(1)
            assert not _flood(client, 2000, 65_536)
    assert server.ask("GET", "/hello").status == 200


def _flood(client: WebSocket, count: int, size: int) -> bool:
    """Send many messages; return whether all could be sent."""
    try:
        for _ in range(count):
            client.send("x" * size)
    except (WebSocketException, OSError):
        return False
    return True


def test_a_client_who_does_not_read_fills_no_memory(own_server: Server) -> None:
    """The handler waits, or the client is dropped; in the end the handler ends."""
    with opened(own_server, "/deaf/full?size=65536") as client:
        assert client.recv()
        assert all(own_server.ask("GET", "/hello").status == 200 for _ in range(50))
        if own_server.transport == "wsgi":
            client.sock.close()
        _, memory = ended(own_server, "full").split()
    assert int(memory) < 250_000  # kilobytes; those of a process that has done nothing are 60,000


def test_the_end_of_the_process_is_said(own_server: Server) -> None:
    """Clients get 1001, and handlers end by themselves."""
    with echo(own_server, "last") as client:
        own_server.program.signal(signal.SIGTERM)
        assert close_of(client)[0] == 1001
        client.close()
        assert own_server.program.wait() == 0
    assert ended(own_server, "last").startswith("1001")


# -- handshakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", [None, "http://127.0.0.1:{port}", "https://conformance.localhost"]
)
def test_pages_of_the_own_site_may_open_it(server: Server, origin: str | None) -> None:
    """Those of the host that was called, or of one that is allowed; and programs."""
    options = {"suppress_origin": True} if origin is None else {}
    if origin is not None:
        options["origin"] = origin.format(port=server.port)  # type: ignore[assignment]
    with echo(server, **options) as client:
        client.send("in")
        assert client.recv() == "in"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_pages_of_other_sites_may_not(server: Server, origin: str) -> None:
    """Their visitors' cookies would come along."""
    assert first_bytes(server, "/echo/x", f"Origin: {origin}\r\n").startswith(b"HTTP/1.1 403")


def test_an_error_before_the_handshake_refuses_it(server: Server) -> None:
    """As any other request is refused."""
    assert first_bytes(server, "/echo/x?refuse=1").startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    ("version", "key", "status"), [("8", KEY, b"426"), ("13", "short", b"400"), ("13", "", b"400")]
)
def test_a_broken_handshake_is_refused(
    server: Server, version: str, key: str, status: bytes
) -> None:
    """With the version that would do, or with what is wrong; then the connection ends."""
    answer = first_bytes(server, "/echo/x", key=key, version=version)
    # Mongrel2 does not even pass on what has no key.
    assert answer.startswith(b"HTTP/1.1 " + status) or not key


def test_who_asks_without_a_handshake_is_told_what_is_here(server: Server) -> None:
    """426 with the protocol to upgrade to."""
    got = server.ask("GET", "/echo/x")
    assert got.status == 426
    assert got.headers["Upgrade"] == "websocket"
    assert "WebSocket" in got.body.decode()
    assert ask(server.port, "POST", "/echo/x").status == 405


def test_an_ordinary_page_is_no_websocket(server: Server) -> None:
    """A handshake with one is answered with the page."""
    assert first_bytes(server, "/hello").startswith(b"HTTP/1.1 200")


def test_forged_frames_are_requests(server: Server) -> None:
    """Whoever uses Mongrel2's word as a method gets 405."""
    assert server.ask("WEBSOCKET", "/echo/x", headers={"flags": "0x81"}).status == 405
