"""The requests of one connection: one after the other, and nothing behind the end."""

from typing import Any

import pytest
from brubeck.connections.conversations import MAX_CLOSED, MAX_WAITING, Conversations
from doubles import asked


def conversing(answer: Any, hang_up: Any = print, on_gone: Any = print) -> Conversations:
    def go_on(behind: Any) -> None:
        conversations.work_off(behind)

    conversations = Conversations(answer, hang_up, on_gone, go_on)
    return conversations


class Held:
    """What a handler leaves behind who answers later."""

    sender, conn_id = "send", "1"


def test_requests_of_one_connection_are_answered_in_their_order() -> None:
    """Those that arrive meanwhile line up, those of others do not."""
    order: list[str] = []

    def answer(request: Any) -> bool:
        path = request.path
        if path == "/1":
            for behind in (asked("/2"), asked("/3"), asked("/x", "2")):
                conversations.take(behind)
        order.append(path)
        return True

    conversations = conversing(answer)
    conversations.take(asked("/1"))
    assert order == ["/x", "/1", "/2", "/3"]
    assert len(conversations) == 0


def test_a_closed_connection_is_not_answered_further() -> None:
    """After an answer that closes, what waits behind is dropped."""
    order: list[Any] = []

    def answer(request: Any) -> bool:
        order.append(request.path)
        conversations.take(asked("/2"))
        return False

    conversations = conversing(answer, order.append)
    conversations.take(asked("/1"))
    assert order == ["/1"]


def test_what_comes_when_a_connection_has_been_closed_is_no_request() -> None:
    """It may be the body of the one before (CWE-444); whoever gave it hears that it is done with."""
    order: list[Any] = []
    ended: list[tuple[str, str, int]] = []

    def answer(request: Any) -> bool:
        order.append(request.path)
        conversations.note_closed("send", "1")
        return False

    conversations = conversing(answer)
    conversations.on_end = lambda *end: ended.append(end)
    for path in ("/1", "/hidden"):
        conversations.take(asked(path))
    conversations.take(asked("/another", "2"))
    assert order == ["/1", "/another"]
    assert ended == [("send", "1", 1), ("send", "1", 1), ("send", "2", 1)]


def test_only_the_latest_closed_connections_are_remembered() -> None:
    """No number comes twice, so this is for what is on its way; it must not grow for ever."""
    conversations = conversing(lambda _request: True)
    for number in range(3 * MAX_CLOSED):
        conversations.note_closed("send", str(number))
    conversations.leave("send", str(3 * MAX_CLOSED - 1))
    assert len(conversations._closed) == MAX_CLOSED - 1


def test_a_connection_that_asks_too_much_ahead_is_hung_up_on() -> None:
    """After the present answer, without running what waits."""
    order: list[str] = []

    def answer(request: Any) -> bool:
        for number in range(MAX_WAITING + 2):
            conversations.take(asked(f"/{number}"))
        order.append(request.path)
        return True

    conversations = conversing(answer, lambda request: order.append("hung up"))
    conversations.take(asked("/first"))
    assert order == ["/first", "hung up"]


def test_an_exception_does_not_block_the_connection() -> None:
    """It is closed, so that nobody waits for an answer that never comes."""
    hung_up: list[Any] = []

    def fail(request: Any) -> bool:
        raise RuntimeError

    conversations = conversing(fail, hung_up.append)
    with pytest.raises(RuntimeError):
        conversations.take(asked("/1"))
    assert len(conversations) == 0
    assert [request.path for request in hung_up] == ["/1"]


def test_who_is_forgotten_is_not_open_any_more() -> None:
    """A restart ends the conversations of its ident only."""
    seen: list[bool] = []

    def answer(request: Any) -> bool:
        seen.append(conversations.is_open(request))
        conversations.forget("other")
        seen.append(conversations.is_open(request))
        conversations.forget("send")
        seen.append(conversations.is_open(request))
        return True

    conversations = conversing(answer)
    conversations.take(asked("/1"))
    assert seen == [True, True, False]


def test_what_is_held_keeps_its_place_until_it_is_released() -> None:
    """What the client sends meanwhile waits behind it and is answered afterwards."""
    held, order = Held(), []

    def answer(request: Any) -> Any:
        order.append(request.path)
        return held if request.path == "/poll" else True

    conversations = conversing(answer)
    conversations.take(asked("/poll"))
    conversations.take(asked("/2"))
    assert order == ["/poll"]
    assert conversations.is_open(held)
    conversations.release(held)
    assert order == ["/poll", "/2"]
    assert len(conversations) == 0


def test_what_is_held_is_told_when_its_client_leaves() -> None:
    """Once, also when his Mongrel2 is gone; his place is free then."""
    held, gone = Held(), []
    conversations = conversing(lambda _request: held, print, gone.append)
    for leave in (lambda: conversations.leave("send", "1"), lambda: conversations.forget("se")):
        conversations.take(asked("/poll"))
        leave()
        leave()
    assert gone == [held, held]
    assert len(conversations) == 0


def test_nothing_is_held_for_a_client_who_has_left_before() -> None:
    """A handler that parks its request too late is told at once, and leaves no trace."""
    held, gone = Held(), []

    def answer(request: Any) -> Any:
        conversations.leave("send", "1")
        return held

    conversations = conversing(answer, print, gone.append)
    conversations.take(asked("/poll"))
    assert gone == [held]
    assert len(conversations) == 0


@pytest.mark.parametrize("keep_alive", [True, False])
def test_nothing_is_answered_behind_an_end(keep_alive: bool) -> None:
    """Requests that wait behind an answer that closes the connection are dropped."""
    held, order = Held(), []

    def answer(request: Any) -> Any:
        order.append(request.path)
        return held if request.path == "/poll" else True

    conversations = conversing(answer, order.append)
    for path in ("/poll", "/2"):
        conversations.take(asked(path))
    conversations.conclude(held, keep_alive=keep_alive)
    assert order == ["/poll", "/2" if keep_alive else held]
    assert len(conversations) == 0


def test_a_request_in_hand_learns_that_its_client_has_left() -> None:
    """It says so from then on, and calls who wanted to know; a failure stops nobody."""
    seen: list[object] = []

    def answer(request: Any) -> bool:
        request.when_gone(lambda: 1 / 0)
        request.when_gone(lambda: seen.append("told"))
        seen.append(request.is_gone)
        conversations.leave("send", "1")
        conversations.leave("send", "1")
        seen.append(request.is_gone)
        return True

    conversations = conversing(answer)
    conversations.take(asked("/1"))
    assert seen == [False, "told", True]
