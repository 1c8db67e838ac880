"""What people do with their account and with keys, in a browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.people import PASSWORD, Visitor
from e2e.programs import asks
from e2e.targets import Sites, unique
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e


@pytest.fixture
def visitor(page: Page, sites: Sites) -> Visitor:
    """Give somebody who has just made an account, with a name that nobody else has."""
    someone = Visitor(page, sites.listsurf, name=unique("grace"))
    someone.signs_up()
    return someone


@pytest.fixture
def typist(browser: Browser, sites: Sites) -> Iterator[Visitor]:
    """Give somebody who lets scripts run and likes the keyboard."""
    page = browser.new_page()
    someone = Visitor(page, sites.listsurf, name=unique("typist"))
    someone.signs_up()
    yield someone
    page.context.close()


def asked(visitor: Visitor, method: str, path: str, token: str) -> tuple[int, str]:
    """Return status and text of what the API answers to a program."""
    return asks(method, visitor.site + path, {"Authorization": f"Bearer {token}"})


def test_a_program_gets_a_token_and_loses_it(visitor: Visitor) -> None:
    """Make a token, use it, revoke it: the program is a stranger again."""
    visitor.adds("https://example.org/", title="Mine")
    token = visitor.makes_a_token("A script")
    status, text = asked(visitor, "GET", "/api/links", token)
    assert (status, json.loads(text)["items"][0]["title"]) == (200, "Mine")
    visitor.page.get_by_role("link", name="Revoke A script").click()
    visitor.page.get_by_role("button", name="Revoke the token").click()
    expect(visitor.page.get_by_text("Revoked: A script")).to_be_visible()
    assert asked(visitor, "GET", "/api/links", token)[0] == 401


def test_a_forgotten_browser_is_logged_out_from_here(visitor: Visitor, browser: Browser) -> None:
    """The list names the other browser; its button ends that session and no other."""
    elsewhere = Visitor(browser.new_page(), visitor.site, visitor.name)
    elsewhere.logs_in()
    elsewhere.page.wait_for_url(visitor.site + "/")
    visitor.page.goto(visitor.site + "/settings/sessions")
    expect(visitor.page.get_by_text("this one")).to_have_count(1)
    visitor.page.get_by_role("button", name="Log out everywhere but here").click()
    expect(visitor.page.get_by_text("Logged out of 1 other browser")).to_be_visible()
    elsewhere.page.reload()
    expect(elsewhere.page.get_by_role("heading", level=1, name="Log in")).to_be_visible()
    elsewhere.page.context.close()


def test_a_password_is_changed_and_the_new_one_opens(visitor: Visitor) -> None:
    """A wrong old password is explained; the right one changes it."""
    for old in ("not the right one", PASSWORD):
        visitor.page.goto(visitor.site + "/settings/password")
        visitor.page.get_by_label("Your password until now").fill(old)
        visitor.page.get_by_label("Your new password").fill("quite another password")
        visitor.page.get_by_role("button", name="Change my password").click()
        if old != PASSWORD:
            expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.page.wait_for_url(visitor.site + "/settings")
    visitor.logs_out()
    visitor.logs_in("quite another password")
    visitor.page.wait_for_url(visitor.site + "/")


def test_everything_is_taken_out_and_the_account_is_gone(visitor: Visitor, tmp_path: Path) -> None:
    """The file has the links; after the deletion nobody can log in."""
    visitor.adds("https://example.org/", title="Mine")
    visitor.page.goto(visitor.site + "/settings")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Take everything out").click()
    download.value.save_as(tmp_path / "all.json")
    document = json.loads((tmp_path / "all.json").read_text())
    assert [link["title"] for link in document["links"]] == ["Mine"]
    visitor.page.get_by_role("link", name="Delete your account").click()
    visitor.page.get_by_label("Your password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Delete my account").click()
    expect(visitor.page.get_by_text("are gone")).to_be_visible()
    visitor.logs_in()
    expect(visitor.page.get_by_role("alert")).to_be_visible()


def test_a_public_link_is_seen_by_strangers_and_a_private_one_is_not(
    visitor: Visitor, browser: Browser
) -> None:
    """One box in the form decides."""
    visitor.adds("https://example.org/shown", title="Shown", is_public=True)
    visitor.adds("https://example.org/hidden", title="Hidden")
    stranger = Visitor(browser.new_page(), visitor.site, "nobody")
    stranger.page.goto(f"{visitor.site}/u/{visitor.name}")
    expect(stranger.link("Shown")).to_be_visible()
    expect(stranger.link("Hidden")).to_have_count(0)
    stranger.page.context.close()


def test_the_list_is_worked_through_by_keys(typist: Visitor) -> None:
    """With j and k one walks, e edits, / searches, ? shows the keys, and typing in a field stays typing."""
    typist.adds("https://example.org/1", title="First")
    typist.adds("https://example.org/2", title="Second")
    keys = typist.page.keyboard
    keys.press("j")
    expect(typist.link("Second")).to_be_focused()
    keys.press("j")
    expect(typist.link("First")).to_be_focused()
    keys.press("k")
    expect(typist.link("Second")).to_be_focused()
    keys.press("?")
    dialog = typist.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    keys.press("/")
    search = typist.page.get_by_role("searchbox", name="Search your links")
    expect(search).to_be_focused()
    keys.type("jake?")
    expect(search).to_have_value("jake?")
    keys.press("Escape")
    keys.press("j")
    keys.press("e")
    expect(typist.page.get_by_role("textbox", name="Title")).to_have_value("Second")


def test_tags_are_completed_one_after_the_other(typist: Visitor) -> None:
    """What is offered begins with the tags that stand in the field already."""
    typist.adds("https://example.org/1", title="First", tags="sea surf")
    typist.page.goto(typist.site + "/add_item")
    field = typist.page.get_by_label("Tags")
    field.fill("")
    field.press_sequentially("sea s")
    offers = typist.page.locator("#known-tags option")
    expect(offers).to_have_count(1)
    expect(offers.first).to_have_attribute("value", "sea surf")


def test_what_can_be_done_with_several_links_appears_when_one_is_chosen(
    typist: Visitor,
) -> None:
    """Before that it only takes room; after deleting, one button brings the links back."""
    typist.adds("https://example.org/1", title="First")
    bar = typist.page.get_by_role("button", name="Delete chosen")
    expect(bar).to_be_hidden()
    typist.page.get_by_role("checkbox", name="Choose First").check()
    bar.click()
    expect(typist.link("First")).to_have_count(0)
    typist.page.get_by_role("button", name="Undo").click()
    expect(typist.link("First")).to_be_visible()
