"""Programs that use Readify's API, so that tests read like what they check."""

from typing import Any

from accounts import tokens
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient, TestResponse
from readify.models import User

API_HOST = "api.readify.localhost:6767"
WEBSITE = "http://readify.localhost:6767"
PROBLEM = "application/problem+json"


class Program(TestClient):
    """A program with a token of a user."""

    user: User
    secret: str

    @classmethod
    def of(
        cls,
        app: Brubeck,
        user: User,
        scopes: tuple[str, ...] = tokens.ALL_SCOPES,
        name: str = "program",
        **headers: str,
    ) -> "Program":
        """Return a program of a user, whose token has some scopes."""
        secret = tokens.create_token(app.db_conn, user, name, scopes, "readify_")
        return cls.with_secret(app, user, secret, **headers)

    @classmethod
    def with_secret(cls, app: Brubeck, user: User, secret: str, **headers: str) -> "Program":
        """Return a program that shows a certain token."""
        sent = {"Authorization": f"Bearer {secret}", **headers}
        program = cls(app, host=API_HOST, headers=sent)
        program.user, program.secret = user, secret
        return program

    def revoke(self) -> None:
        """End the token of this program."""
        token = tokens.find_by_secret(self.app.db_conn, self.secret)
        assert token
        tokens.revoke_token(self.app.db_conn, self.user, token)

    def saves(self, url: str, **fields: Any) -> dict[str, Any]:
        """Save a link, and return what the API says of it."""
        answer = self.post("/links/", json={"url": url, **fields})
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json()["data"])

    def changes(self, link_id: str, **fields: Any) -> dict[str, Any]:
        """Change a link, and return what the API says of it."""
        answer = self.request("PATCH", f"/links/{link_id}", json=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    def since(self, cursor: str) -> dict[str, Any]:
        """Ask what has changed."""
        return dict(self.get(f"/links/?since={cursor}").json())

    def urls(self, query: str = "") -> list[str]:
        """Return the addresses on a page of the list."""
        return [link["url"] for link in self.get(f"/links/{query}").json()["data"]]


def is_problem(answer: TestResponse, status: int) -> bool:
    """Tell whether an answer is a problem document of a status, with something to say."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    return problem["status"] == status and bool(problem["detail"])
