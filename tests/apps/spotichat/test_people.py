"""Identities: secrets, names that belong to somebody, cookies and what protects them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from apps.spotichat.people import HOST, ROOM, Person
from brubeck.testing import TestClient
from redis import Redis
from spotichat.app import SpotiChat
from spotichat.settings import Settings

People = Callable[..., Person]


def test_a_secret_is_handed_out_once_and_kept_nowhere(ada: Person, redis: "Redis[Any]") -> None:
    """Redis holds no more than its digest, and nobody is told the secret again."""
    assert len(ada.secret) >= 32
    keys = list(redis.scan_iter())
    dump = b"".join([*keys, *(redis.dump(key) or b"" for key in keys)])
    assert ada.secret.encode() not in dump
    assert ada.get("/api/me").json() == {"person": ada.id, "nickname": "Ada"}


@pytest.mark.parametrize("name", ["Ada", "ada", "ΑDA", "A d a", "Аda", "ada\u200b"])  # noqa: RUF001  look-alikes
def test_a_name_cannot_be_taken_over(ada: Person, person: People, name: str) -> None:
    """Neither it nor what looks like it, whatever alphabet that is written in."""
    answer = person().post("/api/people", {"nickname": name})
    assert answer.status_code == 409
    assert "Choose another" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 25, "🎺", "Operator", "sуstem", "SpotiChat"])  # noqa: RUF001
def test_names_that_nobody_can_have(person: People, name: str) -> None:
    """Empty ones, long ones, and those that would speak for the site."""
    assert person().post("/api/people", {"nickname": name}).status_code == 422


def test_a_name_that_is_given_up_is_free(ada: Person, person: People) -> None:
    """Whoever forgets his identity, or takes another name, leaves the old one to others."""
    assert ada.put("/api/me", {"nickname": "Countess"}).json()["nickname"] == "Countess"
    person("Ada")
    assert ada.delete("/api/me").status_code == 204
    assert ada.get("/api/me").status_code == 401
    person("Countess")


def test_a_name_that_is_taken_is_not_lost_by_trying(ada: Person, bob: Person) -> None:
    """Who fails to get another name keeps his own."""
    assert ada.put("/api/me", {"nickname": "Bob"}).status_code == 409
    assert ada.get("/api/me").json()["nickname"] == "Ada"
    assert ada.put("/api/me", {"nickname": "ADA"}).json()["nickname"] == "ADA"


def test_a_wrong_secret_is_nobody(app: SpotiChat, ada: Person) -> None:
    """Guessing is hopeless, and long guesses are not even looked up."""
    for secret in ("x", ada.id, ada.secret[:-1], "x" * 10_000):
        client = TestClient(app, HOST, headers={"authorization": f"Bearer {secret}"})
        assert client.get("/api/me").status_code == 401


@pytest.fixture
def browser(app: SpotiChat) -> TestClient:
    """Give a browser with somebody's cookie."""
    client = TestClient(app, HOST)
    assert client.post("/api/people", json={"nickname": "Cora"}).status_code == 201
    return client


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: SpotiChat) -> None:
    """HttpOnly, SameSite, and Secure where there is TLS."""
    client = TestClient(app, HOST, scheme="https")
    answer = client.post("/api/people", json={"nickname": "Cora"})
    cookie = answer.cookies["identity"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert "Cora" in client.get("/api/me").text


def test_who_is_known_by_a_cookie_needs_a_token(browser: TestClient) -> None:
    """Another site can make a browser send the cookie, and not the token (CWE-352)."""
    assert browser.get("/api/me").json()["nickname"] == "Cora"
    answer = browser.post(f"{ROOM}/messages", json={"text": "forged"})
    assert answer.status_code == 403
    assert browser.request("DELETE", "/api/me").status_code == 403
    assert browser.get(f"{ROOM}/messages").json()["messages"] == []


def test_new_names_are_limited(settings: Settings, start: Callable[..., SpotiChat]) -> None:
    """Strangers together make so many names a minute."""
    client = TestClient(start(replace(settings, new_people=2)), HOST)
    statuses = []
    for name in ("One", "Two", "Three"):
        client.clear_cookies()
        statuses.append(client.post("/api/people", json={"nickname": name}).status_code)
    assert statuses == [201, 201, 429]


def test_pages_of_allowed_sites_may_read_all_answers(ada: Person, app: SpotiChat) -> None:
    """Also errors and answers that come later; others may read nothing."""
    friend, stranger = "https://friends.example", "https://evil.example"
    for path, status in (("/api/me", 200), ("/api/rooms/nowhere", 404), (f"{ROOM}/messages", 200)):
        answer = ada.client.get(path, headers={"origin": friend})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (
            status,
            friend,
        )
        answer = ada.client.get(path, headers={"origin": stranger})
        assert answer.headers["Access-Control-Allow-Origin"] is None
        assert "Origin" in answer.headers["Vary"]


def test_a_preflight_is_answered(app: SpotiChat) -> None:
    """Browsers ask before they send JSON or a secret for another site."""
    headers = {"origin": "https://friends.example", "access-control-request-method": "POST"}
    answer = TestClient(app, HOST).request("OPTIONS", f"{ROOM}/messages", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://friends.example"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Credentials"] is None
