"""The settings of an account: password, logins, takeout, deletion."""

import json

import pytest
from accounts.browsers import browser_name
from apps.listsurf.conftest import People
from apps.listsurf.people import (
    HOST,
    PASSWORD,
    Person,
    hidden_value_of,
    logs_in,
    sends,
    token_of,
)
from brubeck.cookies import cookie_decode
from brubeck.testing import TestClient
from listsurf.app import Listsurf
from listsurf.queries import Db

NEW = "quite another password"


def changes_password(person: Person, old: str = PASSWORD, new: str = NEW) -> int:
    """Send the form for another password; return the status of the answer."""
    return person.sends("/settings/password", old_password=old, password=new).status_code


def test_the_settings_lead_to_everything_there_is_to_set(ada: Person) -> None:
    """Each page is one click away, and each of these addresses answers."""
    page = ada.get("/settings").text
    for path in ("sessions", "password", "tokens", "takeout", "delete"):
        assert f'href="/settings/{path}"' in page
        assert ada.get(f"/settings/{path}").status_code == 200


# -- password ------------------------------------------------------------------------------------


def test_a_new_password_opens_the_account_and_the_old_one_does_not(
    ada: Person, stranger: TestClient
) -> None:
    """One stays logged in where it was changed."""
    assert changes_password(ada) == 302
    assert "Your password is changed" in ada.get("/settings").text
    assert logs_in(stranger, "ada").status_code == 401
    assert logs_in(stranger, "ada", NEW).status_code == 302


def test_a_new_password_ends_all_other_sessions(ada: Person) -> None:
    """Whoever came in with the old one is out; the id of this session is a new one, too."""
    other, before = ada.another_browser(), ada.browser.cookies["session"]
    changes_password(ada)
    assert other.get("/").status_code == 302
    assert ada.browser.cookies["session"] != before
    assert ada.get("/").status_code == 200


def test_a_password_is_changed_only_by_who_knows_the_old_one(
    ada: Person, stranger: TestClient
) -> None:
    """An open browser is not enough; the form says what is wrong and shows no password."""
    answer = ada.sends("/settings/password", old_password="a wrong one", password=NEW)
    assert answer.status_code == 403
    assert 'id="old_password-error"' in answer.text
    assert NEW not in answer.text
    assert "a wrong one" not in answer.text
    assert logs_in(stranger, "ada").status_code == 302


@pytest.mark.parametrize("new", ["", "short", "ada", "password1", " " * 10, "x" * 1025])
def test_a_new_password_follows_the_rules_of_the_first_one(
    new: str, ada: Person, stranger: TestClient
) -> None:
    """400 with the reason beside the field; the old one is still good."""
    answer = ada.sends("/settings/password", old_password=PASSWORD, password=new)
    assert answer.status_code == 400
    assert 'id="password-error"' in answer.text
    assert logs_in(stranger, "ada").status_code == 302


@pytest.mark.parametrize("path", ["/settings/password", "/settings/delete"])
def test_guessing_the_password_in_the_settings_is_throttled(path: str, ada: Person) -> None:
    """An open browser is no place to try passwords; the page says how long to wait."""
    statuses = [ada.sends(path, old_password="wrong", password=NEW).status_code for _ in range(11)]
    assert statuses[0] == 403
    assert statuses[-1] == 429
    answer = ada.sends(path, old_password=PASSWORD, password=NEW)
    assert int(answer.headers["retry-after"]) > 0
    assert "Wait" in answer.text
    assert ada.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/settings/password", "/settings/delete"])
def test_a_form_for_passwords_without_its_token_comes_back(path: str, ada: Person) -> None:
    """403, nothing changed, the form again (CWE-352)."""
    answer = ada.browser.post(path, form={"old_password": PASSWORD, "password": NEW})
    assert answer.status_code == 403
    assert "Nothing was sent yet" in answer.text
    assert logs_in(TestClient(ada.app, host=HOST), "ada").status_code == 302


# -- sessions ------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_all_sessions_are_listed_and_this_one_is_marked(ada: Person, app: Listsurf) -> None:
    """Each with its browser and its times."""
    other = TestClient(app, host=HOST, headers={"user-agent": FIREFOX})
    logs_in(other, "ada")
    page = ada.get("/settings/sessions").text
    assert page.count("this one</span>") == 1
    assert "Firefox on Linux" in page
    assert page.count("last change <time") == 2


def test_one_session_is_ended_from_another_browser(ada: Person) -> None:
    """The other browser is out at once, this one stays."""
    other = ada.another_browser()
    (key,) = {login.key for login in ada.app.sessions.list_of(ada.user.id)} - {key_of(ada)}
    answer = ada.sends("/settings/sessions", key=key)
    assert answer.headers["location"] == "/settings/sessions"
    assert "Logged out there" in ada.get("/settings/sessions").text
    assert other.get("/").status_code == 302
    assert ada.get("/").status_code == 200


def key_of(person: Person) -> str:
    """Return the key of the session in a person's browser."""
    cookie = cookie_decode(person.browser.cookies["session"], person.app.cookie_secret)
    session = person.app.sessions.load(cookie[1])
    assert session
    return str(session.key)


def test_this_session_can_be_ended_from_the_list_too(ada: Person) -> None:
    """That is logging out."""
    assert ada.sends("/settings/sessions", key=key_of(ada)).headers["location"] == "/login"
    assert ada.get("/").status_code == 302


def test_all_other_sessions_end_with_one_button(ada: Person) -> None:
    """And no session of anybody else."""
    others = [ada.another_browser(), ada.another_browser()]
    assert "everywhere but here" in ada.get("/settings/sessions").text
    ada.sends("/settings/sessions", others="1")
    page = ada.get("/settings/sessions").text
    assert "Logged out of 2 other browsers" in page
    assert "everywhere but here" not in page, "there is no other one left"
    assert [other.get("/").status_code for other in others] == [302, 302]


def test_a_session_that_has_ended_already_is_no_failure(ada: Person) -> None:
    """A second click says so."""
    for key in ("0" * 64, "", "nonsense"):
        ada.sends("/settings/sessions", key=key)
        assert "ended already" in ada.get("/settings/sessions").text


def test_sessions_of_others_cannot_be_ended(ada: Person, person: People) -> None:
    """Their keys are worth nothing."""
    grace = person("grace")
    key = hidden_value_of(grace.get("/settings/sessions"), "key")
    ada.sends("/settings/sessions", key=key)
    assert grace.get("/").status_code == 200


def test_ending_sessions_without_the_token_ends_none(ada: Person) -> None:
    """Another site cannot log anybody out."""
    other = ada.another_browser()
    assert ada.browser.post("/settings/sessions", form={"others": "1"}).status_code == 403
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.9", "curl"),
        ("Something (Windows)", "A browser on Windows"),
        ("<script>", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_browsers_have_names_that_people_know(user_agent: str, name: str) -> None:
    """Nothing of what a client calls itself is shown as it came."""
    assert browser_name(user_agent) == name


# -- takeout -------------------------------------------------------------------------------------


def test_the_takeout_has_everything_but_hashes(ada: Person) -> None:
    """A JSON file with the account, the sessions, the tokens and all links."""
    ada.saves("https://example.com/ü?a=1", "Ünï & <b>")
    ada.sends(f"/delete_item/{ada.saved('https://example.com/deleted', 'Deleted')}")
    ada.sends("/settings/tokens", name="My script")
    ada.sends("/feeds", what="all")
    answer = ada.get("/settings/takeout")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="listsurf-ada.json"'
    document = json.loads(answer.text)
    assert document["account"]["username"] == "ada"
    assert [link["url"] for link in document["links"]] == ["https://example.com/ü?a=1"]
    assert [link["title"] for link in document["links"]] == ["Ünï & <b>"]
    assert [token["name"] for token in document["tokens"]] == ["My script"]
    assert [link["title"] for link in document["trash"]] == ["Deleted"]
    assert [feed["tag"] for feed in document["feeds"]] == [""]
    assert len(document["sessions"]) == 1
    assert "argon2id" not in answer.text
    assert "hash" not in answer.text


def test_the_takeout_has_all_links_however_many_there_are(ada: Person) -> None:
    """Not a page of them."""
    for number in range(60):
        ada.saves(f"https://example.com/{number}")
    assert len(ada.get("/settings/takeout").json()["links"]) == 60


def test_the_takeout_has_all_imports_with_what_was_said_of_them(ada: Person) -> None:
    """Not those alone that the page lists."""
    for number in range(12):
        ada.sends("/import", pasted=f"nonsense:{number}")
    found = ada.get("/settings/takeout").json()["imports"]
    assert len(found) == 12
    assert "Only addresses of web pages" in found[0]["remarks"][0][1]


# -- deletion ------------------------------------------------------------------------------------


def documents_of(db: Db, person: Person) -> list[str]:
    """Return the collections in which anything names a person or his id."""
    names = {str(person.user.id), person.user.username}
    return [
        collection
        for collection in db.list_collection_names()
        if any(name in str(document) for document in db[collection].find() for name in names)
    ]


def test_a_deleted_account_leaves_nothing_behind(ada: Person, db: Db, stranger: TestClient) -> None:
    """No document of any collection names the user or his id any more; nobody can log in."""
    other = ada.another_browser()
    ada.saves("https://example.com/", "Mine")
    link = ada.saved("https://example.com/gone", "Gone")
    ada.sends(f"/delete_item/{link}")
    ada.sends("/settings/tokens", name="My script")
    ada.sends("/feeds", what="all")
    expected = {"users", "listitems", "tokens", "sessions", "trash", "feeds"}
    assert expected <= set(documents_of(db, ada))
    answer = ada.sends("/settings/delete", old_password=PASSWORD)
    assert answer.headers["location"] == "/login"
    assert documents_of(db, ada) == []
    assert "are gone" in ada.get("/login").text
    assert other.get("/").status_code == 302
    assert logs_in(stranger, "ada").status_code == 401


def test_an_account_is_deleted_only_by_who_knows_the_password(ada: Person) -> None:
    """403 with the reason; everything stays."""
    ada.saves("https://example.com/", "Mine")
    answer = ada.sends("/settings/delete", old_password="wrong")
    assert answer.status_code == 403
    assert 'id="old_password-error"' in answer.text
    assert ada.titles() == ["Mine"]


def test_deleting_an_account_leaves_others_alone(ada: Person, person: People) -> None:
    """Their links, sessions and tokens stay."""
    grace = person("grace")
    grace.saves("https://example.com/", "Grace's")
    ada.sends("/settings/delete", old_password=PASSWORD)
    assert grace.titles() == ["Grace's"]


def test_the_name_of_a_deleted_account_is_free_again(ada: Person, stranger: TestClient) -> None:
    """Whoever takes it next finds nothing of the one before."""
    ada.saves("https://example.com/", "Mine")
    ada.sends("/settings/delete", old_password=PASSWORD)
    assert sends(stranger, "/create", username="ada", password=NEW).status_code == 302
    assert "Nothing here yet" in stranger.get("/").text
    assert token_of(stranger.get("/add_item"))
