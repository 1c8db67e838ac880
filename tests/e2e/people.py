"""Somebody who uses Listsurf in a browser, so that tests read like the story that they check."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import unquote

from e2e.programs import asks
from playwright.sync_api import Locator, Page

PASSWORD = "correct horse battery staple"


class Visitor:
    """A person with a browser tab, a user name and a password."""

    def __init__(self, page: Page, site: str, name: str, password: str = PASSWORD) -> None:
        self.page = page
        self.site = site
        self.name = name
        self.password = password

    def signs_up(self) -> None:
        """Make an account; one is logged in afterwards."""
        self.page.goto(self.site + "/create")
        self._fills_credentials(self.password)
        self.page.get_by_role("button", name="Create my account").click()
        self.page.wait_for_url(self.site + "/")

    def logs_in(self, password: str | None = None) -> None:
        """Open the log-in form, and send it with this person's name."""
        self.page.goto(self.site + "/login")
        self.sends_log_in(password)

    def sends_log_in(self, password: str | None = None) -> None:
        """Send the log-in form that is open."""
        self._fills_credentials(password or self.password)
        self.page.get_by_role("button", name="Log in").click()

    def fills_log_in(self) -> None:
        """Open the log-in form and fill it in, without sending it."""
        self.page.goto(self.site + "/login")
        self._fills_credentials(self.password)

    def logs_out(self) -> None:
        """Log out by the button of the navigation."""
        self.page.goto(self.site + "/")
        self.page.get_by_role("button", name="Log out").click()
        self.page.wait_for_url(self.site + "/login*")

    def fills_link(self, url: str, title: str) -> None:
        """Open the form and type a link, without sending it."""
        self.page.goto(self.site + "/add_item")
        self.page.get_by_role("textbox", name="Address").fill(url)
        self.page.get_by_role("textbox", name="Title").fill(title)

    def adds(self, url: str, title: str, tags: str = "", *, is_public: bool = False) -> None:
        """Save a link by the form."""
        self.fills_link(url, title)
        self.page.get_by_label("Tags").fill(tags)
        self.page.get_by_role("checkbox", name="Public").set_checked(is_public)
        self.page.get_by_role("button", name="Save").click()
        self.page.wait_for_url(self.site + "/")

    def edits(self, old_title: str, title: str) -> None:
        """Give a link of the list another title."""
        self.entry(old_title).get_by_role("link", name=f"Edit {old_title}").click()
        self.page.get_by_role("textbox", name="Title").fill(title)
        self.page.get_by_role("button", name="Save").click()
        self.page.wait_for_url(self.site + "/")

    def deletes(self, title: str) -> None:
        """Delete a link of the list, confirming it."""
        self.entry(title).get_by_role("link", name=f"Delete {title}").click()
        self.page.get_by_role("button", name="Delete").click()
        self.page.wait_for_url(self.site + "/")

    def makes_a_token(self, name: str) -> str:
        """Make a token for a program in the settings; return it."""
        self.page.goto(self.site + "/settings/tokens")
        self.page.get_by_role("textbox", name="Name of the program").fill(name)
        self.page.get_by_role("button", name="Make a token").click()
        return self.page.locator("#secret").inner_text()

    def tries(self, url: str, title: str) -> None:
        """Send the form for a link that will not be saved."""
        self.fills_link(url, title)
        self.page.get_by_role("button", name="Save").click()

    def asks_as_a_program(self) -> dict[str, Any]:
        """Return what the API of the site answers to this person's credentials."""
        credentials = b64encode(f"{self.name}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        status, text = asks("GET", f"{self.site}/api", headers)
        assert status == 200, text
        document: dict[str, Any] = json.loads(text)
        return document

    def starts_at_the_top(self) -> None:
        """Go back to the first link of the page by keyboard: a form asks for the focus itself."""
        self.tabs_to(self.page.locator(".skip-link"), key="Shift+Tab")

    def tabs_to(self, wanted: Locator, key: str = "Tab", at_most: int = 30) -> None:
        """Press Tab until an element has the focus; fail where it does not come."""
        for _ in range(at_most):
            if self._has_focus(wanted):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{at_most} times {key} did not lead to {wanted}")

    def _has_focus(self, element: Locator) -> bool:
        return bool(element.and_(self.page.locator(":focus")).count())

    def reads(self, url: str, then_runs: str) -> Page:
        """Open a page elsewhere and click a bookmarklet there; return the window that it opens.

        A browser runs a bookmarklet even where pages may run no scripts; Playwright cannot click
        the browser's own bar, so its program runs in the page as the browser would run it.
        """
        self.page.goto(url)
        with self.page.expect_popup() as popup:
            self.page.evaluate(unquote(then_runs.removeprefix("javascript:")))
        popup.value.wait_for_url(self.site + "/add_item*")
        return popup.value

    def entry(self, title: str) -> Locator:
        """Return the list entry that holds a title."""
        return self.page.get_by_role("listitem").filter(has_text=title)

    def link(self, title: str) -> Locator:
        """Return the link with exactly this title."""
        return self.page.get_by_role("link", name=title, exact=True)

    def titles_of_all_pages(self) -> list[str]:
        """Return the titles of all saved links, following "Older links" to the end."""
        self.page.goto(self.site + "/")
        titles = self._titles()
        while (older := self.page.get_by_role("link", name="Older links")).count():
            older.click()
            titles += self._titles()
        return titles

    def _titles(self) -> list[str]:
        return [text.strip() for text in self.page.locator("main li a[rel]").all_inner_texts()]

    def _fills_credentials(self, password: str) -> None:
        self.page.get_by_role("textbox", name="User name").fill(self.name)
        self.page.get_by_label("Password").fill(password)
