"""What is said: numbers, history, keys, limits, and waiting for more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from apps.spotichat.people import ROOM, Person, until_heard
from framework.conformance.servers import eventually
from redis import Redis
from spotichat import queries
from spotichat.app import SpotiChat
from spotichat.settings import Settings

People = Callable[..., Person]


def test_messages_have_numbers_without_holes(ada: Person, bob: Person) -> None:
    """Whoever speaks, each message has the number after the one before it."""
    numbers = [speaker.says(f"line {i}") for i, speaker in enumerate([ada, bob, ada, ada])]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    found = ada.reads()
    assert [message["seq"] for message in found["messages"]] == numbers
    assert found["next"] == numbers[-1]
    assert not found["gap"]


def test_a_message_says_who_has_said_what_and_when(ada: Person) -> None:
    """All that a page shows is in the message."""
    seq = ada.says("Grüße 🎺", key="k1")
    (message,) = ada.reads()["messages"]
    assert message.pop("at") > 0
    assert message == {
        "seq": seq, "kind": "user", "person": ada.id, "nickname": "Ada", "text": "Grüße 🎺", "key": "k1",
    }  # fmt: skip


def test_markup_is_text(ada: Person) -> None:
    """Nothing is turned into HTML or back: pages do that."""
    ada.says("<b>&amp;</b>")
    assert ada.lines() == ["<b>&amp;</b>"]


def test_lines_stay_lines_and_what_nobody_sees_goes(ada: Person) -> None:
    """A message may have lines; invisible signs and runs of blanks and empty lines are taken out."""
    ada.says(" one\u202e  \u200b\r\ntwo\n\n\n\nthree ")
    assert ada.lines() == ["one\ntwo\n\nthree"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "x" * 501, "x\n" * 21, None, 5, ["x"]])
def test_what_cannot_be_said_is_refused_with_a_reason(ada: Person, text: object) -> None:
    """Nothing to say, too much, or no text at all."""
    answer = ada.post(f"{ROOM}/messages", {"text": text})
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert ada.lines() == []


def test_a_message_that_is_sent_again_is_said_once(ada: Person, bob: Person) -> None:
    """Whoever did not hear the answer asks again with the same key; keys of others do not matter."""
    first = ada.says("once", key="k")
    assert ada.says("once", key="k") == first
    assert bob.says("once", key="k") == first + 1
    assert ada.lines() == ["once", "once"]


def test_a_newcomer_gets_the_last_two_hundred(ada: Person) -> None:
    """The history is bounded."""
    for number in range(205):
        ada.says(f"line {number}")
    assert ada.lines() == [f"line {number}" for number in range(5, 205)]


def test_a_room_keeps_no_more_than_the_settings_say(
    settings: Settings, start: Callable[..., SpotiChat]
) -> None:
    """Streams do not grow for ever; who has missed more than is kept is told of the gap."""
    ada = Person(start(replace(settings, kept=5)), "Ada")
    first = ada.says("line 0")
    for number in range(1, 9):
        ada.says(f"line {number}")
    found = ada.reads(after=first)
    assert [message["text"] for message in found["messages"]] == [f"line {n}" for n in range(4, 9)]
    assert found["gap"]
    assert not ada.reads(after=first + 3)["gap"]


def test_a_poll_waits_for_the_next_message(app: SpotiChat, ada: Person, bob: Person) -> None:
    """The answer comes with the message, not before, and holds what comes after the cursor alone."""
    seq = ada.says("old")
    poll = bob.polls(after=seq)
    eventually(lambda: len(app.parking) == 1, "that the poll waits")
    ada.says("new")
    eventually(lambda: poll.has_come, "the answer")
    assert poll.texts == ["new"]
    assert poll.batch["next"] == seq + 1


def test_polls_with_different_cursors_get_different_answers(app: SpotiChat, ada: Person) -> None:
    """Whoever has seen more gets less; nobody gets anything twice."""
    seqs = [ada.says(f"line {number}") for number in range(3)]
    assert [ada.reads(after=seq)["next"] for seq in seqs] == [seqs[-1]] * 3
    polls = [ada.polls(after=seqs[-1]), ada.polls(after=seqs[-1])]
    eventually(lambda: len(app.parking) == 2, "that both wait")
    ada.says("more")
    eventually(lambda: all(poll.has_come for poll in polls), "both answers")
    assert [poll.texts for poll in polls] == [["more"], ["more"]]


def test_a_message_of_another_process_arrives(start: Callable[..., SpotiChat]) -> None:
    """Processes share every room."""
    here, there = start(), start()
    ada, bob = Person(here, "Ada"), Person(there, "Bob")
    seq = ada.says("first")
    poll = bob.polls(after=seq)
    eventually(lambda: len(there.parking) == 1, "that the poll waits")
    ada.says("over there")
    eventually(lambda: poll.has_come, "the answer")
    assert poll.texts == ["over there"]


def test_nothing_is_lost_between_looking_and_following(
    app: SpotiChat, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message of which the process hears between its first look and its waiting is not slept through."""
    seq = ada.says("first")
    app.news._feeds.clear()
    read, said = queries.read_news, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        if not said:  # after the look, before its result is used: once
            said.append("between")
            ada.says("between")
            until_heard(app, ada)
        return found

    monkeypatch.setattr(queries, "read_news", slow)
    poll = bob.polls(after=seq)
    eventually(lambda: poll.has_come, "what was said in between")
    assert poll.texts == ["between"]


def test_numbers_never_come_again_when_redis_has_forgotten_all(
    app: SpotiChat, person: People, redis: "Redis[Any]"
) -> None:
    """A cursor of before is behind everything that is said afterwards."""
    before = person("Ada").says("before")
    poll = person().polls(after=before)
    eventually(lambda: len(app.parking) == 1, "that the poll waits")
    redis.flushall()
    ada = person("Ada")
    assert ada.says("after") > before
    eventually(lambda: poll.has_come, "the answer")
    assert poll.texts == ["after"]


def test_a_cursor_of_the_future_gets_everything(ada: Person) -> None:
    """Whoever remembers a number that Redis does not is told so, and begins anew."""
    seq = ada.says("all there is")
    found = ada.reads(after=seq + 100, wait=25)
    assert found["gap"]
    assert found["next"] == seq
    assert len(found["messages"]) == 1


@pytest.mark.parametrize("query", ["after=x", "after=1e3", "wait=soon", "after=" + "9" * 17])
def test_numbers_that_are_none_are_refused(ada: Person, query: str) -> None:
    """Bad queries are answered with 400."""
    assert ada.client.get(f"{ROOM}/messages?{query}").status_code == 400


def test_points_run_out_and_come_back(settings: Settings, start: Callable[..., SpotiChat]) -> None:
    """A flood is stopped, with the seconds to wait; what was refused was not said."""
    ada = Person(start(replace(settings, points=6, points_per_second=1)), "Ada")
    for text in ("one", "two", "three"):
        ada.says(text)
    answer = ada.post(f"{ROOM}/messages", {"text": "four"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert ada.lines() == ["one", "two", "three"]
    assert ada.post(f"{ROOM}/messages", {"text": "four"}).status_code == 429


def test_the_same_again_costs_double(settings: Settings, start: Callable[..., SpotiChat]) -> None:
    """Repeating oneself uses up points faster."""
    ada = Person(start(replace(settings, points=6, points_per_second=1)), "Ada")
    ada.says("echo")
    ada.says("echo")
    assert ada.post(f"{ROOM}/messages", {"text": "echo"}).status_code == 429


def test_a_repeated_message_costs_nothing(
    settings: Settings, start: Callable[..., SpotiChat]
) -> None:
    """Whoever retries after a lost answer is no flooder."""
    ada = Person(start(replace(settings, points=2, points_per_second=1)), "Ada")
    assert len({ada.says("once", key="k") for _ in range(5)}) == 1


def test_a_room_has_points_as_well(settings: Settings, start: Callable[..., SpotiChat]) -> None:
    """Many people together cannot flood a room."""
    app = start(replace(settings, room_points=4, room_points_per_second=1))
    ada, bob = Person(app, "Ada"), Person(app, "Bob")
    ada.says("one")
    bob.says("two")
    assert ada.post(f"{ROOM}/messages", {"text": "three"}).status_code == 429


def test_rooms_that_nobody_was_in_are_limited(
    settings: Settings, start: Callable[..., SpotiChat]
) -> None:
    """Nobody fills Redis with rooms; where somebody is or was, the limit does not matter."""
    ada = Person(start(replace(settings, new_songs=2)), "Ada")
    songs = [f"/api/rooms/track:{letter * 22}" for letter in "abc"]
    ada.says("first", room=songs[0])
    assert ada.enters(room=songs[1]).status_code == 200
    assert ada.post(f"{songs[2]}/messages", {"text": "third"}).status_code == 429
    assert ada.enters(room=songs[2]).status_code == 429
    ada.says("again", room=songs[0])


def test_who_does_not_wait_costs_no_memory(app: SpotiChat, person: People) -> None:
    """Whoever walks through all rooms there can be leaves nothing behind."""
    stranger = person()
    for letter in "abcdef":
        assert stranger.reads(f"/api/rooms/track:{letter * 22}")["messages"] == []
    assert len(app.news) == 0


def test_strangers_may_read_and_not_write(person: People) -> None:
    """Speaking needs an identity."""
    stranger = person()
    assert stranger.reads()["messages"] == []
    answer = stranger.post(f"{ROOM}/messages", {"text": "hello"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_json_is_understood(ada: Person) -> None:
    """A form of another site cannot send what we read (CWE-352)."""
    answer = ada.client.post(f"{ROOM}/messages", form={"text": "hello"})
    assert answer.status_code == 415
    assert ada.client.post(f"{ROOM}/messages", json=["text"]).status_code == 400
    headers = {"content-type": "application/json"}
    assert ada.client.post(f"{ROOM}/messages", body=b"{", headers=headers).status_code == 400


def test_rooms_that_nobody_waits_in_are_forgotten(
    app: SpotiChat, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process knows of rooms is bounded by those in which somebody waits."""
    poll = ada.polls(after=ada.says("hello"))
    eventually(lambda: len(app.parking) == 1, "that the poll waits")
    monkeypatch.setattr("spotichat.news.WARM", -1)
    app.news.forget_idle()
    assert len(app.news) == 1
    ada.says("bye")
    eventually(lambda: poll.has_come, "the answer")
    app.news.forget_idle()
    assert len(app.news) == 0
