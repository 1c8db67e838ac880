"""Somebody who uses Readify in a browser, so that tests read like the story that they check."""

from urllib.parse import unquote

from playwright.sync_api import Locator, Page, expect

PASSWORD = "correct horse battery staple"


class Reader:
    """A person with a browser tab, a user name and a password."""

    def __init__(self, page: Page, site: str, name: str, password: str = PASSWORD) -> None:
        self.page = page
        self.site = site
        self.name = name
        self.password = password

    def goes_to(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.site + path)

    def signs_up(self) -> None:
        """Make an account; one is logged in afterwards."""
        self.goes_to("/create")
        self.page.get_by_role("textbox", name="User name").fill(self.name)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name="Create my account").click()
        self.page.wait_for_url(self.site + "/")

    def saves(self, url: str, title: str = "", tags: str = "", *, is_public: bool = False) -> None:
        """Save a link by the form."""
        self.goes_to("/add_item")
        self.page.get_by_role("textbox", name="Address").fill(url)
        self.page.get_by_role("textbox", name="Title").fill(title)
        self.page.get_by_label("Tags").fill(tags)
        self.page.get_by_role("checkbox", name="Public").set_checked(is_public)
        self.page.get_by_role("button", name="Save link").click()
        self.page.wait_for_url(self.site + "/")

    def saves_by_bookmarklet(self, elsewhere: str) -> Page:
        """Open a page elsewhere, click the bookmarklet there, return the window that it opens.

        A browser runs a bookmarklet even where pages may run no scripts; Playwright cannot click
        the browser's own bar, so its program runs in the page as the browser would run it.
        """
        self.goes_to("/add_item")
        program = self.page.get_by_role("link", name="Read Later").get_attribute("href") or ""
        self.page.goto(elsewhere)
        with self.page.expect_popup() as popup:
            self.page.evaluate(unquote(program.removeprefix("javascript:")))
        popup.value.wait_for_url(self.site + "/add_item*")
        return popup.value

    def entry(self, title: str) -> Locator:
        """Return the entry of a list that has a title."""
        shown = self.page.locator(".entry-title", has_text=title)
        return self.page.locator("li.entry").filter(has=shown)

    def title(self, title: str) -> Locator:
        """Return the title of an entry, which is a link."""
        return self.page.locator("li.entry").get_by_role("link", name=title, exact=True)

    def presses(self, words: str, title: str) -> None:
        """Press a button of an entry."""
        self.entry(title).get_by_role("button", name=f"{words} {title}").click()

    def waits_for_the_text_of(self, title: str) -> None:
        """Look at the list until the text of an article has come."""
        link = self.title(title)
        for _ in range(60):
            if (link.get_attribute("href") or "").startswith("/read/"):
                return
            self.page.wait_for_timeout(250)
            self.page.reload()
        raise AssertionError(f"The text of {title} has not come: {self.page.inner_text('main')}")

    def reads(self, title: str) -> None:
        """Open an article of the list."""
        self.title(title).click()
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def makes_a_token(self, name: str) -> str:
        """Make a token for a program in the settings; return it."""
        self.goes_to("/settings/tokens")
        self.page.get_by_role("textbox", name="Name of the program").fill(name)
        self.page.get_by_role("button", name="Make a token").click()
        return self.page.locator("#secret").inner_text()
