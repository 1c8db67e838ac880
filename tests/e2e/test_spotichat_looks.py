"""Every page of SpotiChat fits its screen, in light and dark, and axe finds nothing wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from e2e.spotichatpeople import Listener
from e2e.spotichatserver import SpotiChatServer, running
from playwright.sync_api import Browser, Page, expect
from spotichat import demo
from spotichat.catalogue import SONGS

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(240)]

PICTURES = Path("build/pictures")
SCREENS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
LONG = max(SONGS.values(), key=lambda song: len(song.title)).id
FULL = demo.songs()[0].id
SHOWN = {"light": list(SONGS)[12], "dark": list(SONGS)[20]}
PAGES = {"start": "/", "settings": "/settings", "about": "/about", "not-found": "/no/such/page"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpotiChatServer]:
    """Give a site with its demo data, and somebody in the long song's room."""
    with running(tmp_path_factory.mktemp("spotichat"), 1, SPOTICHAT_POINTS="10000") as started:
        started.fill()
        yield started


@pytest.fixture(scope="module")
def company(browser: Browser, server: SpotiChatServer) -> Iterator[list[Listener]]:
    """Give people who talk, so that pages are not empty."""
    names = ["Ada", "Björn", "千代", "A name of twenty-four s."]
    crowd = [Listener(browser, server.sites[0], name) for name in names]
    for person in crowd:
        person.enters(FULL)
    crowd[1].says("I always thought it was a saxophone. @Ada, what do you say?")
    crowd[0].says("https://en.wikipedia.org/wiki/Flugelhorn says it is larger than a trumpet")
    crowd[0].says("but smaller than you think")
    crowd[2].says("🎺🎺🎺")
    crowd[3].says("Averyveryverylongwordthatneverendsandhasnoblanksinit" * 4)
    crowd[3].reads("Averyvery")
    yield crowd
    for person in crowd:
        person.goes()


def look_at(page: Page, picture: str) -> list[str]:
    """Take a picture of a page; return what is wrong with it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{picture}.png")
    found = Axe().run(page).response["violations"]
    wrong = [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes']]}" for rule in found]
    width = page.evaluate("document.documentElement.scrollWidth")
    return wrong + ([f"{width} pixels wide"] if width > page.viewport_size["width"] else [])  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_and_is_accessible(
    screen: str, scheme: str, browser: Browser, server: SpotiChatServer, company: list[Listener]
) -> None:
    """No page is wider than its screen, and axe finds nothing (WCAG 2.2, levels A and AA)."""
    size: Any = SCREENS[screen]
    person = Listener(
        browser, server.sites[0], f"Looks {screen} {scheme}", viewport=size, color_scheme=scheme
    )
    wrong = {}
    person.page.goto(f"{person.site}/t/{FULL}")
    wrong["stranger"] = look_at(person.page, f"spotichat-stranger-{screen}-{scheme}")
    person.enters(FULL)
    person.says(f"Hello, I came for the bass line, {screen} and {scheme}.")
    person.reads(f"{screen} and {scheme}.")
    wrong["room"] = look_at(person.page, f"spotichat-room-{screen}-{scheme}")
    person.page.get_by_role("button", name="Emoji").click()
    wrong["emoji"] = look_at(person.page, f"spotichat-emoji-{screen}-{scheme}")
    person.page.keyboard.press("Escape")
    person.line("but smaller than you think").click()
    person.line("https://en.wikipedia.org").get_by_role("button", name="Ada").click()
    wrong["person"] = look_at(person.page, f"spotichat-person-{screen}-{scheme}")
    person.page.keyboard.press("Escape")
    person.loses_the_network()
    person.says("Do you read me?")
    person.is_warned("You are offline")
    wrong["offline"] = look_at(person.page, f"spotichat-offline-{screen}-{scheme}")
    person.finds_the_network()
    person.enters(LONG)
    wrong["empty"] = look_at(person.page, f"spotichat-empty-{screen}-{scheme}")
    for title, path in PAGES.items():
        person.page.goto(person.site + path)
        wrong[title] = look_at(person.page, f"spotichat-{title}-{screen}-{scheme}")
    person.page.goto(person.site + "/")
    person.page.get_by_label("Link of a song").fill("no song")
    person.page.get_by_role("button", name="Go to the room").click()
    expect(person.page.get_by_role("alert")).to_be_visible()
    wrong["mistake"] = look_at(person.page, f"spotichat-mistake-{screen}-{scheme}")
    person.goes()
    assert {title: found for title, found in wrong.items() if found} == {}


def test_new_messages_are_read_out_and_old_ones_are_not(
    server: SpotiChatServer, company: list[Listener]
) -> None:
    """The log is a live region as soon as the history is there (WCAG 4.1.3)."""
    log = company[0].page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(company[0].page.locator("#notice")).to_have_attribute("role", "status")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_has_its_picture_taken(
    scheme: Any, browser: Browser, server: SpotiChatServer
) -> None:
    """The picture of the README: three people, a link, a mention."""
    song = SHOWN[scheme]
    names = [f"{name} {scheme[0].upper()}." for name in ("Ada", "Björn", "Chiara")]
    ada, bjorn, chiara = people = [
        Listener(browser, server.sites[0], name, viewport=SCREENS["desktop"], color_scheme=scheme)
        for name in names
    ]
    for person in people:
        person.enters(song)
    bjorn.says("Listen to the second verse. Is that a saxophone?")
    ada.says("A flugelhorn! https://en.wikipedia.org/wiki/Flugelhorn")
    ada.says("It is what makes this song sound like rain.")
    chiara.says(f"@{names[0]}, you are right. I saw them play it at the harbour last summer.")
    bjorn.says("Then I have heard it wrong for ten years.")
    ada.reads("wrong for ten years")
    ada.page.screenshot(path=PICTURES / f"spotichat-desktop-{scheme}.png")
    for person in people:
        person.goes()
