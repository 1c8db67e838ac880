"""Keeping order: operators, sending out, cleaning, words, reports, and private rooms."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from apps.spotichat.conftest import OPERATOR_KEY
from apps.spotichat.people import ROOM, SONG, Person
from framework.conformance.servers import eventually
from spotichat.app import SpotiChat
from spotichat.settings import Settings

People = Callable[..., Person]


@pytest.fixture
def operator(ada: Person) -> Person:
    """Give somebody who has typed in the operator's key."""
    assert ada.post("/api/operator", {"key": OPERATOR_KEY}).json()["operator"]
    return ada


def test_the_operators_key_makes_an_operator(ada: Person) -> None:
    """A wrong one does not, and guessing is limited."""
    assert ada.post("/api/operator", {"key": "wrong"}).status_code == 403
    assert "operator" not in ada.get("/api/me").json()
    statuses = [ada.post("/api/operator", {"key": "wrong"}).status_code for _ in range(11)]
    assert statuses[-1] == 429


def test_without_a_key_there_are_no_operators(
    settings: Settings, start: Callable[..., SpotiChat]
) -> None:
    """An empty key opens nothing."""
    ada = Person(start(replace(settings, operator_key="")), "Ada")
    assert ada.post("/api/operator", {"key": ""}).status_code == 404
    assert ada.get("/api/reports").status_code == 403


def test_only_operators_keep_order(bob: Person, person: People) -> None:
    """Everybody else is refused, strangers are asked who they are."""
    for path in (f"{ROOM}/kick", f"{ROOM}/clean"):
        assert bob.post(path, {"person": "x"}).status_code == 403
        assert person().post(path, {"person": "x"}).status_code == 401
    assert bob.put("/api/words", {"words": []}).status_code == 403
    assert bob.get("/api/reports").status_code == 403


def test_who_was_sent_out_stays_out(operator: Person, bob: Person) -> None:
    """He cannot enter or speak, by whatever way, and everybody reads why he is gone."""
    bob.enters()
    socket = bob.socket()
    socket.receive()
    assert operator.post(f"{ROOM}/kick", {"person": bob.id}).json() == {"was_there": True}
    assert operator.lines() == ["Bob is here.", "Bob was sent out by an operator."]
    assert operator.sees() == []
    for answer in (bob.enters(), bob.post(f"{ROOM}/messages", {"text": "hello"})):
        assert answer.status_code == 403
        assert answer.headers["Retry-After"]
    socket.receive()
    socket.send('{"say": "hello"}')
    eventually(lambda: "problem" in json.loads(str(socket.receive())), "the refusal")
    bob.says("elsewhere", room=ROOM.replace("0", "9"))


def test_a_cleaned_room_is_clean_for_who_comes(operator: Person, bob: Person) -> None:
    """What was said is gone, also from the memory of the process, and who was there is told."""
    seq = bob.says("ugly")
    assert bob.reads(after=seq)["next"] == seq
    operator.post(f"{ROOM}/clean")
    eventually(lambda: bob.lines() == ["An operator has cleaned the room."], "a clean room")
    assert [line["event"] for line in bob.reads(after=seq)["messages"]] == ["cleaned"]


@pytest.mark.parametrize("text", ["so ugly", "UGLY!", "ｕｇｌｙ", "uglу"])  # noqa: RUF001
def test_unwanted_words_are_refused_however_they_are_written(
    operator: Person, bob: Person, text: str
) -> None:
    """Look-alikes are no way around the list."""
    assert operator.put("/api/words", {"words": [" Ugly ", ""]}).json() == {"words": ["Ugly"]}
    assert bob.post(f"{ROOM}/messages", {"text": text}).status_code == 403
    bob.says("uglyness is another word")


def test_the_list_of_words_is_bounded(operator: Person) -> None:
    """Neither too many nor too long, and texts."""
    for words in (["x" * 51], [f"w{n}" for n in range(501)], "word", [1], None):
        assert operator.put("/api/words", {"words": words}).status_code == 400


def test_a_report_reaches_the_operators(operator: Person, bob: Person) -> None:
    """With a copy of the message, which stays when the room is cleaned."""
    seq = operator.says("look at this")
    assert bob.post(f"{ROOM}/report", {"seq": seq, "reason": "rude"}).status_code == 201
    operator.post(f"{ROOM}/clean")
    (report,) = operator.get("/api/reports").json()["reports"]
    assert report["text"] == "look at this"
    assert (report["reporter"], report["reason"]) == (bob.id, "rude")
    assert bob.post(f"{ROOM}/report", {"seq": seq}).status_code == 404
    assert bob.post(f"{ROOM}/report", {"seq": "1"}).status_code == 400


def test_a_report_of_a_private_room_does_not_invite_the_operators(
    operator: Person, bob: Person
) -> None:
    """They read the message, and learn of the room no more than its song."""
    den = f"/api/rooms/{bob.post('/api/private', {'track': SONG}).json()['room']}"
    bob.post(f"{den}/report", {"seq": bob.says("between us", room=den)})
    (report,) = operator.get("/api/reports").json()["reports"]
    assert (report["room"], report["text"]) == (f"track:{SONG}~", "between us")


def test_reports_are_limited(operator: Person, bob: Person) -> None:
    """Nobody fills the list alone."""
    seq = operator.says("look at this")
    statuses = [bob.post(f"{ROOM}/report", {"seq": seq}).status_code for _ in range(11)]
    assert statuses == [201] * 10 + [429]


# -- private rooms ---------------------------------------------------------------------------------


@pytest.fixture
def den(bob: Person) -> str:
    """Give the path of a private room of Bob's."""
    link = f"https://open.spotify.com/track/{SONG}?si=1"
    answer = bob.post("/api/private", {"track": link})
    assert answer.status_code == 201
    return f"/api/rooms/{answer.json()['room']}"


def test_who_was_invited_finds_a_private_room(ada: Person, bob: Person, den: str) -> None:
    """It is a room like others, and on no list."""
    bob.enters(room=den)
    ada.says("psst", room=den)
    assert bob.lines(den) == ["Bob is here.", "psst"]
    assert ada.get(den).json()["private"] is True
    assert ada.get("/api/rooms").json()["rooms"] == []
    assert ada.lines() == []


def test_who_was_not_invited_finds_nothing(ada: Person, den: str) -> None:
    """Invitations cannot be guessed or made up."""
    guesses = [f"{ROOM}~{'x' * 22}", f"{ROOM}~", f"{ROOM}~short", den[:-1], den + "x"]
    for guess in guesses:
        assert ada.get(f"{guess}/messages").status_code == 404
        assert ada.post(f"{guess}/messages", {"text": "x"}).status_code == 404


def test_the_host_keeps_order_in_his_room(ada: Person, bob: Person, den: str) -> None:
    """There and nowhere else."""
    ada.enters(room=den)
    assert ada.post(f"{den}/kick", {"person": bob.id}).status_code == 403
    assert bob.post(f"{den}/kick", {"person": ada.id}).status_code == 200
    assert ada.post(f"{den}/messages", {"text": "x"}).status_code == 403
    assert bob.post(f"{ROOM}/kick", {"person": ada.id}).status_code == 403


def test_the_host_closes_his_room(ada: Person, bob: Person, den: str) -> None:
    """Then there is no such room; rooms for everybody are never closed."""
    assert ada.delete(den).status_code == 403
    assert bob.delete(den).status_code == 204
    assert bob.get(den).status_code == 404
    assert bob.delete(ROOM).status_code == 403


def test_no_log_keeps_an_invitation(
    app: SpotiChat, bob: Person, den: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is as good as a password (CWE-532)."""
    invitation = den.partition("~")[2]
    with caplog.at_level(logging.DEBUG):
        poll = bob.polls(den, after=bob.says("one", room=den))
        eventually(lambda: len(app.parking) == 1, "that Bob waits")
        bob.says("two", room=den)
        eventually(lambda: poll.has_come, "the answer")
    assert "track:" in caplog.text
    assert invitation not in caplog.text
    assert bob.secret not in caplog.text


def test_new_private_rooms_are_limited(settings: Settings, start: Callable[..., SpotiChat]) -> None:
    """So many a minute, for all together; and they are about songs."""
    ada = Person(start(replace(settings, new_rooms=1)), "Ada")
    assert ada.post("/api/private", {"track": "no link"}).status_code == 400
    assert ada.post("/api/private", {"track": SONG}).status_code == 201
    assert ada.post("/api/private", {"track": SONG}).status_code == 429
