"""The judge of the fuzz tests sees what he is there for."""

from typing import Any

import pytest
from brubeck.request_handling import WebMessageHandler, http_response
from fuzz.fuzzing import Target, judge_answer, message


class Broken(WebMessageHandler):
    """A handler with a defect."""

    def get(self) -> Any:
        raise RuntimeError("a defect")


def target_with(handler: Any) -> Target:
    """Return a target whose front page is answered by a handler."""
    target = Target()
    target.app.add_route_rule("^a", handler)
    return target


def test_a_defect_is_noticed() -> None:
    """What is logged with a traceback fails the test that caused it."""
    with pytest.raises(AssertionError, match="a defect"):
        target_with(Broken).receive(message({}, path="a"))


def test_an_answer_that_goes_elsewhere_is_noticed() -> None:
    """Nobody gets what another one asked for."""
    target = target_with(Broken)

    def elsewhere(application: Any, _message: Any) -> None:
        application.msg_conn.send("ident", "8", http_response("x", 200, "OK", {}))

    target.app.add_route_rule("^elsewhere", elsewhere)
    with pytest.raises(AssertionError):
        target.receive(message({}, path="elsewhere"))


def test_good_messages_are_answered() -> None:
    """The target is no wall: a plain request comes through."""
    target = Target()
    target.receive(message({}))
    assert [payload[:15] for _, _, payload in target.connection.sent] == [b"HTTP/1.1 200 OK"]


def test_rejected_messages_are_not_answered() -> None:
    """Noise has no sender to answer to."""
    target = Target()
    target.receive(b"noise")
    assert target.connection.sent == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\nb\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    ],
)
def test_malformed_answers_are_noticed(payload: bytes) -> None:
    """A head is a head, and the body is as long as it says."""
    with pytest.raises((AssertionError, IndexError)):
        judge_answer(payload)
