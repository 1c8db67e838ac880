"""People who use Readify, so that tests read like the story that they check."""

import functools
import html
import re
from typing import Any

from accounts import people
from brubeck.cookies import cookie_encode
from brubeck.passwords import hash_password
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient, TestResponse
from readify import queries
from readify.models import Link, User
from readify.wanted import Wanted
from weblinks.typedlinks import TypedLink

HOST = "readify.localhost:6767"
PASSWORD = "correct horse battery staple"

VALUE = r'<input id="{}"[^>]*? value="([^"]*)"'
HIDDEN = r'type="hidden" name="{}" value="([^"]*)"'
TITLES = re.compile(r'class="entry-title"[^>]*>([^<]*)</a>')
NEXT = re.compile(r'rel="next" href="([^"]+)"')

_password_line = functools.cache(lambda: hash_password(PASSWORD))  # slow on purpose: once is enough


def stored_user(app: Brubeck, name: str) -> User:
    """Return a user with the password PASSWORD."""
    return people.insert_user(app.db_conn, User(username=name, password=_password_line()))


def token_of(page: TestResponse) -> str:
    """Return the form token of a page."""
    return hidden_value_of(page, "csrf_token")


def value_of(page: TestResponse, field: str) -> str:
    """Return what stands in a field of a page's form."""
    return _found(VALUE.format(field), page)


def hidden_value_of(page: TestResponse, field: str) -> str:
    """Return what a page's form sends without showing it."""
    return _found(HIDDEN.format(field), page)


def _found(pattern: str, page: TestResponse) -> str:
    found = re.search(pattern, page.text)
    assert found, page.text
    return html.unescape(found[1])


def sends(client: TestClient, path: str, at: str = "", **form: Any) -> TestResponse:
    """Open a page, and send its form as a browser would: to its own address, or to another."""
    return client.post(at or path, form={"csrf_token": token_of(client.get(path)), **form})


class Person:
    """Somebody with an account and a browser in which he is logged in."""

    def __init__(self, app: Brubeck, user: User) -> None:
        self.app = app
        self.user = user
        self.browser = self.another_browser()

    def another_browser(self) -> TestClient:
        """Return a browser with a session of its own."""
        session = self.app.sessions.create(self.user.id, {})
        browser = TestClient(self.app, host=HOST)
        secret = self.app.cookie_secret
        browser.set_cookie("session", cookie_encode(("session", session.id), secret))
        return browser

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, **options)

    def sends(self, path: str, at: str = "", **form: Any) -> TestResponse:
        """Send the form of a page."""
        return sends(self.browser, path, at, **form)

    def acts(self, at: str = "/", **form: Any) -> TestResponse:
        """Press a button of a list."""
        return self.sends(at, "/act", **form)

    def has(self, url: str, title: str = "", tags: str = "", *, is_public: bool = False) -> Link:
        """Return a link that this person has saved."""
        typed = TypedLink(url=url, title=title, tags=tags.split(), is_public=is_public)
        return queries.add_link(self.app.db_conn, self.user, typed)

    def now(self, link: Link) -> Link:
        """Return a link as it is now."""
        found = queries.find_link(self.app.db_conn, self.user.id, link.id)
        assert found
        return found

    def links(self, view: str = "all") -> list[Link]:
        """Return the links of a list, the newest first."""
        return list(queries.all_links(self.app.db_conn, self.user.id, Wanted(view=view)))

    def titles(self, path: str = "/") -> list[str]:
        """Return the titles on all pages from `path` to the last one."""
        page = self.get(path)
        titles = [html.unescape(title) for title in TITLES.findall(page.text)]
        following = NEXT.search(page.text)
        return titles + (self.titles(html.unescape(following[1])) if following else [])
