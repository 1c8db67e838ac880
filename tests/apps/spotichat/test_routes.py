"""All addresses of SpotiChat, once each: who may ask what, and what he gets."""

import re
from collections.abc import Callable

import pytest
from apps.spotichat.people import ROOM, SONG, Person
from spotichat.app import API_ROUTES, OLD_ROUTES, SpotiChat

TABLE = [
    # method, path, JSON, status for strangers, status for somebody with a name
    ("GET", "/api/me", None, 401, 200),
    ("PUT", "/api/me", {"nickname": "Other"}, 401, 200),
    ("DELETE", "/api/me", None, 401, 204),
    ("POST", "/api/people", {"nickname": "Newcomer"}, 201, 201),
    ("POST", "/api/operator", {"key": "wrong key"}, 401, 403),
    ("GET", "/api/words", None, 401, 403),
    ("PUT", "/api/words", {"words": []}, 401, 403),
    ("GET", "/api/reports", None, 401, 403),
    ("POST", "/api/private", {"track": SONG}, 401, 201),
    ("GET", "/api/rooms", None, 200, 200),
    ("GET", ROOM, None, 200, 200),
    ("DELETE", ROOM, None, 403, 403),
    ("POST", f"{ROOM}/here", {"tab": "t"}, 401, 200),
    ("DELETE", f"{ROOM}/here", None, 401, 204),
    ("GET", f"{ROOM}/messages", None, 200, 200),
    ("POST", f"{ROOM}/messages", {"text": "hello"}, 401, 201),
    ("GET", f"{ROOM}/events", None, 200, 200),
    ("GET", f"{ROOM}/socket", None, 426, 426),
    ("POST", f"{ROOM}/report", {"seq": 1}, 401, 404),
    ("POST", f"{ROOM}/kick", {"person": "x"}, 401, 403),
    ("POST", f"{ROOM}/clean", {}, 401, 403),
    ("GET", "/api", None, 404, 404),
    ("GET", "/api/nothing", None, 404, 404),
    ("POST", "/api/login/Ada", {}, 200, 403),
    ("DELETE", "/api/login/Ada", None, 401, 403),
    ("POST", "/api/login/public/Ada", {}, 401, 403),
    ("DELETE", "/api/login/public/Ada", None, 401, 403),
    ("POST", "/api/feed/public", {}, 401, 403),
    ("GET", "/oauth/spotify/login/Ada", None, 401, 403),
    ("GET", "/oauth/spotify/callback", None, 302, 302),
    ("GET", "/oauth/spotify/loggedin", None, 200, 200),
    ("GET", "/healthz", None, 200, 200),
    ("GET", "/readyz", None, 200, 200),
]


@pytest.mark.parametrize(("method", "path", "document", "stranger", "known"), TABLE)
def test_every_address_answers(
    app: SpotiChat,
    person: Callable[..., Person],
    method: str,
    path: str,
    document: object,
    stranger: int,
    known: int,
) -> None:
    """Strangers and people with a name get the status of the table."""
    answer = person().client.request(method, path, json=document)
    assert answer.status_code == stranger
    answer.close()
    answer = person("Bob").client.request(method, path, json=document)
    assert answer.status_code == (409 if path == "/api/people" else known)
    answer.close()


@pytest.mark.parametrize(
    "room", ["nowhere", "track:short", "track:" + "x" * 23, "track:%2e%2e", "~"]
)
@pytest.mark.parametrize("page", ["", "/messages", "/events", "/socket"])
def test_rooms_that_cannot_be_are_not_found(
    person: Callable[..., Person], room: str, page: str
) -> None:
    """With a problem document that says what a room is called."""
    answer = person().get(f"/api/rooms/{room}{page}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "room" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_methods_that_there_are_not_are_refused(ada: Person, method: str) -> None:
    """405, with those that there are."""
    answer = ada.client.request(method, f"{ROOM}/messages", json={})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_the_table_is_complete() -> None:
    """Every route of the API and of the original's addresses is in it."""
    paths = {path for _, path, *_ in TABLE}
    for pattern, _ in (*API_ROUTES, *OLD_ROUTES):
        assert any(re.match(pattern, path) for path in paths), pattern
