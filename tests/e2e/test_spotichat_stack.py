"""SpotiChat as `make demo` runs it: two workers behind Mongrel2, with a stand-in for Spotify."""

from collections.abc import Iterator

import pytest
from e2e.spotichatpeople import PATIENCE, Listener, new_song
from e2e.targets import Sites
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture
def pair(browser: Browser, sites: Sites) -> Iterator[tuple[Listener, Listener]]:
    """Give two people; Mongrel2 gives their requests to whichever worker is free."""
    people = [
        Listener(browser, sites.spotichat, f"{name} {new_song()[-6:]}") for name in ("A", "B")
    ]
    yield people[0], people[1]
    complaints = [complaint for person in people for complaint in person.complaints]
    for person in people:
        person.goes()
    assert complaints == []


@pytest.mark.parametrize("way", ["poll", "events", "socket"])
def test_two_people_talk_through_mongrel2(way: str, pair: tuple[Listener, Listener]) -> None:
    """Over each transport, with one network that comes and goes."""
    song, (one, other) = new_song(), pair
    for person in pair:
        person.context.add_cookies([{"name": "transport", "value": way, "url": person.site}])
        person.enters(song)
    for number in range(4):
        one.says(f"message {number}")
        one.reads(f"message {number}")
    other.reads("message 3")
    other.loses_the_network()
    other.says("typed without a network")
    one.says("message 4")
    one.reads("message 4")
    other.finds_the_network()
    other.reads("typed without a network")
    one.reads("typed without a network")
    other.reads("message 4")
    said = [*(f"message {number}" for number in range(5)), "typed without a network"]
    assert one.has_read() == said
    assert other.has_read() == said


@pytest.mark.parametrize("way", ["poll", "events", "socket"])
def test_a_browser_that_dies_is_noticed_at_once(way: str, pair: tuple[Listener, Listener]) -> None:
    """Mongrel2 tells whose connection has ended; nobody has to say good-bye."""
    song, (one, other) = new_song(), pair
    other.page.route("**/here*", lambda route: route.abort())  # no sign of life, no good-bye
    for person in pair:
        person.context.add_cookies([{"name": "transport", "value": way, "url": person.site}])
        person.enters(song)
    expect(one.page.locator("#people-count")).to_have_text("2", timeout=PATIENCE)
    for number in range(3):  # until its connection is there that waits
        one.says(f"message {number}")
        other.reads(f"message {number}")
    other.page.close()
    expect(one.page.locator("#people-count")).to_have_text("1", timeout=PATIENCE)


@pytest.mark.local
def test_the_demo_connects_to_the_stand_in(pair: tuple[Listener, Listener]) -> None:
    """Without keys of Spotify the demo shows what it is like with them."""
    one, _ = pair
    one.enters(new_song())
    one.page.goto(one.site + "/spotify/login")
    one.page.get_by_role("button", name="Go to Spotify").click()
    one.page.get_by_role("button", name="Agree as ada").click()
    one.page.wait_for_url(one.site + "/settings")
    expect(one.page.get_by_role("button", name="Disconnect Spotify")).to_be_visible()
