"""Every form is protected against other sites, and none loses what was typed."""

import pytest
from apps.listsurf.people import HOST, PASSWORD, Person, sends, token_of, value_of
from brubeck.testing import TestClient

FIELDS = {"url": "https://example.com/typed", "title": "Typed <by> hand & kept"}


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_a_form_of_strangers_without_its_token_comes_back_with_what_was_typed(
    path: str, stranger: TestClient
) -> None:
    """Status 403, the name kept, a fresh token that works (CWE-352)."""
    stranger.get(path)
    answer = stranger.post(path, form={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was sent yet" in answer.text
    assert value_of(answer, "username") == "ada"
    again = {"csrf_token": token_of(answer), "username": "ada", "password": PASSWORD}
    assert stranger.post(path, form=again).status_code != 403


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_a_form_from_before_logging_in_in_another_tab_goes_on(path: str, ada: Person) -> None:
    """Two tabs with the log-in form: the second one leads on instead of complaining."""
    old = token_of(TestClient(ada.app, host=HOST).get(path))
    form = {"csrf_token": old, "username": "ada", "password": PASSWORD, "next": "/add_item"}
    answer = ada.browser.post(path, form=form)
    assert (answer.status_code, answer.headers["location"]) == (302, "/add_item")


def test_a_browser_without_cookies_reads_that_they_are_needed(stranger: TestClient) -> None:
    """Sending the form again would never help; allowing cookies does."""
    token = token_of(stranger.get("/login"))
    form = {"csrf_token": token, "username": "ada", "password": PASSWORD}
    stranger.clear_cookies()
    answer = stranger.post("/login", form=form)
    assert answer.status_code == 403
    assert "Listsurf needs them" in answer.text
    again = stranger.post("/login", form={"csrf_token": "stale", "username": "ada"})
    assert "open for too long" in again.text, "with a cookie the reason is another one"


def test_a_link_form_without_its_token_comes_back_with_what_was_typed(ada: Person) -> None:
    """Nothing is stored, nothing typed is lost, and sending it again succeeds."""
    answer = ada.browser.post("/add_item", form=FIELDS)
    assert answer.status_code == 403
    assert {name: value_of(answer, name) for name in FIELDS} == FIELDS
    assert ada.links() == []
    again = {"csrf_token": token_of(answer), **FIELDS}
    assert ada.browser.post("/add_item", form=again).headers["location"] == "/"


def test_an_edit_form_without_its_token_comes_back_and_changes_nothing(ada: Person) -> None:
    """The form of the same link is shown, with what was typed into it."""
    path = f"/edit_item/{ada.saved('https://example.com/before', 'Before')}"
    answer = ada.browser.post(path, form=FIELDS)
    assert answer.status_code == 403
    assert f'action="{path}"' in answer.text
    assert {name: value_of(answer, name) for name in FIELDS} == FIELDS
    assert ada.titles() == ["Before"]


def test_a_delete_form_without_its_token_asks_again(ada: Person) -> None:
    """The link is still there."""
    path = f"/delete_item/{ada.saved('https://example.com/', 'Stays')}"
    answer = ada.browser.post(path)
    assert answer.status_code == 403
    assert f'action="{path}"' in answer.text
    assert ada.titles() == ["Stays"]


def test_logging_out_without_the_token_logs_nobody_out(ada: Person) -> None:
    """Another site cannot end a session."""
    assert ada.browser.post("/logout").status_code == 403
    assert ada.get("/").status_code == 200


def test_the_token_of_somebody_else_is_none(ada: Person, person: "type[Person]") -> None:
    """An attacker's own token does not work in his victim's browser."""
    stolen = token_of(person("grace").get("/add_item"))
    answer = ada.browser.post("/add_item", form={"csrf_token": stolen, **FIELDS})
    assert answer.status_code == 403


def test_a_token_from_before_logging_in_is_none_afterwards(
    ada: Person, stranger: TestClient
) -> None:
    """Tokens belong to the session."""
    before = token_of(stranger.get("/login"))
    sends(stranger, "/login", username=ada.user.username, password=PASSWORD)
    answer = stranger.post("/add_item", form={"csrf_token": before, **FIELDS})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_pages_with_forms_are_kept_by_no_shared_cache(path: str, stranger: TestClient) -> None:
    """A token in a cache would be everybody's."""
    assert "private" in stranger.get(path).headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["/", "/add_item", "/settings", "/settings/sessions", "/settings/tokens", "/settings/origins",
     "/settings/password", "/settings/delete", "/tags", "/trash", "/u/ada", "/saved", "/api/docs",
     "/no/such/page", "/logout"],
)  # fmt: skip
def test_no_page_brings_scripts_or_styles_of_its_own_or_stands_in_a_frame(
    path: str, ada: Person
) -> None:
    """The policy allows files of this site alone, and no page needs more (CWE-79)."""
    ada.program().post("/api/links", json={"url": "https://example.com/", "tags": ["a"]})
    page = ada.get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for forbidden in ("<style", " style=", " onclick=", "<iframe"):
        assert forbidden not in page.text
    assert page.text.count("<script") == page.text.count('<script src="/static/') == 1


@pytest.mark.parametrize(
    "path",
    ["/", "/add_item", "/logout", "/no/such/page", "/settings", "/settings/tokens", "/u/ada", "/saved",
     "/api/docs", "/settings/sessions", "/settings/password", "/settings/delete", "/settings/origins"],
)  # fmt: skip
def test_every_page_has_one_headline_a_language_and_a_title(path: str, ada: Person) -> None:
    """What assistive technology needs first is there."""
    page = ada.get(path).text
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page
    assert page.count("<title>") == 1
    assert 'href="#main"' in page
    assert page.count('id="main"') == 1


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_every_field_has_a_label(path: str, stranger: TestClient) -> None:
    """Labels name their fields, and fields in error name their messages."""
    page = sends(stranger, path, username="", password="").text
    for name in ("username", "password"):
        assert f'<label for="{name}">' in page
        assert f'<input id="{name}"' in page
