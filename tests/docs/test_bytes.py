"""The bytes that the documentation shows are those that Mongrel2 sends."""

import ast
import re
from pathlib import Path

import zmq
from framework.conformance.servers import eventually, is_listening, raw_connection, start_mongrel2
from ports import free_port

PAGE = Path(__file__).parents[2] / "docs" / "the-way-of-a-request.md"
REQUEST = (
    b"GET /links/7?name=jd HTTP/1.1\r\nHost: localhost:6767\r\nAccept: text/html\r\n"
    b"Cookie: seen=yes\r\n\r\n"
)
PATIENCE = 60_000  # milliseconds


def test_the_message_on_its_way_is_one_of_mongrel2(tmp_path: Path) -> None:
    """Captured from a real one; only its name and the connection's number may be others."""
    shown = re.search(r"MESSAGE = (\(.*?\n\))", PAGE.read_text(), re.DOTALL)
    assert shown is not None
    port = free_port()
    mongrel2 = start_mongrel2(tmp_path, port)
    try:
        eventually(lambda: is_listening(port), "Mongrel2 listens")
        with (
            zmq.Context() as context,
            context.socket(zmq.PULL) as handler,
            raw_connection(port, REQUEST),
        ):
            handler.setsockopt(zmq.RCVTIMEO, PATIENCE)
            handler.connect(f"ipc://{tmp_path}/in")
            captured = handler.recv()
    finally:
        mongrel2.end()
    assert rest(captured) == rest(ast.literal_eval(shown[1]))


def rest(message: bytes) -> bytes:
    """Return what comes behind the sender and the connection of a message."""
    return message.split(b" ", 2)[2]
