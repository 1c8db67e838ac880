"""People with accounts, and the sites they use, so that tests read like the story that they check."""

import functools
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import pymongo
from accounts import MembersApplication, User, people
from brubeck.cookies import cookie_encode
from brubeck.passwords import hash_password
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient, TestResponse
from mongostore import Db

PASSWORD = "correct horse battery staple"

VALUE = r'<input id="{}"[^>]*? value="([^"]*)"'
HIDDEN = r'type="hidden" name="{}" value="([^"]*)"'
NEXT = re.compile(r'rel="next" href="([^"]+)"')
LONGEST_SWEEP = 60  # seconds: thousands of documents on a busy machine

_password_line = functools.cache(lambda: hash_password(PASSWORD))  # slow on purpose: once is enough

App = TypeVar("App", bound=Brubeck)


@contextmanager
def started(app: App) -> Iterator[App]:
    """Give an application that is as ready as after its start, and end it afterwards."""
    for prepare in app.on_start:
        prepare()
    yield app
    for tidy_up in app.on_stop:
        tidy_up()


def empty(db: Db) -> None:
    """Remove all that a test has stored; the indexes stay."""
    with pymongo.timeout(LONGEST_SWEEP):
        for name in db.list_collection_names():
            db[name].delete_many({})


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


def logs_in(
    client: TestClient, name: str, password: str = PASSWORD, path: str = "/login"
) -> TestResponse:
    """Send the form for logging in, as it is found at `path`."""
    return sends(client, path, username=name, password=password)


class Member:
    """Somebody with an account and a browser in which he is logged in."""

    host: ClassVar[str]
    title: ClassVar[re.Pattern[str]]  # of a link in a list

    def __init__(self, app: MembersApplication, user: User) -> None:
        self.app = app
        self.user = user
        self.browser = self.another_browser()

    def another_browser(self) -> TestClient:
        """Return a browser with a session of its own."""
        session = self.app.sessions.create(self.user.id, {})
        browser = TestClient(self.app, host=self.host)
        secret = self.app.cookie_secret
        browser.set_cookie("session", cookie_encode(("session", session.id), secret))
        return browser

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, **options)

    def sends(self, path: str, at: str = "", **form: Any) -> TestResponse:
        """Send the form of a page."""
        return sends(self.browser, path, at, **form)

    def titles(self, path: str = "/") -> list[str]:
        """Return the titles on all pages from `path` to the last one."""
        page = self.get(path)
        titles = [html.unescape(title) for title in self.title.findall(page.text)]
        following = NEXT.search(page.text)
        return titles + (self.titles(html.unescape(following[1])) if following else [])
