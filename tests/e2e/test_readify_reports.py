"""Whoever runs Readify decides about a reported comment, in a browser without scripts as well."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e.readifypeople import Reader
from e2e.sites import LocalStack
from e2e.test_readify_looks import SCREENS, look_at
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OPERATOR, PASSWORD = "demo", "demo-readify"
DISCUSSED = "https://slow.example/reading"  # the demo user has said something about it
RUDE = "Buy this! " + "長い" * 60 + "x" * 120


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Give Readify with somebody who runs it: the demo user, who is there from the start."""
    folder = tmp_path_factory.mktemp("readify")
    environment = {"READIFY_OPERATORS": OPERATOR}
    options = {"applications": ("readify",), "demo_data": True, "environment": environment}
    with LocalStack(folder, **options) as stack:
        yield stack


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """Give one browser profile, with JavaScript."""
    context = browser.new_context()
    yield context
    context.close()


def logged_in(browser: Browser, site: str, **options: Any) -> Page:
    """Return a window in which whoever runs the site is logged in."""
    page = browser.new_context(**options).new_page()
    page.goto(f"{site}/login")
    page.get_by_role("textbox", name="User name").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{site}/")
    return page


def reports(reader: Reader, title: str) -> None:
    """Show an article, say something about it, and have the demo user's comment reported."""
    reader.page.goto(f"{reader.site}/u/{OPERATOR}")
    shown = reader.page.locator(f'li.entry:has(a[href="{DISCUSSED}"])')
    shown.get_by_role("link", name="Discuss").click()
    reader.page.get_by_role("link", name="Report the comment of").first.click()
    reader.page.get_by_role("textbox", name="What is wrong with it?").fill(title)
    reader.page.get_by_role("button", name="Report it").click()
    expect(reader.page.get_by_role("status")).to_contain_text("Thank you")


def test_a_reported_comment_is_hidden_and_shown_again(
    browser: Browser, stack: LocalStack, scripted: BrowserContext
) -> None:
    """Reported by a member, decided without JavaScript; every state fits, in any light."""
    site, wrong = stack.address("readify"), {}
    eve = Reader(scripted.new_page(), site, "eve")
    eve.signs_up()
    reports(eve, RUDE)
    discussion = eve.page.url.partition("#")[0]
    operator = logged_in(browser, site, java_script_enabled=False)
    operator.goto(f"{site}/settings")
    operator.get_by_role("link", name="Reported comments").click()
    expect(operator.get_by_text("1 waits for your decision")).to_be_visible()
    for name, screen in SCREENS.items():
        for scheme in ("light", "dark"):
            seen = logged_in(browser, site, viewport=screen, color_scheme=scheme)
            seen.goto(f"{site}/reports")
            wrong[name, scheme] = look_at(seen, f"reports-{name}-{scheme}")
            seen.context.close()
    operator.get_by_role("button", name="Hide the comment of").click()
    expect(operator.get_by_role("status")).to_contain_text("The comment is hidden")
    eve.page.goto(discussion)
    expect(eve.page.get_by_text("Whoever runs this site has hidden this comment.")).to_be_visible()
    wrong["hidden"] = look_at(eve.page, "hidden-comment")
    operator.get_by_role("button", name="Show again the comment of").click()
    eve.page.goto(discussion)
    expect(eve.page.get_by_role("link", name="Report the comment of")).to_be_visible()
    wrong["api"] = page_of_the_api(eve.page, stack)
    operator.context.close()
    assert {state: found for state, found in wrong.items() if found} == {}


def page_of_the_api(page: Page, stack: LocalStack) -> list[str]:
    """Return what is wrong with the description of the API on a phone."""
    page.set_viewport_size(SCREENS["phone"])
    page.goto(f"{stack.address('readify_api')}/docs")
    expect(page.get_by_role("heading", level=1, name="The API")).to_be_visible()
    return look_at(page, "api-docs-phone")
