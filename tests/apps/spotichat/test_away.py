"""Redis or a process is away: what people are told, who is still counted, and that it heals by itself."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.spotichat.clients import Client, Poller
from apps.spotichat.people import ROOM
from e2e.spotichatserver import HOST, SpotiChatServer, running
from framework.conformance.servers import Answer, ask, eventually
from gevent import Greenlet

pytestmark = pytest.mark.e2e

QUICK = {"SPOTICHAT_HOLD": "2", "SPOTICHAT_AWAY": "4", "SPOTICHAT_GRACE": "1"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SpotiChatServer]:
    """Give two processes whose time-outs are short."""
    with running(tmp_path, processes=2, **QUICK) as started:
        yield started


def get(server: SpotiChatServer, path: str, accept: str = "application/json") -> Answer:
    """Ask the first process."""
    port = server.processes[0].port
    return ask(port, "GET", path, {"Host": HOST, "Accept": accept})


def test_a_redis_that_is_away_is_told_and_missed_no_longer_than_it_is(
    server: SpotiChatServer,
) -> None:
    """503 with the time to come back, everywhere; and all works as soon as it is back."""
    server.stop_redis()
    for path in ("/readyz", ROOM, "/api/rooms", f"{ROOM}/messages", f"{ROOM}/events"):
        assert get(server, path).status == 503, path
    assert get(server, "/healthz").status == 200
    answer = get(server, f"{ROOM}/messages")
    assert answer.headers["Retry-After"]
    assert b"Try again" in answer.body
    page = get(server, "/", accept="text/html")
    assert page.status == 503
    assert b"<html" in page.body
    server.start_redis()
    eventually(server.is_ready, "that both processes work")
    ada = Client([server.processes[0].port], 0, "Ada")
    assert ada.insist("POST", f"{ROOM}/messages", {"text": "back"})["seq"]


def test_a_redis_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    """The process starts, says that it is not ready, and needs no restart."""
    server = SpotiChatServer(tmp_path, processes=1, **QUICK)
    try:
        server.stop_redis()
        process = server.processes[0]
        process.end()
        process.start()
        eventually(lambda: process.status("/healthz") == 200, "that the process lives")
        assert process.status("/readyz") == 503
        assert process.status(f"{ROOM}/messages") == 503
        server.start_redis()
        eventually(process.is_ready, "that it works")
        ada = Client([process.port], 0, "Ada")
        assert ada.insist("POST", f"{ROOM}/messages", {"text": "hello"})["seq"]
    finally:
        server.end()


def test_who_waited_while_redis_was_away_hears_what_is_said_afterwards(
    server: SpotiChatServer,
) -> None:
    """The subscription is made anew, and every room is looked at."""
    first, second = (process.port for process in server.processes)
    ada, bob = Client([first], 0, "Ada"), Poller([second], 0, "Bob")
    waiting = Greenlet.spawn(bob.read_until, lambda: "after" in bob.history.texts())
    eventually(lambda: names(ada) == ["Bob"], "that Bob waits")
    server.stop_redis()
    server.start_redis()
    ada.insist("POST", f"{ROOM}/messages", {"text": "after", "key": "1"})
    eventually(waiting.ready, "that Bob has read it")
    assert bob.history.texts() == ["after"]
    assert bob.history.gaps == 0


def test_a_redis_that_stands_still_is_told_and_healed(server: SpotiChatServer) -> None:
    """Its connections stay open and nobody answers: 503, and what is sent meanwhile is said once."""
    first, second = (process.port for process in server.processes)
    ada, bob = Client([first], 0, "Ada"), Poller([second], 0, "Bob")
    waiting = Greenlet.spawn(bob.read_until, lambda: "after" in bob.history.texts())
    ada.insist("POST", f"{ROOM}/messages", {"text": "before", "key": "1"})
    eventually(lambda: "before" in bob.history.texts(), "that Bob waits")
    server.freeze_redis()
    eventually(lambda: get(server, "/readyz").status == 503, "that it is noticed")
    assert get(server, "/healthz").status == 200
    page = get(server, "/", accept="text/html")
    assert (page.status, b"<html" in page.body) == (503, True)
    saying = Greenlet.spawn(
        ada.insist, "POST", f"{ROOM}/messages", {"text": "meanwhile", "key": "2"}
    )
    eventually(lambda: get(server, f"{ROOM}/messages").status == 503, "an answer all the same")
    server.thaw_redis()
    eventually(server.is_ready, "that both processes work")
    eventually(saying.ready, "that it is said")
    ada.insist("POST", f"{ROOM}/messages", {"text": "after", "key": "3"})
    eventually(waiting.ready, "that Bob has read it")
    assert bob.history.texts() == ["before", "meanwhile", "after"]
    assert bob.history.gaps == 0


def test_what_was_acknowledged_survives_a_redis_that_is_killed(server: SpotiChatServer) -> None:
    """It is on the disk before the answer: names, messages and their numbers are there afterwards."""
    ada = Client([server.processes[0].port], 0, "Ada")
    said = [ada.insist("POST", f"{ROOM}/messages", {"text": f"{n}"})["seq"] for n in range(10)]
    server.kill_redis()
    server.start_redis()
    after = ada.insist("POST", f"{ROOM}/messages", {"text": "after"})["seq"]
    found = ada.insist("GET", f"{ROOM}/messages")["messages"]
    assert [each["seq"] for each in found] == [*said, after]
    assert after == said[-1] + 1


def names(client: Client) -> list[str]:
    """Return who is in the room."""
    return [each["nickname"] for each in client.insist("GET", ROOM)["people"]]


def notices(client: Client) -> list[str]:
    """Return what the room has told of coming and going."""
    messages = client.insist("GET", f"{ROOM}/messages")["messages"]
    return [each["text"] for each in messages if each["kind"] == "system"]


def test_who_was_at_a_process_that_crashed_is_soon_gone(server: SpotiChatServer) -> None:
    """No ghosts: the other process finds those of whom nobody hears any more, and tells it once."""
    first, second = server.processes
    people = [Poller([first.port], 0, name) for name in ("Ada", "Bob")]
    watcher = Client([second.port], 0, "Cora")
    waiting = [Greenlet.spawn(each.read_until, lambda: False) for each in people]
    eventually(lambda: names(watcher) == ["Ada", "Bob"], "that both are there")
    first.process.signal(signal.SIGKILL)
    eventually(lambda: names(watcher) == [], "that nobody is there")
    assert sorted(notices(watcher)) == [
        "Ada has left.", "Ada is here.", "Bob has left.", "Bob is here.",
    ]  # fmt: skip
    for each in waiting:
        each.kill()


def test_a_client_that_crashed_is_soon_gone(server: SpotiChatServer) -> None:
    """One that has given its last sign of life, on a connection that is still open."""
    first, second = server.processes
    ada, watcher = Client([first.port], 0, "Ada"), Client([second.port], 0, "Cora")
    with contextlib.closing(ada._connection()) as connection:
        path = f"{ROOM}/events?tab=one"
        connection.request("GET", path, headers=ada.headers)
        assert connection.getresponse().status == 200
        eventually(lambda: names(watcher) == ["Ada"], "that Ada is there")
        eventually(lambda: names(watcher) == [], "that she is gone")
    assert notices(watcher) == ["Ada is here.", "Ada has left."]


def test_who_changes_the_process_does_not_flicker(server: SpotiChatServer) -> None:
    """The tab has a new connection before the end of the old one counts."""
    ports = [process.port for process in server.processes]
    ada, watcher = Poller(ports, 0, "Ada"), Client(ports, 1, "Cora")
    for _ in range(6):
        batches = ada.batches(ada.history.last)
        ada.history.take(next(batches))
        batches.close()  # type: ignore[attr-defined]  # a generator
        ada.turn_away()
    assert names(watcher) == ["Ada"]
    assert notices(watcher) == ["Ada is here."]
