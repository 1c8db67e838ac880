"""People who use Listsurf, so that tests read like the story that they check."""

import functools
import html
import re
from typing import Any

from accounts.models import User
from accounts.people import insert_user
from accounts.tokens import create_token
from brubeck.cookies import cookie_encode
from brubeck.passwords import hash_password
from brubeck.testing import TestClient, TestResponse
from listsurf.app import Listsurf

HOST = "listsurf.localhost:6767"
PASSWORD = "correct horse battery staple"

VALUE = r'<input id="{}"[^>]*? value="([^"]*)"'
HIDDEN = r'type="hidden" name="{}" value="([^"]*)"'
TITLES = re.compile(r'class="link-title"[^>]*>([^<]*)</a>')
NEXT = re.compile(r'rel="next" href="([^"]+)"')

_password_line = functools.cache(lambda: hash_password(PASSWORD))  # slow on purpose: once is enough


def stored_user(app: Listsurf, name: str) -> User:
    """Return a user with the password PASSWORD."""
    return insert_user(app.db_conn, User(username=name, password=_password_line()))


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


def sends(client: TestClient, path: str, **form: str) -> TestResponse:
    """Open a page, and send its form as a browser would."""
    return client.post(path, form={"csrf_token": token_of(client.get(path)), **form})


def logs_in(
    client: TestClient, name: str, password: str = PASSWORD, path: str = "/login"
) -> TestResponse:
    """Send the form for logging in, as it is found at `path`."""
    return sends(client, path, username=name, password=password)


def is_problem(answer: TestResponse, status: int) -> bool:
    """Say whether an answer is a problem document of this status (RFC 9457)."""
    document = answer.json()
    return (
        answer.status_code == document["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and document["request_id"] == answer.headers["x-request-id"]
        and bool(document["title"] and document["detail"])
    )


class Person:
    """Somebody with an account and a browser in which he is logged in."""

    def __init__(self, app: Listsurf, user: User) -> None:
        self.app = app
        self.user = user
        self.browser = self.another_browser()
        self._program_token = ""

    @classmethod
    def looking(cls, app: Listsurf) -> "Person":
        """Return somebody who only looks: no account, and a browser without cookies."""
        visitor = cls.__new__(cls)
        visitor.app, visitor.browser = app, TestClient(app, host=HOST)
        return visitor

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

    def sends(self, path: str, **form: str) -> TestResponse:
        """Send the form of a page."""
        return sends(self.browser, path, **form)

    def bulk(self, action: str, link_id: str, tag: str = "") -> TestResponse:
        """Tick a link of the list, and press one of the buttons below."""
        form = {"csrf_token": token_of(self.get("/")), "action": action, "id": link_id}
        return self.browser.post("/bulk", form={**form, "bulk_tag": tag})

    def saves(self, url: str, title: str = "") -> TestResponse:
        """Save a link by the form."""
        return self.sends("/add_item", url=url, title=title)

    def saved(self, url: str, title: str = "") -> str:
        """Save a link, and return its id."""
        assert self.saves(url, title).headers["location"] == "/"
        return str(self.links()[0]["id"])

    def links(self) -> list[dict[str, Any]]:
        """Return the newest links as the API gives them."""
        found: list[dict[str, Any]] = self.get("/api?count=100").json()["items"]
        return found

    def titles(self, path: str = "/") -> list[str]:
        """Return the titles on all pages from `path` to the last one."""
        page = self.get(path)
        titles = [html.unescape(title) for title in TITLES.findall(page.text)]
        following = NEXT.search(page.text)
        return titles + (self.titles(html.unescape(following[1])) if following else [])

    def token(self, name: str = "A program") -> str:
        """Make a token for a program, as the settings do it."""
        prefix = self.app.membership.token_prefix
        return create_token(self.app.db_conn, self.user, name, prefix=prefix)

    def program(self, **headers: str) -> TestClient:
        """Return a program of this person's; all of them share one token."""
        self._program_token = self._program_token or self.token()
        headers = {"authorization": f"Bearer {self._program_token}", **headers}
        return TestClient(self.app, host=HOST, headers=headers)
