"""Every page of Listsurf fits its screen, in light and dark, and axe finds nothing wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from e2e.people import Visitor
from e2e.targets import Sites, unique
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PICTURES = Path("build/pictures")
SCREENS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 720}}
MEMBERS = {
    "links": "/",
    "found": "/?q=sea&tag=to-read&order=title",
    "nothing-found": "/?q=nothingofthatkind",
    "bad-search": "/?q=-",
    "add": "/add_item",
    "tags": "/tags",
    "trash": "/trash",
    "import": "/import",
    "export": "/export",
    "feeds": "/feeds",
    "settings": "/settings",
    "sessions": "/settings/sessions",
    "password": "/settings/password",
    "tokens": "/settings/tokens",
    "origins": "/settings/origins",
    "delete-account": "/settings/delete",
    "logout": "/logout",
    "not-found": "/no/such/page",
}
STRANGERS = {"login": "/login", "create": "/create", "api": "/api/docs", "saved": "/saved"}
LONG = "https://a-very-long-name-of-a-host-that-does-not-end-soon.example.org/" + "path" * 60


@pytest.fixture(scope="module")
def name() -> str:
    """Give a name that nobody else has."""
    return unique("looks")


@pytest.fixture(scope="module")
def cookies(browser: Browser, sites: Sites, name: str) -> Iterator[Any]:
    """Give the cookies of somebody who has links of all kinds."""
    context = browser.new_context()
    visitor = Visitor(context.new_page(), sites.listsurf, name=name)
    visitor.signs_up()
    visitor.adds(
        "https://example.org/sea", "The sea, the sea", tags="to-read sea long-tag-" + "x" * 30
    )
    visitor.adds(LONG, "وصلة من اليمين إلى اليسار")
    visitor.adds("https://example.com/", "長い題名" * 30, tags="日本語", is_public=True)
    visitor.adds("https://example.net/gone", "Soon gone")
    visitor.deletes("Soon gone")
    visitor.makes_a_token("A program on the laptop")
    yield context.storage_state()
    context.close()


def opened(browser: Browser, screen: str, scheme: Any, cookies: Any = None) -> Page:
    """Open a tab of a size, for somebody who likes light or dark pages."""
    size: Any = SCREENS[screen]
    context = browser.new_context(viewport=size, color_scheme=scheme, storage_state=cookies)
    return context.new_page()


def look_at(page: Page, picture: str) -> list[str]:
    """Take a picture of a page; return what is wrong with it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{picture}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    wrong = [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes']]}" for rule in found]
    width = page.evaluate("document.documentElement.scrollWidth")
    return wrong + ([f"{width} pixels wide"] if width > page.viewport_size["width"] else [])  # type: ignore[index]


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    """The control: on a page that nobody should write it finds a lot."""
    page = opened(browser, "phone", "light")
    page.set_content(
        '<img src="x.png"><input><p style="color: #ccc; width: 900px">Hardly to be read'
    )
    wrong = " ".join(look_at(page, "wrong"))
    page.context.close()
    assert all(word in wrong for word in ("image-alt", "label", "color-contrast", "pixels wide"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_a_member_fits_and_is_accessible(
    screen: str, scheme: str, browser: Browser, sites: Sites, cookies: Any, name: str
) -> None:
    """No page is wider than its screen, and axe finds nothing (WCAG 2.2, levels A and AA)."""
    page, wrong = opened(browser, screen, scheme, cookies), {}
    for title, path in {**MEMBERS, "person": f"/u/{name}"}.items():
        page.goto(sites.listsurf + path)
        wrong[title] = look_at(page, f"{title}-{screen}-{scheme}")
    page.context.close()
    assert {title: found for title, found in wrong.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_for_strangers_fits_and_is_accessible(
    screen: str, scheme: str, browser: Browser, sites: Sites
) -> None:
    """The same for those who have never been here."""
    page, wrong = opened(browser, screen, scheme), {}
    for title, path in STRANGERS.items():
        page.goto(sites.listsurf + path)
        wrong[title] = look_at(page, f"{title}-{screen}-{scheme}")
    page.context.close()
    assert {title: found for title, found in wrong.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_notes_and_failed_titles_fit_a_phone(
    scheme: Any, browser: Browser, sites: Sites
) -> None:
    """Code in notes breaks its lines, and a finger can ask for a title once more."""
    context = browser.new_context(
        viewport=SCREENS["phone"], is_mobile=True, has_touch=True, color_scheme=scheme
    )  # type: ignore[arg-type]
    visitor = Visitor(context.new_page(), sites.listsurf, name=unique(f"notes{scheme}"))
    visitor.signs_up()
    visitor.fills_link("https://nowhere.invalid/", title="")
    visitor.page.get_by_text("Description and notes").click()
    visitor.page.get_by_role("textbox", name="Notes").fill("# Long\n\n```\n" + "code" * 100)
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.get_by_text("Notes", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Long")).to_be_visible()
    wrong = look_at(visitor.page, f"notes-phone-{scheme}")
    again = visitor.page.get_by_role("button", name="Fetch the title of nowhere.invalid again")
    for _ in range(30):
        if again.is_visible():
            break
        visitor.page.reload()
    again.click()
    expect(visitor.page.get_by_text("Asked again: nowhere.invalid")).to_be_visible()
    context.close()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_the_middle_of_something_are_accessible(
    scheme: str, browser: Browser, sites: Sites, cookies: Any
) -> None:
    """The form of a link with a mistake, chosen links, the keys, a failed form for a password."""
    page = opened(browser, "desktop", scheme, cookies)
    visitor, wrong = Visitor(page, sites.listsurf, "nobody"), {}
    page.goto(visitor.site + "/")
    page.get_by_role("checkbox", name="Choose The sea").check()
    wrong["chosen"] = look_at(page, f"chosen-desktop-{scheme}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    wrong["keys"] = look_at(page, f"keys-desktop-{scheme}")
    visitor.tries("javascript:alert(1)", title="Refused")
    expect(page.get_by_role("alert")).to_be_visible()
    wrong["mistake"] = look_at(page, f"mistake-desktop-{scheme}")
    page.goto(visitor.site + "/settings/password")
    page.get_by_role("button", name="Change my password").click()
    wrong["password"] = look_at(page, f"password-failed-desktop-{scheme}")
    page.context.close()
    assert {title: found for title, found in wrong.items() if found} == {}
