"""SpotiChat behind Mongrel2: all ways of reading, answers in bulk, and disconnects that count at once."""

import contextlib
import http.client
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.spotichat.clients import WAYS, Client, Reader
from apps.spotichat.people import ROOM
from e2e.spotichatserver import PARTS, SpotiChatServer
from framework.conformance.servers import ROOT, Process, ask, eventually, start_mongrel2
from gevent import Greenlet
from ports import free_port

pytestmark = pytest.mark.e2e

HOST = {"Host": "spotichat.localhost"}
READERS = 9


class Site:
    """One process behind one Mongrel2."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._redis = SpotiChatServer(folder, processes=0)
        self._processes = [start_mongrel2(folder, self.port), self._start(folder)]

    def _start(self, folder: Path) -> Process:
        return Process(
            [sys.executable, "-W", "ignore", "-m", "spotichat"],
            folder,
            "spotichat",
            PYTHONPATH=os.pathsep.join(str(ROOT / part) for part in PARTS),
            REDIS_URL=f"unix://{folder}/redis.sock",
            SPOTICHAT_PULL_ADDRESS=f"ipc://{folder}/in",
            SPOTICHAT_PUB_ADDRESS=f"ipc://{folder}/out",
            SPOTICHAT_GRACE="0",
        )

    def is_ready(self) -> bool:
        """Say whether it answers."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return ask(self.port, "GET", "/readyz", HOST).status == 200
        return False

    def end(self) -> None:
        """Stop everything."""
        for process in reversed(self._processes):
            process.end()
        self._redis.end()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Give a site that answers."""
    started = Site(tmp_path)
    try:
        eventually(started.is_ready, "an answer of SpotiChat")
        yield started
    finally:
        started.end()


def names(client: Client) -> set[str]:
    """Return who is in the room."""
    return {each["nickname"] for each in client.insist("GET", ROOM)["people"]}


def test_all_ways_of_reading_bring_the_same(site: Site) -> None:
    """Messages, once and in order, to everybody who waits."""
    speaker = Client([site.port], 0, "Speaker")
    people: list[Reader] = [WAYS[n % 3]([site.port], 0, f"P{n}") for n in range(READERS)]
    said = [f"line {number}" for number in range(5)]
    waiting = [
        Greenlet.spawn(each.read_until, lambda each=each: each.history.texts()[-1:] == said[-1:])
        for each in people
    ]
    eventually(lambda: len(names(speaker)) == READERS, "that all are there")
    for number, text in enumerate(said):
        speaker.insist("POST", f"{ROOM}/messages", {"text": text, "key": str(number)})
    eventually(lambda: all(each.ready() for each in waiting), "that all have read it")
    assert [each.history.texts() for each in people] == [said] * READERS


@pytest.mark.parametrize("way", WAYS)
def test_who_closes_the_connection_is_gone_at_once(site: Site, way: type[Reader]) -> None:
    """Whatever connection it is: long before the last sign of life has had its time."""
    ada, watcher = way([site.port], 0, "Ada"), Client([site.port], 0, "Cora")
    waiting = Greenlet.spawn(ada.read_until, lambda: False)
    eventually(lambda: names(watcher) == {"Ada"}, "that Ada is there")
    eventually(lambda: bool(ada.history.seen), "that she has read that")
    waiting.kill()
    eventually(lambda: names(watcher) == set(), "that Ada is gone")
