"""Tokens for programs, and the sites that may use them."""

import html
import re

import pytest
from accounts.origins import BadOriginError, clean_origin, clean_origins
from accounts.tokens import HOUR, MOST, find_by_secret
from apps.listsurf.conftest import People
from apps.listsurf.people import HOST, Person, hidden_value_of, value_of
from brubeck.testing import TestClient, TestResponse
from hypothesis import given
from hypothesis import strategies as st
from listsurf.queries import Db

MINUTE = 60 * 1000  # milliseconds
SECRET = re.compile(r'id="secret"[^>]*>([^<]+)<')


def secret_on(page: TestResponse) -> str:
    """Return the token that a page shows."""
    found = SECRET.search(page.text)
    assert found, page.text
    return html.unescape(found[1])


def test_a_token_is_shown_once_and_works(ada: Person, stranger: TestClient) -> None:
    """It opens the API at once; the list shows its name only."""
    page = ada.sends("/settings/tokens", name="My script")
    secret = secret_on(page)
    assert page.status_code == 201
    assert "no-store" in page.headers["cache-control"]
    headers = {"authorization": f"Bearer {secret}"}
    assert stranger.get("/api/links", headers=headers).status_code == 200
    again = ada.get("/settings/tokens").text
    assert "My script" in again
    assert secret not in again


def test_a_token_is_stored_as_a_hash_only(ada: Person, db: Db) -> None:
    """A copy of the database opens nothing."""
    secret = secret_on(ada.sends("/settings/tokens", name="My script"))
    assert all(secret not in str(token) for token in db.tokens.find())
    (stored,) = db.tokens.find()
    assert find_by_secret(db, secret) is not None
    assert find_by_secret(db, stored["hash"]) is None


def test_a_revoked_token_opens_nothing(ada: Person, stranger: TestClient) -> None:
    """After asking, and at once."""
    secret = ada.token("My script")
    path = re.search(r'href="(/settings/tokens/\w+)"', ada.get("/settings/tokens").text)
    assert path
    assert "My script" in ada.get(path[1]).text
    assert ada.sends(path[1]).headers["location"] == "/settings/tokens"
    assert "Revoked: My script" in ada.get("/settings/tokens").text
    headers = {"authorization": f"Bearer {secret}"}
    assert stranger.get("/api/links", headers=headers).status_code == 401
    assert ada.get(path[1]).status_code == 404, "a second click"


def test_tokens_of_others_cannot_be_revoked_or_read(ada: Person, person: People) -> None:
    """Their ids lead nowhere."""
    grace = person("grace")
    grace.token("Grace's")
    path = re.search(r'href="(/settings/tokens/\w+)"', grace.get("/settings/tokens").text)
    assert path
    assert ada.get(path[1]).status_code == 404
    form = {"csrf_token": hidden_value_of(ada.get("/settings/tokens"), "csrf_token")}
    assert ada.browser.post(path[1], form=form).status_code == 404
    assert "Grace's" not in ada.get("/settings/tokens").text
    assert "Grace&#39;s" in grace.get("/settings/tokens").text


@pytest.mark.parametrize(
    ("name", "status"), [("", 400), ("   ", 400), ("x" * 61, 400), ("My script", 409)]
)
def test_a_name_that_will_not_do_is_explained_and_kept(
    name: str, status: int, ada: Person, db: Db
) -> None:
    """Nothing is made; a page that is loaded again makes no second token."""
    ada.token("My script")
    answer = ada.sends("/settings/tokens", name=name)
    assert answer.status_code == status
    assert 'id="name-error"' in answer.text
    assert value_of(answer, "name") == name.strip()
    assert db.tokens.count_documents({}) == 1


def test_nobody_has_tokens_without_end(ada: Person, db: Db) -> None:
    """The page says to revoke one first."""
    for number in range(MOST):
        ada.token(f"Number {number}")
    answer = ada.sends("/settings/tokens", name="One more")
    assert answer.status_code == 409
    assert "Revoke one first" in answer.text
    assert db.tokens.count_documents({}) == MOST


def test_the_last_use_is_noted_for_changes_and_once_an_hour(ada: Person, db: Db) -> None:
    """Reading writes nothing, and neither does the second change of an hour."""
    program = ada.program()
    program.get("/api/links")
    assert db.tokens.find_one({"used_at": {"$ne": None}}) is None
    program.post("/api/links", json={"url": "https://example.com/1"})
    first = db.tokens.find_one()["used_at"]  # type: ignore[index]
    assert first
    db.tokens.update_one({}, {"$inc": {"used_at": MINUTE - HOUR}})
    program.post("/api/links", json={"url": "https://example.com/2"})
    assert db.tokens.find_one()["used_at"] == first + MINUTE - HOUR  # type: ignore[index]
    db.tokens.update_one({}, {"$inc": {"used_at": -MINUTE}})
    program.post("/api/links", json={"url": "https://example.com/3"})
    assert db.tokens.find_one()["used_at"] >= first  # type: ignore[index]


# -- other sites ---------------------------------------------------------------------------------


def test_other_sites_are_stored_as_browsers_spell_them(ada: Person) -> None:
    """One a line, each once; the form shows them as they are stored."""
    typed = "HTTPS://Example.COM\nhttp://bücher.example:8080/\n\nhttps://example.com:443"
    answer = ada.sends("/settings/origins", origins=typed)
    assert answer.headers["location"] == "/settings/tokens"
    page = ada.get("/settings/origins").text
    assert "\nhttps://example.com\nhttp://xn--bcher-kva.example:8080</textarea>" in page


@pytest.mark.parametrize(
    "typed",
    ["example.com", "*", "https://example.com/path", "ftp://example.com", "https://", "null",
     "https://example.com/?a", "https://me@example.com", "https://example.com/#a"],
)  # fmt: skip
def test_a_site_that_is_none_is_explained_and_kept(typed: str, ada: Person, db: Db) -> None:
    """400 with the reason; nothing is stored."""
    answer = ada.sends("/settings/origins", origins=f"https://good.example\n{typed}")
    assert answer.status_code == 400
    assert 'id="origins-error"' in answer.text
    assert f"https://good.example\n{html.escape(typed)}</textarea>" in answer.text
    assert not db.users.find_one({"username": "ada"})["origins"]  # type: ignore[index]


def test_the_list_of_sites_is_not_endless() -> None:
    """Twenty are enough for anybody."""
    with pytest.raises(BadOriginError, match="too many"):
        clean_origins("\n".join(f"https://{number}.example" for number in range(21)))


@given(st.text(max_size=60))
def test_an_origin_is_clean_or_refused(text: str) -> None:
    """Cleaning twice changes nothing, and nothing but scheme, host and port is left."""
    try:
        origin = clean_origin(text)
    except BadOriginError:
        return
    assert re.fullmatch(r"https?://[^/?#@\s]+", origin)
    assert clean_origin(origin) == origin


def test_pages_that_show_secrets_belong_to_one_host_only(ada: Person) -> None:
    """The example on the page names this very site."""
    page = ada.sends("/settings/tokens", name="My script").text
    assert f"http://{HOST}/api/links" in page
