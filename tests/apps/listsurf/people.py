"""People who use Listsurf, so that tests read like the story that they check."""

import re
from typing import Any

from accounts.tokens import create_token
from apps.members import (
    NEXT,
    PASSWORD,
    Member,
    hidden_value_of,
    logs_in,
    sends,
    stored_user,
    token_of,
    value_of,
)
from brubeck.testing import TestClient, TestResponse
from listsurf.app import Listsurf

__all__ = [
    "HOST",
    "NEXT",
    "PASSWORD",
    "TITLES",
    "Person",
    "hidden_value_of",
    "is_problem",
    "logs_in",
    "sends",
    "stored_user",
    "token_of",
    "value_of",
]

HOST = "listsurf.localhost:6767"
TITLES = re.compile(r'class="link-title"[^>]*>([^<]*)</a>')


def is_problem(answer: TestResponse, status: int) -> bool:
    """Say whether an answer is a problem document of this status (RFC 9457)."""
    document = answer.json()
    return (
        answer.status_code == document["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and document["request_id"] == answer.headers["x-request-id"]
        and bool(document["title"] and document["detail"])
    )


class Person(Member):
    """Somebody with an account and a browser in which he is logged in."""

    host = HOST
    title = TITLES
    app: Listsurf
    _program_token = ""

    @classmethod
    def looking(cls, app: Listsurf) -> "Person":
        """Return somebody who only looks: no account, and a browser without cookies."""
        visitor = cls.__new__(cls)
        visitor.app, visitor.browser = app, TestClient(app, host=HOST)
        return visitor

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

    def token(self, name: str = "A program") -> str:
        """Make a token for a program, as the settings do it."""
        prefix = self.app.membership.token_prefix
        return create_token(self.app.db_conn, self.user, name, prefix=prefix)

    def program(self, **headers: str) -> TestClient:
        """Return a program of this person's; all of them share one token."""
        self._program_token = self._program_token or self.token()
        headers = {"authorization": f"Bearer {self._program_token}", **headers}
        return TestClient(self.app, host=HOST, headers=headers)
