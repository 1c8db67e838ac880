"""Thirty people over three processes, while Redis and the processes fail: nothing lost, nothing twice."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.spotichat.clients import WAYS, Reader
from apps.spotichat.histories import comings_and_goings, faults
from e2e.spotichatserver import SpotiChatServer, running
from framework.conformance.servers import eventually
from gevent import Greenlet, joinall

pytestmark = pytest.mark.e2e

PEOPLE = 30
MESSAGES = 100  # of each
PAUSE = 0.1  # seconds between two messages of one person
SETTINGS = {
    "SPOTICHAT_POINTS": "100000",
    "SPOTICHAT_ROOM_POINTS": "100000",
    "SPOTICHAT_NEW_PEOPLE": "1000",
    "SPOTICHAT_LOG_LEVEL": "WARNING",
    "SPOTICHAT_KEPT": "1500",  # more than is said while a process stands still
    "SPOTICHAT_AWAY": "30",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SpotiChatServer]:
    """Give three processes around one Redis."""
    with running(tmp_path, processes=3, **SETTINGS) as started:
        yield started


class Crowd:
    """All people, each of whom talks and reads, a third of them by each way."""

    def __init__(self, server: SpotiChatServer) -> None:
        ports = [process.port for process in server.processes]
        self.people: list[Reader] = [
            WAYS[number % 3](ports, number // 3, f"P{number}") for number in range(PEOPLE)
        ]
        self._has_read = False
        self.readers = [Greenlet.spawn(each.read_until, self._is_over) for each in self.people]
        self.talkers = [Greenlet.spawn(each.talk, MESSAGES, PAUSE) for each in self.people]

    @property
    def acknowledged(self) -> dict[str, int]:
        """All that was acknowledged until now."""
        found: dict[str, int] = {}
        for each in self.people:
            found |= getattr(each, "acknowledged", {})
        return found

    def wait_for(self, count: int) -> None:
        """Wait until so much was said."""
        eventually(lambda: len(self.acknowledged) >= count, f"{count} messages")

    def finish(self) -> None:
        """Let all say what they have to say, and read until they have seen it."""
        joinall(self.talkers, timeout=400, raise_error=True)
        last = max(self.acknowledged.values())
        try:
            eventually(
                lambda: all(each.history.last >= last for each in self.people), "the last one"
            )
        finally:
            self._has_read = True
            for reader in self.readers:
                reader.kill()

    def _is_over(self) -> bool:
        return self._has_read


@pytest.mark.timeout(600)  # it waits for thirty people to say what they have to say
def test_everybody_sees_every_acknowledged_message_once_and_in_order(
    server: SpotiChatServer,
) -> None:
    """A process is killed, one stands still; Redis is started anew, killed, and stands still."""
    crowd = Crowd(server)
    first, second, _ = server.processes

    crowd.wait_for(400)
    first.process.signal(signal.SIGKILL)
    first.process.wait()
    crowd.wait_for(800)
    first.start()

    crowd.wait_for(1200)
    second.process.signal(signal.SIGSTOP)
    crowd.wait_for(1800)
    second.process.signal(signal.SIGCONT)

    crowd.wait_for(2000)
    server.stop_redis()
    assert not server.is_ready()
    server.start_redis()

    crowd.wait_for(2400)
    server.kill_redis()
    server.start_redis()

    crowd.wait_for(2700)
    server.freeze_redis()
    eventually(lambda: server.processes[0].status("/readyz") == 503, "that somebody notices")
    server.thaw_redis()
    crowd.finish()

    acknowledged = crowd.acknowledged
    assert len(acknowledged) == PEOPLE * MESSAGES
    assert faults([each.history for each in crowd.people], acknowledged) == []
    check_notices(crowd)


def check_notices(crowd: Crowd) -> None:
    """Check that nobody comes twice without leaving, or leaves twice without coming."""
    longest = max((each.history for each in crowd.people), key=lambda history: len(history.seen))
    for name, told in comings_and_goings(longest).items():
        expected = ["is here", "has left"] * len(told)
        assert told == expected[: len(told)], (name, Counter(told))
