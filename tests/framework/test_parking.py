"""Requests that wait without a greenlet."""

from typing import Any

import pytest
from brubeck import memory
from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.parking import LONGEST, Parked, Parking
from brubeck.request_handling import Brubeck, WebMessageHandler, render
from brubeck.response import Response
from brubeck.testing import TestClient
from doubles import make_request
from framework.conformance.servers import eventually


class Carrier:
    """Collects what is delivered, as (how many, answer)."""

    def __init__(self) -> None:
        self.delivered: list[tuple[int, Response]] = []

    def deliver(self, parked: Any, response: Response) -> None:
        self.delivered.append((len(parked), response))


NO_NEWS = Response(204)
NEWS = Response(200, "news")


@pytest.fixture
def parking() -> Parking:
    return Parking(NO_NEWS)


def park(parking: Parking, carrier: Carrier | None, room: str = "r", **options: Any) -> Parked:
    parked = parking.park(
        room, options.pop("seconds", 60), options.pop("otherwise", NO_NEWS), **options
    )
    parked.carrier = carrier
    return parked


def test_a_broadcast_answers_all_in_the_room_at_once(parking: Parking) -> None:
    """One delivery for all of one transport, none for other rooms; then the room is empty."""
    carrier = Carrier()
    for room in ("r", "r", "other"):
        park(parking, carrier, room)
    assert parking.count("r") == 2
    assert parking.broadcast("r", NEWS) == 2
    assert carrier.delivered == [(2, NEWS)]
    assert (parking.count("r"), len(parking)) == (0, 1)
    assert parking.broadcast("r", NEWS) == 0


def test_news_that_is_quicker_than_the_handler_is_kept(parking: Parking) -> None:
    """A broadcast between park() and the end of the handler reaches the request."""
    parked = park(parking, None)
    assert parking.broadcast("r", NEWS) == 1
    assert parked.response is NEWS
    assert parked.wait() is NEWS


def test_who_leaves_is_forgotten_and_told(parking: Parking) -> None:
    """Once; a failure of what is to happen then is logged and hurts nobody."""
    gone: list[str] = []
    first = park(parking, Carrier(), on_gone=lambda: gone.append("first"))
    second = park(parking, Carrier(), on_gone=lambda: 1 / 0)
    for _ in range(2):
        parking.leave(first)
        parking.leave(second)
    assert gone == ["first"]
    assert len(parking) == 0


def test_the_end_gives_everybody_the_answer_for_no_news(parking: Parking) -> None:
    """Those with the same answer get it in one delivery."""
    carrier, other = Carrier(), Response(200, "nothing")
    for otherwise in (NO_NEWS, other, NO_NEWS):
        park(parking, carrier, otherwise=otherwise)
    parking.end()
    assert sorted(count for count, _ in carrier.delivered) == [1, 2]
    assert {response: count for count, response in carrier.delivered}[other] == 1
    assert len(parking) == 0


def test_waiting_ends_when_its_time_has_come(parking: Parking) -> None:
    """Also the greenlet that looks at the clock, which starts again when it is needed."""
    carrier = Carrier()
    for _ in range(2):
        park(parking, carrier, seconds=0)
        eventually(lambda: len(parking) == 0, "the answer for no news")
    assert carrier.delivered == [(1, NO_NEWS), (1, NO_NEWS)]


def test_memory_goes_back_when_a_crowd_has_gone(
    parking: Parking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, after the last of them; then the greenlet that looks at the clock has ended, too."""
    given_back: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given_back.append(len(parking)))
    monkeypatch.setattr("brubeck.parking.TICK", 0.05)
    crowd = [park(parking, Carrier(), seconds=LONGEST) for _ in range(memory.CROWD)]
    for each in crowd:
        parking.leave(each)
    eventually(lambda: parking._clock is None, "the end of the clock")
    assert given_back == [0]


def test_nobody_waits_longer_than_mongrel2_lets_him(parking: Parking) -> None:
    """It closes connections that are silent for two minutes."""
    short, longest = park(parking, None, seconds=LONGEST), park(parking, None, seconds=1e9)
    assert longest.due - short.due <= 1


# -- in an application -----------------------------------------------------------------------------


class Poll(WebMessageHandler):
    """Waits for news; `?seconds=` says for how long."""

    def get(self) -> Any:
        seconds = float(self.get_argument("seconds", "60"))
        return self.park("news", seconds, otherwise=render("none", 200, "OK", {}))


class PlainPoll(WebMessageHandler):
    """Waits with nothing to say when there is no news."""

    def get(self) -> Any:
        return self.park("news", 0)


@pytest.fixture
def app() -> Brubeck:
    return Brubeck(WSGIConnection(0), [(r"^/poll$", Poll), (r"^/plain$", PlainPoll)])


def test_a_handler_parks_its_request(app: Brubeck) -> None:
    """The application hands on what is parked, and answers it by a broadcast."""
    assert isinstance(app.handle(make_request(path="/poll")), Parked)
    client, answers = TestClient(app), []
    current().spawn(lambda: answers.append(client.get("/poll")))
    eventually(lambda: app.parking.count("news") == 2, "both polls")
    assert app.broadcast("news", render("new", 201, "Created", {"X-From": "one"})) == 2
    eventually(lambda: answers, "the answer")
    [answer] = answers
    assert (answer.status_code, answer.text, answer.headers["x-from"]) == (201, "new", "one")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_who_waits_in_vain_gets_an_answer_all_the_same(app: Brubeck) -> None:
    """The one that the handler gave, or 204."""
    client = TestClient(app)
    assert client.get("/poll?seconds=0").text == "none"
    assert client.get("/plain").status_code == 204


@pytest.mark.parametrize("result", [None, iter(["a", "b"])])
def test_a_broadcast_needs_an_answer(app: Brubeck, result: object) -> None:
    """One that can be sent to many; the error says what would be one."""
    with pytest.raises(TypeError, match="Use render"):
        app.broadcast("news", result)
