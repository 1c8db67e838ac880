"""The links as JSON."""

from base64 import b64encode
from typing import Any

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import PASSWORD, Person, logs_in
from brubeck.testing import TestClient

BODY = {"username": "ada", "password": PASSWORD}


def basic(name: str = "ada", password: str = PASSWORD) -> dict[str, str]:
    """Return the header of HTTP Basic (RFC 7617)."""
    return {"authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(("GET", {"headers": basic()}), id="GET with Basic"),
        pytest.param(("GET", {"headers": basic("ADA")}), id="GET with another case"),
        pytest.param(("POST", {"headers": basic()}), id="POST with Basic"),
        pytest.param(("POST", {"form": BODY}), id="POST with a body"),
    ],
)
def test_a_program_gets_the_links_with_its_credentials(
    request_: tuple[str, dict[str, Any]], ada: Person, stranger: TestClient
) -> None:
    """Number, links as the owner may see them, no next page; as JSON."""
    link = ada.saved("https://example.com/", "Nice")
    method, options = request_
    answer = stranger.request(method, "/api", **options)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert (document["num_items"], document["next"]) == (1, None)
    (item,) = document["items"]
    times = item.pop("created_at"), item.pop("updated_at")
    assert all(isinstance(time, int) for time in times)
    url = "https://example.com/"
    assert item == {"id": link, "username": "ada", "url": url, "title": "Nice"}


def test_a_browser_that_is_logged_in_may_read_it_too(ada: Person) -> None:
    """The session will do."""
    assert ada.get("/api").json()["num_items"] == 0


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"headers": basic(password="wrong")},
        {"headers": basic(name="nobody")},
        {"headers": {"authorization": "Bearer abc"}},
        {"query": BODY},
    ],
    ids=["nothing", "wrong password", "unknown name", "another scheme", "in the address"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_is_told_401_as_json(
    method: str, options: dict[str, Any], ada: Person, stranger: TestClient
) -> None:
    """No redirect to a form; a password in the address is worth nothing (CWE-598)."""
    answer = stranger.request(method, "/api", **options)
    assert ada.user.username == "ada"
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["status_code"] == 401
    assert "items" not in answer.json()


@pytest.mark.parametrize(
    "value", ["Basic %%%", "Basic ", "Basic " + b64encode(b"nocolon").decode()]
)
def test_a_header_that_cannot_be_read_is_explained(value: str, stranger: TestClient) -> None:
    """400 as JSON."""
    answer = stranger.get("/api", headers={"authorization": value})
    assert answer.status_code == 400
    assert "Basic" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_guessing_is_throttled_as_at_the_form(
    method: str, ada: Person, stranger: TestClient
) -> None:
    """The API is no way around, however it is asked; the owner's session still works."""
    wrong = basic(password="wrong")
    statuses = [stranger.request(method, "/api", headers=wrong).status_code for _ in range(11)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    answer = stranger.request(method, "/api", headers=basic())
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["retry-after"]) > 0
    assert ada.get("/api").status_code == 200


def test_guessing_with_post_counts_at_the_form_too(ada: Person, stranger: TestClient) -> None:
    """Both count together."""
    for _ in range(10):
        stranger.post("/api", form={**BODY, "password": "wrong"})
    assert logs_in(stranger, ada.user.username).status_code == 429


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_as_json(method: str, ada: Person) -> None:
    """405 with the methods that would do."""
    answer = ada.browser.request(method, "/api")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/json"
    allowed = set(answer.headers["allow"].replace(",", " ").split())
    assert {"GET", "POST"} <= allowed
    assert method not in allowed


def test_following_next_leads_through_all_links(ada: Person) -> None:
    """`count` is the size of a page, `next` the address of the one behind it."""
    for number in range(5):
        ada.saves(f"https://example.com/{number}", f"Number {number}")
    titles, address = [], "/api?count=2"
    while address:
        document = ada.get(address).json()
        assert document["num_items"] == 5
        assert len(document["items"]) <= 2
        titles += [item["title"] for item in document["items"]]
        address = document["next"]
    assert titles == [f"Number {number}" for number in range(4, -1, -1)]


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=1-2",
        "count=0",
        "count=-1",
        "count=ten",
        "count=1.5",
        "count=%D9%A1",
    ],
)
def test_arguments_that_make_no_sense_are_explained(query: str, ada: Person) -> None:
    """400 as JSON, with the reason."""
    answer = ada.get(f"/api?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["detail"]


@pytest.mark.parametrize("count", ["101", "9" * 50])
def test_nobody_gets_everything_at_once(count: str, ada: Person) -> None:
    """A page has at most a hundred links, however many are asked for."""
    for number in range(3):
        ada.saves(f"https://example.com/{number}")
    assert len(ada.get(f"/api?count={count}").json()["items"]) == 3


def test_credentials_go_before_the_session(ada: Person, person: People) -> None:
    """A browser of Ada's that asks with Grace's password gets Grace's links."""
    person("grace").saves("https://example.com/", "Grace's")
    items = ada.get("/api", headers=basic("grace")).json()["items"]
    assert [item["title"] for item in items] == ["Grace's"]


def test_nothing_private_is_shown(ada: Person) -> None:
    """No owner id, no password, no bookkeeping of the database."""
    ada.saves("https://example.com/")
    (item,) = ada.links()
    assert set(item) == {"id", "username", "url", "title", "created_at", "updated_at"}


def test_the_answer_is_kept_by_no_shared_cache(ada: Person) -> None:
    """It is one person's."""
    assert "private" in ada.get("/api").headers["cache-control"]
