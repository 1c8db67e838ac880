"""Event streams and WebSockets: the same batches and the same cursor as by polls."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apps.spotichat.people import ROOM, SONG, Person, events, texts, until_heard
from brubeck.websockets.testing import TestWebSocket
from framework.conformance.servers import eventually
from spotichat import queries
from spotichat.app import SpotiChat

STREAM = f"{ROOM}/events"


def test_a_stream_brings_what_was_said_and_what_is_said(ada: Person, bob: Person) -> None:
    """First what is there, one event for each message with its number; then what comes."""
    first = ada.says("one")
    answer = bob.client.get(STREAM)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    coming = events(answer)
    assert [next(coming)[0], next(coming)[0]] == [first, None]
    ada.says("two")
    event_id, batch = next(coming)
    assert event_id == batch["next"] == first + 1
    assert texts(batch) == ["two"]
    answer.close()


def test_a_stream_goes_on_where_the_browser_was(ada: Person) -> None:
    """Last-Event-ID is the cursor, and goes before `after`."""
    seqs = [ada.says(f"line {number}") for number in range(4)]
    for headers, query in (
        ({"last-event-id": str(seqs[1])}, {"after": seqs[0]}),
        ({}, {"after": seqs[1]}),
    ):
        answer = ada.client.get(STREAM, headers=headers, query=query)
        coming = events(answer)
        assert [next(coming)[0] for _ in range(3)] == [*seqs[2:], None]
        answer.close()


def test_a_stream_tells_who_is_there_and_types(ada: Person, bob: Person) -> None:
    """People come as batches without messages, which are no place to go on from."""
    answer = bob.client.get(STREAM)
    coming = events(answer)
    assert next(coming)[1]["people"] == []
    ada.enters()
    assert texts(next(coming)[1]) == ["Ada is here."]
    people = [{"person": ada.id, "nickname": "Ada"}]
    following = {"next": ada.reads()["next"], "count": 1, "people": people}
    assert next(coming) == (None, {**following, "messages": [], "gap": False})
    answer.close()


@pytest.mark.parametrize("last", ["x", "-1", "1" * 17])
def test_an_event_id_that_is_no_number_is_refused(ada: Person, last: str) -> None:
    """Whoever makes one up is told."""
    assert ada.client.get(STREAM, headers={"last-event-id": last}).status_code == 400


def heard(socket: TestWebSocket) -> dict[str, Any]:
    """Return the next frame."""
    found: dict[str, Any] = json.loads(str(socket.receive()))
    return found


def test_a_socket_brings_what_was_said_and_what_is_said(ada: Person, bob: Person) -> None:
    """Frames are batches."""
    seq = ada.says("one")
    socket = bob.socket()
    first = heard(socket)
    assert texts(first) == ["one"]
    assert first["next"] == seq
    ada.says("two")
    assert texts(heard(socket)) == ["two"]
    socket.close()


def test_a_socket_goes_on_at_a_cursor(ada: Person) -> None:
    """What was seen does not come again."""
    seq = ada.says("seen")
    ada.says("not seen")
    socket = ada.socket(query=f"?after={seq}")
    assert texts(heard(socket)) == ["not seen"]
    socket.close()


def test_one_speaks_over_the_socket(ada: Person) -> None:
    """What is said is acknowledged with its number and key, and comes like all else."""
    socket = ada.socket()
    heard(socket)
    socket.send(json.dumps({"say": "hello", "key": "k"}))
    told = [heard(socket), heard(socket)]
    (said,) = [frame["said"] for frame in told if "said" in frame]
    (batch,) = [frame for frame in told if "messages" in frame]
    assert batch["messages"][0]["seq"] == said["seq"]
    assert (said["key"], texts(batch)) == ("k", ["hello"])
    socket.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"say": ""}', 400),
        ('{"say": "x", "key": "%s"}' % ("k" * 65), 400),
    ],
)
def test_what_a_socket_cannot_do_is_answered(ada: Person, sent: str, status: int) -> None:
    """Problems come as frames, and the socket stays open."""
    socket = ada.socket()
    heard(socket)
    socket.send(sent)
    assert heard(socket)["problem"]["status"] == status
    assert socket.close_code is None
    socket.close()


def test_a_stranger_may_listen_on_a_socket_and_not_speak(person: Callable[..., Person]) -> None:
    """As by the other ways."""
    socket = person().socket()
    heard(socket)
    socket.send('{"say": "hello"}')
    assert heard(socket)["problem"]["status"] == 401
    socket.close()


def test_a_sign_of_life_goes_over_the_socket(ada: Person, bob: Person) -> None:
    """With it the others see who is typing."""
    socket = bob.socket(query="?tab=tab")
    heard(socket)
    socket.send('{"here": true, "typing": true}')
    eventually(lambda: ada.get(ROOM).json()["people"][0].get("typing"), "that Bob is typing")
    socket.close()


def test_pages_of_other_sites_cannot_open_a_socket(ada: Person) -> None:
    """Their visitor's cookie would come along (CWE-1385); the settings name exceptions."""
    with pytest.raises(ConnectionRefusedError, match="403"):
        ada.client.websocket(f"{ROOM}/socket", {"origin": "https://evil.example"})
    ada.client.websocket(f"{ROOM}/socket", {"origin": "https://friends.example"}).close()


@pytest.fixture
def between(app: SpotiChat, ada: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have something be said and heard of when a room was looked at, before that is used: twice."""
    read, left = queries.read_news, ["two", "three"]

    def slow(store: queries.Store, room: str, after: int = 0) -> Any:
        found = read(store, room, after)
        if left and room == f"track:{SONG}":
            ada.says(left.pop(0))
            until_heard(app, ada)
        return found

    ada.says("one")
    monkeypatch.setattr(queries, "read_news", slow)
    yield
    assert not left


@pytest.mark.usefixtures("between")
def test_a_stream_misses_nothing_between_looking_and_following(ada: Person) -> None:
    """What is said meanwhile comes, once and in order."""
    answer = ada.client.get(STREAM)
    seen: list[str] = []
    for _, batch in events(answer):
        seen += texts(batch)
        if seen[-1:] == ["three"]:
            break
    answer.close()
    assert seen == ["one", "two", "three"]


@pytest.mark.usefixtures("between")
def test_a_socket_misses_nothing_between_looking_and_following(ada: Person) -> None:
    """What is said meanwhile comes, once and in order."""
    socket = ada.socket()
    seen: list[str] = []
    while seen[-1:] != ["three"]:
        seen += texts(heard(socket))
    socket.close()
    assert seen == ["one", "two", "three"]


def test_a_stream_and_a_socket_keep_their_room_followed(
    app: SpotiChat, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process forgets a room only when nobody listens there."""
    socket, answer = ada.socket(), ada.client.get(STREAM)
    coming = events(answer)
    heard(socket), next(coming)
    monkeypatch.setattr("spotichat.news.WARM", -1)
    app.news.forget_idle()
    ada.says("hello")
    assert texts(heard(socket)) == texts(next(coming)[1]) == ["hello"]
    socket.close()
    answer.close()
    eventually(lambda: forgets(app), "that the room is forgotten")


def forgets(app: SpotiChat) -> bool:
    """Tidy up, and say whether nothing is followed any more."""
    app.news.forget_idle()
    return len(app.news) == 0
