"""How Readify looks: every page on a desktop and a phone, light and dark, without barriers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from e2e.readifypeople import Reader
from e2e.targets import Sites, unique
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.fetches, pytest.mark.timeout(300)]

PICTURES = Path("build/pictures")
SCREENS: dict[str, Any] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 780},
}
LONG = "https://a-rather-long-host-name.example.org/" + "path" * 40
MEMBERS = {
    "unread": "/",
    "liked": "/liked",
    "archive": "/archived",
    "bin": "/bin",
    "found": "/?q=whale",
    "nothing-found": "/?q=submarine",
    "old-address": "/?archive={link}",
    "tags": "/tags",
    "sites": "/sites",
    "save": "/add_item",
    "edit": "/edit_item/{link}",
    "reader": "/read/{link}",
    "waiting": "/read/{broken}",
    "discussion": "/discuss/{link}",
    "save-this": "/save_link/{link}",
    "import": "/import",
    "export": "/export",
    "feeds": "/feeds",
    "offline": "/offline",
    "empty-bin": "/bin/empty",
    "missing": "/nowhere",
    "profile": "/profile",
    "settings": "/settings",
}
STRANGERS = {"public-discussion": "/discuss/{link}", "public-profile": "/u/{name}"}


@pytest.fixture(scope="module")
def ada(browser: Browser, sites: Sites, elsewhere: str) -> Iterator[Reader]:
    """Give somebody who has articles of all kinds."""
    context = browser.new_context()
    reader = Reader(context.new_page(), sites.readify, unique("looks"))
    reader.signs_up()
    reader.saves(f"{elsewhere}/whale", "The whale", tags="sea " + "long" * 12, is_public=True)
    reader.waits_for_the_text_of("The whale")
    reader.saves(f"{elsewhere}/broken", "長い題名" * 30, tags="日本語")
    reader.saves(LONG, "وصلة من اليمين إلى اليسار")
    for name, act in (("Liked", "Like"), ("Read", "Archive"), ("Gone", "Delete")):
        reader.saves(f"{elsewhere}/{name}", name)
        reader.presses(act, name)
        expect(reader.page.get_by_role("status")).to_contain_text(name)
    reader.goes_to("/")
    reader.page.get_by_role("link", name="Discuss The whale").click()
    reader.page.get_by_role("textbox", name="Your comment").fill("Far out. " * 40 + "x" * 200)
    reader.page.get_by_role("button", name="Comment", exact=True).click()
    reader.goes_to("/")
    yield reader
    context.close()


@pytest.fixture(scope="module")
def names(ada: Reader) -> dict[str, str]:
    """Give what stands in addresses: the ids of articles, and the name of their owner."""
    ada.goes_to("/")
    link, broken = (
        str(ada.entry(title).get_attribute("data-link")) for title in ("The whale", "長い題名")
    )
    return {"link": link, "broken": broken, "name": ada.name}


def look_at(page: Page, picture: str) -> list[str]:
    """Take a picture of a page; return what is wrong with it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"readify-{picture}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    wrong = [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes']]}" for rule in found]
    width, screen = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size
    return wrong + ([f"{width} pixels wide"] if screen and width > screen["width"] else [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_and_is_accessible(
    screen: str, scheme: Any, browser: Browser, ada: Reader, names: dict[str, str]
) -> None:
    """No page is wider than its screen, and axe finds nothing (WCAG 2.2, levels A and AA)."""
    wrong = {}
    for cookies, pages in ((ada.page.context.storage_state(), MEMBERS), (None, STRANGERS)):
        context = browser.new_context(
            viewport=SCREENS[screen], color_scheme=scheme, storage_state=cookies
        )
        page = context.new_page()
        for title, path in pages.items():
            page.goto(ada.site + path.format(**names))
            wrong[title] = look_at(page, f"{title}-{screen}-{scheme}")
        context.close()
    assert {title: found for title, found in wrong.items() if found} == {}


@pytest.mark.parametrize("theme", ["Light", "Sepia", "Dark"])
def test_every_theme_of_the_reader_can_be_read(
    theme: str, browser: Browser, ada: Reader, names: dict[str, str]
) -> None:
    """With the settings open, in a theme that is not the system's."""
    context = browser.new_context(
        viewport=SCREENS["phone"],
        color_scheme="light" if theme == "Dark" else "dark",
        storage_state=ada.page.context.storage_state(),
    )
    page = context.new_page()
    page.goto(f"{ada.site}/read/{names['link']}")
    page.locator("summary").click()
    page.get_by_label(theme, exact=True).check()
    expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())
    wrong = look_at(page, f"reader-{theme.lower()}")
    page.get_by_label("As the system").check()
    context.close()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_the_middle_of_something_are_accessible(
    scheme: Any, browser: Browser, ada: Reader
) -> None:
    """Articles that are chosen, the keys, a form with a mistake, a note with its button."""
    context = browser.new_context(
        viewport=SCREENS["phone"],
        color_scheme=scheme,
        storage_state=ada.page.context.storage_state(),
    )
    reader = Reader(context.new_page(), ada.site, ada.name)
    page, wrong = reader.page, {}
    reader.goes_to("/")
    page.get_by_role("checkbox", name="Choose The whale").check()
    wrong["chosen"] = look_at(page, f"chosen-{scheme}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    wrong["keys"] = look_at(page, f"keys-{scheme}")
    page.keyboard.press("Escape")
    reader.presses("Like", "The whale")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    wrong["note"] = look_at(page, f"note-{scheme}")
    page.get_by_role("button", name="Undo").click()
    reader.goes_to("/add_item")
    page.get_by_role("textbox", name="Address").fill("javascript:alert(1)")
    page.get_by_role("button", name="Save link").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong["mistake"] = look_at(page, f"mistake-{scheme}")
    context.close()
    assert {title: found for title, found in wrong.items() if found} == {}
