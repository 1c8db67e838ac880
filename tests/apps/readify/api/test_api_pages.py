"""Pages that ask the API: those of the website, and those of sites that a user has allowed."""

import time

import pytest
from accounts import people
from apps.readify.programs import API_HOST, WEBSITE, Program, is_problem
from brubeck.testing import TestClient
from readify import livetokens
from readify.apiapp import Api

SITE = "https://tools.example"


@pytest.fixture
def live(api: Api, program: Program) -> Program:
    """Give a page of the website that asks in Ada's name."""
    session = api.sessions.create(program.user.id, {})
    token = livetokens.live_token(api, session)
    page = Program.with_secret(api, program.user, token, Origin=WEBSITE)
    page.session = session  # type: ignore[attr-defined]
    return page


def asks_first(api: Api, origin: str) -> str | None:
    """Return whom a browser would let ask, by the answer to its question."""
    answer = TestClient(api, host=API_HOST).request(
        "OPTIONS",
        "/links/",
        headers={"origin": origin, "access-control-request-method": "PATCH"},
    )
    assert answer.status_code == 204
    assert "PATCH" in str(answer.headers["access-control-allow-methods"])
    assert "If-Match" in str(answer.headers["access-control-allow-headers"])
    return answer.headers["access-control-allow-origin"]


def test_a_page_of_the_website_reads_and_changes(api: Api, live: Program) -> None:
    """With the token that it was given, and the browser lets it see the answer."""
    assert asks_first(api, WEBSITE) == WEBSITE
    link = live.saves("http://a.example/")
    answer = live.request("PATCH", f"/links/{link['id']}", json={"liked": True})
    assert answer.json()["data"]["liked"] is True
    assert answer.headers["access-control-allow-origin"] == WEBSITE
    known = {"If-None-Match": str(live.get("/links/").headers["etag"])}
    same = live.get("/links/", headers=known)
    assert same.status_code == 304
    assert same.headers["access-control-allow-origin"] == WEBSITE


def test_the_token_of_a_page_works_from_the_website_only(api: Api, live: Program) -> None:
    """Not from another site, not even from one that the user allows."""
    people.change_origins(api.db_conn, live.user, [SITE])
    elsewhere = Program.with_secret(api, live.user, live.secret, Origin=SITE)
    assert is_problem(elsewhere.get("/links/"), 403)


def test_the_token_of_a_page_ends_with_the_session(api: Api, live: Program) -> None:
    """Logging out, in this browser or from another one, closes the page's way in."""
    assert live.get("/links/").status_code == 200
    api.sessions.delete(live.session.id)  # type: ignore[attr-defined]
    assert is_problem(live.get("/links/"), 401)


def test_the_token_of_a_page_does_not_live_long(
    live: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was left open asks for a new one by being loaded again."""
    later = time.time() + livetokens.LIFE + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert is_problem(live.get("/links/"), 401)


def test_a_signed_cookie_is_no_token(api: Api, live: Program) -> None:
    """What the website signs for other purposes opens nothing here."""
    from brubeck.cookies import cookie_encode

    session = live.session  # type: ignore[attr-defined]
    for said in (("session", session.id), ("live", session.user_id), session.id):
        secret = livetokens.PREFIX + cookie_encode(said, api.cookie_secret)
        assert is_problem(Program.with_secret(api, live.user, secret).get("/links/"), 401)


def test_a_site_that_the_user_allows_may_use_his_token(api: Api, program: Program) -> None:
    """The browser asks first; headers that programs need can be read."""
    people.change_origins(api.db_conn, program.user, [SITE])
    assert asks_first(api, SITE) == SITE
    page = Program.with_secret(api, program.user, program.secret, Origin=SITE)
    answer = page.get("/links/")
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "ETag" in str(answer.headers["access-control-expose-headers"])


@pytest.mark.parametrize(
    "site", ["https://evil.example", "null", "http://api.readify.evil.example"]
)
def test_any_other_site_may_nothing(api: Api, program: Program, site: str) -> None:
    """Not even with a good token."""
    assert asks_first(api, site) is None
    page = Program.with_secret(api, program.user, program.secret, Origin=site)
    answer = page.post("/links/", json={"url": "http://a.example/"})
    assert is_problem(answer, 403)
    assert answer.headers["access-control-allow-origin"] is None
    assert program.urls() == []
