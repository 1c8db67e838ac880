"""Making an account, logging in and out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from accounts.people import find_user
from apps.listsurf.people import (
    HOST,
    PASSWORD,
    Person,
    hidden_value_of,
    logs_in,
    sends,
    token_of,
    value_of,
)
from brubeck.testing import TestClient
from listsurf.app import Listsurf, create_app
from listsurf.queries import Db
from listsurf.settings import Settings


def test_a_new_user_is_logged_in_and_welcome(stranger: TestClient) -> None:
    """After creating an account one stands before an empty list that says what to do next."""
    assert sends(stranger, "/create", username="Ada", password=PASSWORD).status_code == 302
    page = stranger.get("/")
    assert "Nothing here yet" in page.text
    assert "Welcome, ada" in page.text
    assert "Welcome" not in stranger.get("/").text, "a note is shown once"


def test_a_password_is_stored_as_a_hash_only(stranger: TestClient, db: Db) -> None:
    """Nobody who reads the database reads a password."""
    sends(stranger, "/create", username="ada", password=PASSWORD)
    stored = db.users.find_one({"username": "ada"})
    assert stored is not None
    assert stored["password"].startswith("argon2id|||")
    assert PASSWORD not in str(stored)


@pytest.mark.parametrize("name", ["ada", "ADA", "Ada"])
def test_an_account_cannot_be_taken_over_by_registering_its_name(
    name: str, ada: Person, stranger: TestClient
) -> None:
    """A name that has an owner is refused in any spelling, and his password stays as it was."""
    answer = sends(stranger, "/create", username=name, password="another password")
    assert answer.status_code == 409
    assert "already" in answer.text
    assert value_of(answer, "username") == name
    assert stranger.get("/").status_code == 302, "nobody is logged in"
    assert logs_in(stranger, "ada", "another password").status_code == 401
    assert logs_in(stranger, "ada").headers["location"] == "/"
    assert ada.get("/").status_code == 200


def test_a_form_that_is_sent_twice_makes_one_account(stranger: TestClient, db: Db) -> None:
    """The second click logs in whom the first one has made."""
    form = {"username": "ada", "password": PASSWORD}
    form["csrf_token"] = token_of(stranger.get("/create"))
    cookie = stranger.cookies["csrf"]
    for _ in range(2):
        stranger.clear_cookies()  # the browser has sent both before any answer came
        stranger.set_cookie("csrf", cookie)
        assert stranger.post("/create", form=form).status_code == 302
        assert stranger.get("/").status_code == 200
    assert db.users.count_documents({}) == 1


def test_of_many_who_want_one_name_at_once_one_gets_it(app: Listsurf, db: Db) -> None:
    """Uniqueness holds when requests overlap."""

    def register(number: int) -> int:
        client, password = TestClient(app, host=HOST), f"{PASSWORD} {number}"
        return sends(client, "/create", username="ada", password=password).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(register, range(50)))
    assert statuses == [302] + 49 * [409]
    assert db.users.count_documents({}) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "Choose a user name"),
        ("a", "2 to 30 characters"),
        ("a" * 31, "2 to 30 characters"),
        ("ada lovelace", "letters from a to z"),
        ("ädä", "letters from a to z"),
        ("<b>ada</b>", "letters from a to z"),
        ("Admin", "reserved"),
        ("demo", "reserved"),
        ("..", "begins and ends with a letter or a digit"),
        ("__", "begins and ends with a letter or a digit"),
        ("alice.", "begins and ends with a letter or a digit"),
        ("_alice", "begins and ends with a letter or a digit"),
    ],
)
def test_a_bad_name_is_explained_and_kept(name: str, reason: str, stranger: TestClient) -> None:
    """The form comes back with the reason and with what was typed."""
    answer = sends(stranger, "/create", username=name, password=PASSWORD)
    assert answer.status_code == 400
    assert reason in answer.text
    assert value_of(answer, "username") == name


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_a_password_has_8_to_1024_characters(password: str, stranger: TestClient, db: Db) -> None:
    """Shorter ones are guessed, longer ones keep the server busy; neither makes an account."""
    answer = sends(stranger, "/create", username="ada", password=password)
    assert answer.status_code == 400
    assert 'id="password-error"' in answer.text
    assert find_user(db, "ada") is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("          ", "Blanks alone"),
        ("lovelace.ada", "first guess"),
        ("Lovelace.Ada", "first guess"),
        ("Password1", "guessed at once"),
        ("abababababab", "guessed at once"),
    ],
)
def test_a_password_that_is_guessed_at_once_is_refused_with_the_reason(
    password: str, reason: str, stranger: TestClient, db: Db
) -> None:
    """Blanks, the user's own name, what everybody takes, and patterns protect nobody."""
    answer = sends(stranger, "/create", username="lovelace.ada", password=password)
    assert answer.status_code == 400
    assert reason in answer.text
    assert find_user(db, "lovelace.ada") is None


def test_all_that_is_wrong_is_said_at_once(stranger: TestClient) -> None:
    """Name and password are complained about together, each beside its field."""
    answer = sends(stranger, "/create", username="a", password="short")
    assert 'id="username-error"' in answer.text
    assert 'id="password-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert 'role="alert"' in answer.text


def test_a_password_is_never_sent_back(stranger: TestClient) -> None:
    """The form keeps the name, not the password."""
    answer = sends(stranger, "/create", username="a", password="a very secret word")
    assert "a very secret word" not in answer.text


def test_accounts_from_one_address_are_limited(settings: Settings, app: Listsurf) -> None:
    """A robot that makes accounts is told to wait; the form keeps the name."""
    strict = create_app(Settings(**{**vars(settings), "signups": 1}))
    client = TestClient(strict, host=HOST)
    sends(client, "/create", username="ada", password=PASSWORD)
    client.clear_cookies()
    answer = sends(client, "/create", username="grace", password=PASSWORD)
    strict.db_conn.client.close()
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert value_of(answer, "username") == "grace"
    assert find_user(app.db_conn, "grace") is None


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada "])
def test_the_case_of_a_name_makes_no_difference(
    name: str, ada: Person, stranger: TestClient
) -> None:
    """Names are stored in lower case, and typed as people like."""
    assert logs_in(stranger, name).headers["location"] == "/"
    assert f"Logged in as {ada.user.username}" in stranger.get("/").text


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_failed_login_says_so_and_keeps_the_name(
    name: str, ada: Person, stranger: TestClient
) -> None:
    """The message is the same whether the name exists or not (CWE-204)."""
    answer = logs_in(stranger, name, "wrong password")
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert value_of(answer, "username") == name
    assert ada.get("/").status_code == 200


def test_guessing_is_throttled_even_with_the_right_password_in_the_end(
    ada: Person, stranger: TestClient
) -> None:
    """After some failures the page asks to wait, and says how long."""
    tries = [logs_in(stranger, "ada", "wrong password").status_code for _ in range(11)]
    assert tries[0] == 401
    assert tries[-1] == 429
    answer = logs_in(stranger, "ada")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Wait" in answer.text
    assert "Your password was not checked" in answer.text
    assert "other networks" in answer.text
    assert value_of(answer, "username") == "ada"
    assert ada.get("/").status_code == 200, "who is logged in is not disturbed"


def test_the_session_cookie_is_out_of_reach_and_says_nothing(
    ada: Person, stranger: TestClient
) -> None:
    """HttpOnly, SameSite=Lax, limited in time; it holds neither name nor id of the user."""
    morsel = logs_in(stranger, "ada").cookies["session"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert int(morsel["max-age"]) > 0
    assert "ada" not in morsel.value
    assert str(ada.user.id) not in morsel.value


def test_over_tls_the_session_cookie_is_secure(ada: Person, app: Listsurf) -> None:
    """A cookie that was set under https never travels without encryption."""
    browser = TestClient(app, host=HOST, scheme="https")
    assert ada.user.username == "ada"
    assert logs_in(browser, "ada").cookies["session"]["secure"]


def test_logging_in_starts_a_session_under_a_new_id(ada: Person) -> None:
    """A session id planted by somebody else is worth nothing after logging in (CWE-384)."""
    browser, planted = ada.browser, ada.browser.cookies["session"]
    token = sends(browser, "/logout")
    assert token.status_code == 302
    browser.set_cookie("session", planted)
    logs_in(browser, "ada")
    assert browser.cookies["session"] != planted
    browser.set_cookie("session", planted)
    assert browser.get("/").status_code == 302


def test_logging_out_ends_the_session_for_copied_cookies_too(ada: Person) -> None:
    """The session ends in the database, not only in the browser."""
    copied = ada.browser.cookies["session"]
    assert ada.sends("/logout").headers["location"] == "/login"
    assert "session" not in ada.browser.cookies
    ada.browser.set_cookie("session", copied)
    assert ada.get("/").headers["location"].startswith("/login")


def test_logging_out_leaves_other_browsers_alone(ada: Person) -> None:
    """Each browser has a session of its own."""
    other = ada.another_browser()
    ada.sends("/logout")
    assert other.get("/").status_code == 200


def test_looking_at_the_logout_page_logs_nobody_out(ada: Person) -> None:
    """A GET asks; a picture on a foreign page cannot end a session."""
    page = ada.get("/logout")
    assert page.status_code == 200
    assert 'method="post"' in page.text
    assert ada.get("/").status_code == 200


def test_a_cookie_with_one_bit_changed_is_no_cookie(ada: Person) -> None:
    """Every position of the session cookie is protected by the signature."""
    good = ada.browser.cookies["session"]

    def status_with(cookie: str) -> int:
        headers = {"cookie": f'session="{cookie}"'}
        return TestClient(ada.app, host=HOST).get("/", headers=headers).status_code

    assert status_with(good) == 200, "the control: unchanged, it opens the list"
    for position, sign in enumerate(good):
        bad = good[:position] + chr(ord(sign) ^ 1) + good[position + 1 :]
        assert status_with(bad) == 302, position


def test_a_session_of_a_deleted_user_opens_nothing(ada: Person, db: Db) -> None:
    """Who is no longer a user is a stranger."""
    db.users.delete_one({"_id": ada.user.id})
    assert ada.get("/").headers["location"].startswith("/login")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "",
    ],
)
def test_after_logging_in_nobody_is_sent_to_another_site(
    elsewhere: str, ada: Person, stranger: TestClient
) -> None:
    """`next` leads to paths of this site only (CWE-601)."""
    form = {"username": ada.user.username, "password": PASSWORD, "next": elsewhere}
    assert sends(stranger, "/login", **form).headers["location"] == "/"


def test_after_logging_in_one_is_where_one_wanted_to_go(ada: Person, stranger: TestClient) -> None:
    """The page that asked to log in first comes next, with its arguments."""
    wanted = "/add_item?u=https%3A%2F%2Fexample.com%2F&t=A%26B"
    login = stranger.get(stranger.get(wanted).headers["location"])
    form = {"username": ada.user.username, "password": PASSWORD}
    answer = sends(stranger, "/login", next=hidden_value_of(login, "next"), **form)
    page = stranger.get(answer.headers["location"])
    assert value_of(page, "url") == "https://example.com/"
    assert value_of(page, "title") == "A&B"
