"""Event streams of what is published, without a transport; those of Mongrel2 in conformance/."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.errors import Forbidden
from brubeck.eventstream import Event
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.subscriptions import LIMIT, Queue, Subscription, Subscriptions
from brubeck.testing import TestClient, TestResponse
from framework.conformance.servers import eventually
from hypothesis import given
from hypothesis import strategies as st

HEARTBEAT = b":\n\n"


def lines(*numbers: int) -> bytes:
    return b"".join(b"id: %d\ndata: news\n\n" % number for number in numbers)


def news(number: int) -> Event:
    return Event("news", id=number)


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions()


def subscribe(subscriptions: Subscriptions, **options: Any) -> tuple[Subscription, Iterator[bytes]]:
    """Give a subscription, and what is sent to its client."""
    subscription = Subscription(subscriptions, "room", {}, **options)
    return subscription, subscription.encoded()


def test_news_reach_those_who_are_there(subscriptions: Subscriptions) -> None:
    """A comment comes first, so that a page knows that it is connected."""
    first, pieces = subscribe(subscriptions)
    assert subscriptions.publish("room", news(1)) == 0
    assert next(pieces) == HEARTBEAT
    assert subscriptions.publish("room", news(2)) == 1
    assert subscriptions.publish("elsewhere", news(3)) == 0
    assert next(pieces) == lines(2)
    assert (subscriptions.count("room"), len(subscriptions)) == (1, 1)
    first.discard()
    assert (subscriptions.count("room"), len(subscriptions)) == (0, 0)


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_what_is_published_during_the_replay_follows_it_once(
    missed: list[int], meanwhile: list[int]
) -> None:
    """In order, and without those that the replay had."""
    subscriptions = Subscriptions()

    def replay(last_event_id: str | None) -> Iterator[Event]:
        assert last_event_id == "seen"
        for number in meanwhile:
            subscriptions.publish("room", news(number))
        yield from map(news, missed)

    _, pieces = subscribe(subscriptions, replay=replay, last_event_id="seen")
    rest = [number for number in meanwhile if number not in missed]
    assert next(pieces) == HEARTBEAT + lines(*missed, *rest)
    for number in missed:  # the same ids may come again afterwards
        subscriptions.publish("room", news(number))
    if missed:
        assert next(pieces) == lines(*missed)


def test_events_without_an_id_are_never_taken_for_known_ones(subscriptions: Subscriptions) -> None:
    """Nobody can say that they are the same."""

    def replay(_seen: object) -> list[str]:
        subscriptions.publish("room", "a")
        return ["a"]

    _, pieces = subscribe(subscriptions, replay=replay)
    assert next(pieces) == HEARTBEAT + b"data: a\n\n" * 2


def test_a_replay_may_have_nothing(subscriptions: Subscriptions) -> None:
    """None will do."""
    _, pieces = subscribe(subscriptions, replay=lambda _seen: None)
    assert next(pieces) == HEARTBEAT


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("how", [Subscription.end, Subscription.discard])
def test_the_end_is_told_once(
    subscriptions: Subscriptions, how: Callable[[Subscription], None], begun: bool
) -> None:
    """However it comes, and whether or not anything was sent before."""
    told: list[str] = []
    subscription, pieces = subscribe(subscriptions, on_gone=lambda: told.append("gone"))
    if begun:
        next(pieces)
    how(subscription)
    assert list(pieces) == []
    how(subscription)
    assert told == ["gone"]
    assert len(subscriptions) == 0


def test_a_failure_of_on_gone_hurts_nobody(
    subscriptions: Subscriptions, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with the name of the room."""
    subscription, pieces = subscribe(subscriptions, on_gone=lambda: 1 / 0)
    next(pieces)
    subscription.discard()
    assert "'room' failed" in caplog.text


def test_a_failed_replay_leaves_nobody_in_the_room(subscriptions: Subscriptions) -> None:
    """And tells so."""
    told: list[str] = []
    options = {"replay": lambda _seen: 1 / 0, "on_gone": lambda: told.append("gone")}
    _, pieces = subscribe(subscriptions, **options)
    with pytest.raises(ZeroDivisionError):
        next(pieces)
    assert (len(subscriptions), told) == (0, ["gone"])


def test_who_lags_behind_is_left(subscriptions: Subscriptions) -> None:
    """He is sent what was kept, up to a limit, and then the end; nobody waits for him."""
    _, pieces = subscribe(subscriptions)
    next(pieces)
    for _ in range(100):
        subscriptions.publish("room", "x" * 65_536)
    rest = b"".join(pieces)
    assert LIMIT < len(rest) < 2 * LIMIT
    assert len(subscriptions) == 0


def test_a_queue_wakes_who_waits_for_it() -> None:
    """For news, and for the end."""
    queue: Queue = Queue()
    outcomes: list[Any] = []
    for count, act in enumerate([partial(queue.put, None, b"news"), queue.end], 1):
        current().spawn(lambda: outcomes.append((queue.wait(), queue.taken())))
        current().sleep(0)
        act()
        eventually(partial(_has_as_many, outcomes, count), "it has waited")
    assert outcomes == [(True, [(None, b"news")]), (False, [])]


def _has_as_many(found: list[Any], count: int) -> bool:
    return len(found) == count


def test_what_cannot_be_sent_is_an_error_even_if_nobody_listens(
    subscriptions: Subscriptions,
) -> None:
    """A program does not fail later, when somebody does."""
    with pytest.raises(ValueError, match="line break"):
        subscriptions.publish("room", ("data", "name\n"))


# -- in an application -----------------------------------------------------------------------------


class Feed(WebMessageHandler):
    def get(self) -> Any:
        self.set_cookie("seen", "1")
        self.headers["X-Feed"] = "yes"
        return self.subscribe("news", replay=self.missed)

    def missed(self, last_event_id: str | None) -> list[Event]:
        if last_event_id == "forbidden":
            raise Forbidden("Not today.")
        return [] if last_event_id is None else [Event("old", id=int(last_event_id) + 1)]


@pytest.fixture
def client() -> TestClient:
    return TestClient(Brubeck(WSGIConnection(0), [(r"^/feed$", Feed)]))


def opened(client: TestClient, **headers: str) -> tuple[TestResponse, Iterator[bytes]]:
    page = client.get("/feed", headers=headers)
    return page, iter(page)


def test_a_handler_subscribes_its_client(client: TestClient) -> None:
    """With its headers and cookies, those of an event stream, and those of the application."""
    page, pieces = opened(client, **{"Last-Event-ID": "6"})
    assert next(pieces) == HEARTBEAT + b"id: 7\ndata: old\n\n"
    assert client.app.publish("news", {"text": "new"}) == 1
    assert next(pieces) == b'data: {"text":"new"}\n\n'
    page.close()
    assert client.cookies == {"seen": "1"}
    assert page.headers["X-Feed"] == "yes"
    assert page.headers["Content-Type"].startswith("text/event-stream")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_head_subscribes_nobody(client: TestClient) -> None:
    """It has no body that anything could be sent in."""
    assert client.request("HEAD", "/feed").status_code == 200
    assert client.app.publish("news", "x") == 0
