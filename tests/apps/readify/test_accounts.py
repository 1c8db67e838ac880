"""Accounts in Readify: the shared pages stand here too, tokens have scopes, and all can be taken away.

What the shared pages promise is tested with Listsurf; here stands what is Readify's own.
"""

import json
import re

import pytest
from accounts.tokens import find_by_secret
from apps.readify.conftest import People
from apps.readify.people import PASSWORD, Person, sends, value_of
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from readify import profiles, queries
from readify.queries import Db
from savedlinks.feeds import insert_feed


def test_somebody_signs_up_logs_out_and_in_again(stranger: TestClient) -> None:
    """The whole way, with the look and the name of Readify."""
    assert sends(stranger, "/create", username="Ada", password=PASSWORD).status_code == 302
    assert "Welcome, ada" in stranger.get("/").text
    assert sends(stranger, "/logout").status_code == 302
    page = stranger.get("/settings", follow=True)
    assert "Log in · Readify" in page.text
    answer = sends(stranger, "/login?next=/settings", username="ada", password=PASSWORD)
    assert answer.status_code == 302
    assert "Log out" in stranger.get("/").text


@pytest.mark.parametrize("name", ["readify", "Readify", "api", "admin"])
def test_names_that_could_deceive_are_reserved(name: str, stranger: TestClient, db: Db) -> None:
    """Nobody speaks in the name of the site."""
    answer = sends(stranger, "/create", username=name, password=PASSWORD)
    assert answer.status_code == 400
    assert "reserved" in answer.text
    assert db.users.count_documents({}) == 0


def test_the_name_of_the_site_is_no_password(stranger: TestClient) -> None:
    """It is among the first guesses."""
    answer = sends(stranger, "/create", username="ada", password="demo-readify")
    assert answer.status_code == 400
    assert "guessed at once" in answer.text


@pytest.mark.parametrize(
    ("may", "scopes", "words"),
    [
        ("read", ["read"], "can read your links."),
        ("write", ["read", "write"], "can read, add, change and delete"),
        ("", ["read"], "can read your links."),
    ],
)
def test_a_token_is_made_in_one_step_and_may_what_was_chosen(
    may: str, scopes: list[str], words: str, ada: Person, db: Db
) -> None:
    """The less where nothing was chosen; the page says it, and how to try it with the API's address."""
    page = ada.sends("/settings/tokens", name="Reader", may=may)
    assert page.status_code == 201
    secret = re.search(r'id="secret"[^>]*>([^<]+)<', page.text)
    assert secret
    assert secret[1].startswith("readify_")
    token = find_by_secret(db, secret[1])
    assert token
    assert token.scopes == scopes
    assert words in page.text
    assert f'{secret[1]}" http://api.readify.localhost:6767/links/' in page.text
    assert value_of(page, "name") == ""
    assert secret[1] not in ada.get("/settings/tokens").text, "shown once"


def test_a_token_is_revoked_after_asking(ada: Person, db: Db) -> None:
    """A page asks, a form does it, and the token is gone."""
    ada.sends("/settings/tokens", name="Reader", may="read")
    token = db.tokens.find_one({})
    assert token
    assert "Reader" in ada.get(f"/settings/tokens/{token['_id']}").text
    ada.sends(f"/settings/tokens/{token['_id']}")
    assert db.tokens.count_documents({}) == 0


def lives(ada: Person, app: Brubeck) -> None:
    """Let somebody use everything there is."""
    link = ada.has("https://example.org/whale", "The whale", tags="sea", is_public=True)
    queries.insert_comment(app.db_conn, ada.user, link.id, "What a whale!")
    insert_feed(app.db_conn, ada.user, "unread", "")
    ada.sends("/settings", name="Ada", bio="Counts.", picture="drawn")
    ada.sends("/settings/tokens", name="Reader", may="read")
    ada.sends("/settings/origins", origins="https://ada.example")


def test_everything_can_be_taken_out(ada: Person, app: Brubeck) -> None:
    """Links, comments, feeds, profile, tokens and logins stand in one document; no secret of a login."""
    lives(ada, app)
    answer = ada.get("/settings/takeout")
    assert 'filename="readify-ada.json"' in answer.headers["content-disposition"]
    document = json.loads(answer.text)
    assert document["format"].startswith("Readify takeout")
    assert document["links"][0]["url"] == "https://example.org/whale"
    assert document["comments"][0]["text"] == "What a whale!"
    assert document["profile"]["bio"] == "Counts."
    assert document["tokens"][0]["scopes"] == ["read"]
    assert document["account"]["origins"] == ["https://ada.example"]
    assert document["feeds"]
    assert document["sessions"]
    assert "argon2" not in answer.text


def test_a_deleted_account_leaves_nothing(
    ada: Person, person: People, app: Brubeck, db: Db, stranger: TestClient
) -> None:
    """No document names it any more, in no collection; what others have stays as it was."""
    grace = person("grace")
    grace.has("https://example.org/moth", "The moth", is_public=True)
    lives(ada, app)
    assert profiles.find_profile(db, ada.user).is_filled
    assert ada.sends("/settings/delete", old_password="a guess").status_code == 403
    answer = ada.sends("/settings/delete", old_password=PASSWORD)
    assert answer.headers["location"] == "/login"
    for name in db.list_collection_names():
        left = [item for item in db[name].find() if str(ada.user.id) in str(item)]
        if name == "counters":  # says that nothing may be added any more, and nothing else
            left = [item for item in left if {*item} - {"_id", "seq", "at", "closed", "ends_at"}]
        assert left == [], name
    assert stranger.get("/u/ada").status_code == 404
    assert ada.get("/").headers["location"].startswith("/login")
    assert "The moth" in stranger.get("/u/grace").text
