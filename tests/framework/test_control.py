"""Mongrel2's control port, played by a test; the real one in conformance/test_streams.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from brubeck.concurrency import current
from brubeck.connections import control
from brubeck.connections.control import Control


def reply(**written: int) -> bytes:
    """Return what Mongrel2 says of connections; their ids begin with a letter here."""
    rows = b""
    for name, size in written.items():
        values = (name[1:], "17", "1", "0", "0", "0", "60", str(size))
        row = "".join(f"{len(value)}:{value}#" for value in values)
        rows += f"{len(row)}:{row}]".encode()
    return b"25:7:headers,11:2:id,2:fd,]4:rows,%d:%b]}" % (len(rows), rows)


class Port:
    """A control port that answers every question alike."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", address: str) -> None:
        self.answer: bytes | None = b""
        self.asked = 0
        self._socket = context.socket(zmq.ROUTER)
        self._socket.bind(address)
        self._task = current().spawn(self._serve)

    def _serve(self) -> None:
        while True:
            if self._socket.poll(0):
                *way, question = self._socket.recv_multipart()
                assert question == b"26:6:status,13:4:what,3:net,}]"
                self.asked += 1
                if self.answer is not None:
                    self._socket.send_multipart([*way, self.answer])
            current().sleep(0.001)

    def close(self) -> None:
        self._task.kill()
        self._socket.close(0)


@pytest.fixture
def context() -> "Iterator[zmq.Context[zmq.Socket[bytes]]]":
    made: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    yield made
    made.term()


@pytest.fixture
def ports(
    context: "zmq.Context[zmq.Socket[bytes]]", tmp_path: Path
) -> Iterator[tuple[list[Port], Control]]:
    """Give two control ports, and who asks them."""
    addresses = [f"ipc://{tmp_path}/{name}" for name in "ab"]
    opened = [Port(context, address) for address in addresses]
    asking = Control(context, addresses)
    yield opened, asking
    asking.close()
    for port in opened:
        port.close()


def test_it_tells_what_has_been_written(ports: tuple[list[Port], Control]) -> None:
    """Of every connection, over all servers; of an id that several have, the most."""
    (one, two), asking = ports
    one.answer, two.answer = reply(c2=4_129_027, c3=5), reply(c3=7, c40=0)
    asking.wait()
    assert [asking.written(name) for name in ("2", "3", "40", "5")] == [4_129_027, 7, 0, None]


def test_who_waits_together_is_told_together(ports: tuple[list[Port], Control]) -> None:
    """One question serves all."""
    (one, _two), asking = ports
    tasks = [current().pool_class(10).spawn(asking.wait) for _ in range(10)]
    for task in tasks:
        task.join()  # type: ignore[attr-defined]  # both libraries' pools have it
    assert one.asked == 1


def test_who_does_not_answer_is_not_waited_for_again(
    ports: tuple[list[Port], Control],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says what to compare; figures of others count."""
    monkeypatch.setattr(control, "PATIENCE", 1.0)
    (one, two), asking = ports
    one.answer, two.answer = None, reply(c2=5)
    for _ in range(3):
        asking.wait()
    assert "Compare the control_port" in caplog.text
    assert one.asked <= 1
    assert asking.written("2") == 5
