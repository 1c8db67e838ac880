"""SpotiChat under each coroutine library and through each transport: talk, stop, go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.sites import LocalStack
from e2e.spotichatpeople import Listener, new_song
from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(300)]

COMBINATIONS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]
WAYS = ("poll", "events", "socket")


@pytest.fixture
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> LocalStack:
    """Give SpotiChat alone, as the launcher starts it; it does not run yet."""
    transport, library = request.param
    return LocalStack(
        tmp_path, transport=transport, concurrency=library, applications=("spotichat",)
    )


@pytest.fixture
def crowd(browser: Browser, stack: LocalStack) -> Iterator[list[Listener]]:
    """Give somebody for each way in which messages come."""
    site = f"http://spotichat.localhost:{stack.port}"
    people = [Listener(browser, site, f"By {way}") for way in WAYS]
    for way, person in zip(WAYS, people, strict=True):
        person.context.add_cookies([{"name": "transport", "value": way, "url": site}])
    yield people
    for person in people:
        person.goes()


@pytest.mark.parametrize("stack", COMBINATIONS, ids="-".join, indirect=True)
def test_what_was_said_outlives_the_site(stack: LocalStack, crowd: list[Listener]) -> None:
    """All read all, by each transport of the page; Ctrl-C, start: they go on where they were."""
    song = new_song()
    with stack:
        for person in crowd:
            person.enters(song)
        says_and_reads(crowd, "before")
    with stack:
        says_and_reads(crowd, "after")
        said = [f"{person.name}, {when}" for when in ("before", "after") for person in crowd]
        assert [person.has_read() for person in crowd] == [said] * len(crowd)
    assert stack.exit_code == 0


def says_and_reads(crowd: list[Listener], when: str) -> None:
    """Have everybody say something, one after the other, and all read it."""
    for speaker in crowd:
        speaker.says(f"{speaker.name}, {when}")
        for person in crowd:
            person.reads(f"{speaker.name}, {when}")
