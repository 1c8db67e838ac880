"""Two thousand readers sleep in a room of no.js: posting, leaving, and a Redis that fails them."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from e2e.nojsserver import NoJsServer, running
from e2e.sleepers import PATIENCE, Sleepers
from framework.conformance.servers import eventually
from gevent import sleep

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(300)]  # for busy machines

READERS = 2000
MORE_CROWDS = 3
HOME = "/k/" + "s" * 22
SLACK = 10.0  # MB: as much as if each of these six thousand had left 1.7 kB behind
OWN_DESCRIPTORS = 90  # libraries, sockets to Mongrel2, and 50 connections to Redis
OWN_GREENLETS = 150  # up to a hundred idle ones are kept for the next requests
LIBRARIES = ["gevent", "eventlet"]


@pytest.fixture(params=LIBRARIES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NoJsServer]:
    """Give a site behind Mongrel2, with somebody who speaks; requests wait longer than a test."""
    settings = {"NOJS_HOLD": "100", "NOJS_LOG_LEVEL": "WARNING", "NOJS_CONCURRENCY": request.param}
    with running(tmp_path, "mongrel2", **settings) as started:
        assert started.post(f"{HOME}/name", name="Speaker").status == 302
        yield started


def say(server: NoJsServer, text: str) -> None:
    """Say something in the room."""
    assert server.post(f"{HOME}/r/dormitory/say", text=text).status == 302


class Needs:
    """What the process that serves no.js has taken."""

    def __init__(self, server: NoJsServer) -> None:
        self._program = server.program
        self._place = Path(f"/proc/{server.program.child.pid}")

    @property
    def megabytes(self) -> float:
        """Its resident memory."""
        return int(re.findall(r"VmRSS:\s+(\d+)", (self._place / "status").read_text())[0]) / 1024

    @property
    def descriptors(self) -> int:
        """Its open files and connections."""
        return len(list((self._place / "fd").iterdir()))

    @property
    def greenlets(self) -> int:
        """How many have begun and not ended."""
        return int(self._report()[0])

    @property
    def parked(self) -> int:
        """How many requests wait."""
        return int(self._report()[1])

    def see_parked(self, count: int) -> None:
        """Wait until so many requests wait: looked at now and then, for looking takes its time."""
        deadline = monotonic() + PATIENCE
        while (parked := self.parked) != count:
            assert monotonic() < deadline, f"{parked} requests wait, not {count}"
            sleep(0.3)

    def _report(self) -> tuple[str, str]:
        """Return what the program says of itself."""
        before = len(self._reports())
        self._program.signal(signal.SIGUSR1)
        eventually(lambda: len(self._reports()) > before, "a report")
        return self._reports()[-1]

    def _reports(self) -> list[tuple[str, str]]:
        return re.findall(r"greenlets (\d+) parked (\d+)\n", self._program.text())


def test_what_two_thousand_readers_needed_comes_back_when_they_leave(server: NoJsServer) -> None:
    """After each further crowd memory is what it was after the first, and greenlets and descriptors few."""
    needs = Needs(server)
    come_and_go(server, needs, "good night")
    eventually(lambda: needs.descriptors <= OWN_DESCRIPTORS, "that all connections are closed")
    memory = needs.megabytes
    for number in range(MORE_CROWDS):
        come_and_go(server, needs, f"good night {number}")
        eventually(lambda: needs.descriptors <= OWN_DESCRIPTORS, "that all connections are closed")
        eventually(lambda: needs.megabytes < memory + SLACK, "memory as before")
        eventually(lambda: needs.greenlets <= OWN_GREENLETS, "that all others have ended")


def come_and_go(server: NoJsServer, needs: Needs, text: str) -> None:
    """Let readers sleep in the room, read what is said, sleep again, and leave."""
    readers = Sleepers(server, "dormitory", READERS)
    readers.sleep_until(text)
    needs.see_parked(READERS)
    say(server, text)
    readers.see_all_reading()
    readers.sleep_until("what nobody says")
    needs.see_parked(READERS)
    readers.leave()
    needs.see_parked(0)


@pytest.mark.parametrize("fail", ["is killed", "is frozen"])
def test_two_thousand_readers_outlive_a_redis_that_fails(server: NoJsServer, fail: str) -> None:
    """Nobody has to do anything: they all read the first thing that is said when it is back."""
    say(server, "before")
    readers = Sleepers(server, "dormitory", READERS)
    readers.sleep_until("we are back")
    Needs(server).see_parked(READERS)
    server.redis.signal(signal.SIGKILL if fail == "is killed" else signal.SIGSTOP)
    assert server.post(f"{HOME}/r/dormitory/say", text="lost").status == 503
    assert not server.is_ready()
    if fail == "is killed":
        server.redis.wait()
        server.start_redis()
    server.redis.signal(signal.SIGCONT)
    eventually(server.is_ready, "a site that works")
    assert server.post(f"{HOME}/name", name="Speaker").status == 302
    say(server, "we are back")
    readers.see_all_reading()
    readers.leave()
