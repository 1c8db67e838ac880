"""What people do with Readify in a browser: with and without JavaScript, on a desktop and a phone."""

import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.articlesite import SENTENCE, TITLE
from e2e.programs import asks_with_curl
from e2e.readifypeople import Reader
from e2e.targets import Sites, unique
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCREENS: dict[str, Any] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 780}, "has_touch": True},
}


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def runs_scripts(request: pytest.FixtureRequest) -> bool:
    """Say whether this test's browser runs scripts."""
    return bool(request.param == "with JavaScript")


@pytest.fixture(params=SCREENS)
def context(
    request: pytest.FixtureRequest, runs_scripts: bool, browser: Browser
) -> Iterator[BrowserContext]:
    """Give a browser profile of its own on each screen, once with and once without JavaScript."""
    opened = browser.new_context(java_script_enabled=runs_scripts, **SCREENS[request.param])
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def ada(page: Page, sites: Sites) -> Reader:
    """Give somebody who has just signed up, with a name that nobody else has."""
    reader = Reader(page, sites.readify, unique("ada"))
    reader.signs_up()
    return reader


@pytest.mark.fetches
def test_from_the_bookmarklet_to_the_archive(
    ada: Reader, elsewhere: str, runs_scripts: bool
) -> None:
    """Save a page elsewhere, read it, like it, archive it, find it, and take that back."""
    expect(ada.page.get_by_text("Nothing to read")).to_be_visible()
    window = ada.saves_by_bookmarklet(f"{elsewhere}/whale?a=1&b=2")
    expect(window.get_by_role("textbox", name="Address")).to_have_value(
        f"{elsewhere}/whale?a=1&b=2"
    )
    expect(window.get_by_role("textbox", name="Title")).to_have_value(TITLE)
    window.get_by_role("button", name="Save link").click()
    if runs_scripts:
        if not window.is_closed():
            window.wait_for_event("close")
    else:
        expect(window.get_by_text("You can close this window")).to_be_visible()

    ada.goes_to("/")
    ada.waits_for_the_text_of(TITLE)
    ada.reads(TITLE)
    expect(ada.page.locator("article")).to_contain_text(SENTENCE)
    expect(ada.page.locator("article")).not_to_contain_text("All rights reserved")

    ada.goes_to("/")
    ada.presses("Like", TITLE)
    expect(ada.page.get_by_role("status")).to_contain_text(f"Liked: {TITLE}")
    ada.presses("Archive", TITLE)
    expect(ada.page.get_by_role("status")).to_contain_text(f"Archived: {TITLE}")
    expect(ada.entry(TITLE)).to_have_count(0)
    ada.page.get_by_role("button", name="Undo").click()
    expect(ada.title(TITLE)).to_be_visible()

    ada.goes_to("/liked?q=hill")
    expect(ada.title(TITLE)).to_be_visible()
    ada.page.get_by_role("searchbox").fill("submarine")
    ada.page.get_by_role("button", name="Search").click()
    expect(ada.page.get_by_text("No article like that")).to_be_visible()


@pytest.mark.fetches
def test_reading_as_one_likes_it_and_going_on_where_one_stopped(
    ada: Reader, elsewhere: str, runs_scripts: bool
) -> None:
    """Theme, type and column are kept, and so is the place."""
    ada.saves(f"{elsewhere}/long", "A long article")
    ada.waits_for_the_text_of("A long article")
    ada.reads("A long article")
    root = ada.page.locator("html")
    ada.page.locator("summary").click()
    ada.page.get_by_label("Sepia").check()
    ada.page.get_by_label("Huge").check()
    if not runs_scripts:
        ada.page.get_by_role("button", name="Use these").click()
    expect(root).to_have_attribute("data-theme", "sepia")
    expect(root).to_have_attribute("data-size", "5")

    if runs_scripts:
        with ada.page.expect_response("**/place"):
            ada.page.locator("#part-6").evaluate("part => part.scrollIntoView()")
    else:
        ada.page.get_by_role("button", name="Remember this place, 50 %").click()
    ada.goes_to("/")
    expect(ada.entry("A long article")).to_contain_text("% read")
    ada.reads("A long article")
    expect(root).to_have_attribute("data-theme", "sepia")
    if runs_scripts:
        expect(ada.page.locator("#part-6")).to_be_in_viewport()
    else:
        going_on = ada.page.get_by_role("link", name="Go on where you stopped (50 %)")
        part = ada.page.locator(str(going_on.get_attribute("href")))
        expect(part).not_to_be_in_viewport()
        going_on.click()
        expect(part).to_be_in_viewport()


@pytest.mark.fetches
def test_what_cannot_be_fetched_is_told_and_tried_again(ada: Reader, elsewhere: str) -> None:
    """The link stays, with a reason and a button."""
    ada.saves(f"{elsewhere}/broken", "Broken")
    again = ada.page.get_by_role("button", name="Try again to fetch Broken")
    for _ in range(60):
        if again.is_visible():
            break
        ada.page.wait_for_timeout(250)
        ada.page.reload()
    expect(ada.entry("Broken")).to_contain_text("answered with status 500")
    again.click()
    expect(ada.page.get_by_text("Asked again: Broken")).to_be_visible()


def test_many_at_once_and_the_bin(ada: Reader, elsewhere: str) -> None:
    """Tick two, delete them, restore one, purge the other; the last question is asked."""
    for name in ("First", "Second", "Third"):
        ada.saves(f"{elsewhere}/{name}", name, tags="sea")
    for name in ("First", "Second"):
        ada.page.get_by_role("checkbox", name=f"Choose {name}").check()
    ada.page.get_by_role("button", name="Delete chosen").click()
    expect(ada.page.get_by_text("Moved to the bin: 2 articles")).to_be_visible()
    ada.goes_to("/bin")
    ada.presses("Restore", "First")
    expect(ada.entry("First")).to_have_count(0)
    ada.goes_to("/bin")
    ada.page.get_by_role("link", name="Empty the bin").click()
    ada.page.get_by_role("button", name="Purge everything in it").click()
    expect(ada.page.get_by_text("The bin is empty")).to_be_visible()
    ada.goes_to("/?tag=sea")
    expect(ada.title("First")).to_be_visible()
    expect(ada.title("Second")).to_have_count(0)


def test_profile_settings_token_program_and_export(
    ada: Reader, elsewhere: str, sites: Sites, browser: Browser
) -> None:
    """Show a link to others, ask as a program does, and take everything along."""
    ada.saves(f"{elsewhere}/shown", "Shown to all", is_public=True)
    ada.saves(f"{elsewhere}/hidden", "Hidden")
    stranger = browser.new_page()
    stranger.goto(f"{ada.site}/u/{ada.name}")
    expect(stranger.get_by_role("link", name="Shown to all", exact=True)).to_be_visible()
    expect(stranger.get_by_text("Hidden")).to_have_count(0)
    stranger.get_by_role("link", name="Discuss Shown to all").click()
    expect(stranger.get_by_text("Nobody has said anything yet")).to_be_visible()
    stranger.close()

    ada.goes_to("/settings")
    expect(ada.page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    token = ada.makes_a_token("A program on the laptop")
    answer = asks_with_curl(f"{sites.readify_api}/links/?count=5", token)
    assert sorted(link["title"] for link in answer["data"]) == ["Hidden", "Shown to all"]

    ada.goes_to("/export")
    for name in ("readify.json", "readify.epub"):
        link = ada.page.locator(f"a[href='/export/{name}']")
        with ada.page.expect_download() as download:
            link.click()
        path = download.value.path()
        assert download.value.suggested_filename == name
        if name.endswith("json"):
            assert len(json.loads(path.read_text())["links"]) == 2
        else:
            assert zipfile.ZipFile(path).namelist()[0] == "mimetype"


def test_comments_under_a_public_link(ada: Reader, elsewhere: str) -> None:
    """Say something, change it, and delete it again."""
    ada.saves(f"{elsewhere}/talk", "Talked about", is_public=True)
    ada.page.get_by_role("link", name="Discuss Talked about").click()
    ada.page.get_by_role("textbox", name="Your comment").fill("Far <b>out</b>.")
    ada.page.get_by_role("button", name="Comment", exact=True).click()
    expect(ada.page.get_by_text("Far <b>out</b>.", exact=True)).to_be_visible()
    ada.page.get_by_role("link", name="Edit your comment").click()
    ada.page.get_by_role("textbox", name="Your comment").fill("Near.")
    ada.page.get_by_role("button", name="Save changes").click()
    expect(ada.page.locator("main")).to_contain_text("edited")
    ada.page.get_by_role("link", name="Delete the comment").click()
    ada.page.get_by_role("button", name="Delete the comment").click()
    expect(ada.page.get_by_text("Nobody has said anything yet")).to_be_visible()


def test_an_address_of_the_first_readify_asks_before_it_archives(
    ada: Reader, elsewhere: str
) -> None:
    """What was done by opening an address is done by a button now."""
    ada.saves(f"{elsewhere}/old", "Old link")
    link_id = ada.entry("Old link").get_attribute("data-link")
    ada.goes_to(f"/?archive={link_id}")
    expect(ada.page.get_by_text("Old link")).to_be_visible()
    ada.page.get_by_role("button", name="Archive", exact=True).click()
    expect(ada.page.get_by_text("Archived: Old link")).to_be_visible()
