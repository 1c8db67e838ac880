"""The disk of the database is full: what is there is read, what is new is refused and not lost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from apps.listsurf.people import HOST, PASSWORD, Person, is_problem, stored_user, token_of, value_of
from apps.members import started
from brubeck.testing import TestClient
from fulldisks import disk_server, full_for
from listsurf.app import create_app
from listsurf.settings import Settings
from mongoserver import ServerProcess

__all__ = ["disk_server"]

TYPED = {"url": "https://example.com/typed", "title": "Typed <by> hand & kept"}


@pytest.fixture
def ada(disk_server: ServerProcess, settings: Settings) -> Iterator[Person]:
    """Give one person whose links lie on that disk."""
    with started(create_app(replace(settings, mongo_url=disk_server.url))) as app:
        yield Person(app, stored_user(app, "ada"))
        app.db_conn.client.close()


def test_a_form_comes_back_with_what_was_typed_and_can_be_sent_again(
    ada: Person, disk_server: ServerProcess
) -> None:
    """507 and the reason, nothing half-saved; the list is read meanwhile (CWE-400)."""
    ada.saved("https://example.com/before", "Before")
    form = {"csrf_token": token_of(ada.get("/add_item")), **TYPED}
    with full_for(disk_server.process.pid):
        answer = ada.browser.post("/add_item", form=form)
        assert answer.status_code == 507
        assert "no room for more" in answer.text
        assert {name: value_of(answer, name) for name in TYPED} == TYPED
        assert ada.titles() == ["Before"]
    again = {"csrf_token": token_of(answer), **TYPED}
    assert ada.browser.post("/add_item", form=again).status_code == 302
    assert len(ada.titles()) == 2


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_a_form_of_strangers_keeps_the_name(
    path: str, ada: Person, disk_server: ServerProcess
) -> None:
    """Logging in and making an account write, too."""
    browser = TestClient(ada.app, host=HOST)
    name = "ada" if path == "/login" else "grace"
    form = {"csrf_token": token_of(browser.get(path)), "username": name, "password": PASSWORD}
    with full_for(disk_server.process.pid):
        answer = browser.post(path, form=form)
    assert answer.status_code == 507
    assert value_of(answer, "username") == name
    again = {**form, "csrf_token": token_of(answer)}
    assert browser.post(path, form=again).status_code == 302


def test_a_form_about_something_says_so_on_its_own_page(
    ada: Person, disk_server: ServerProcess
) -> None:
    """The question of a deletion is asked again; a button without a page gets an error page."""
    link = ada.saved("https://example.com/", "Stays")
    token = token_of(ada.get(f"/delete_item/{link}"))
    with full_for(disk_server.process.pid):
        asked = ada.browser.post(f"/delete_item/{link}", form={"csrf_token": token})
        page = ada.bulk("delete", link)
    assert asked.status_code == page.status_code == 507
    assert f'action="/delete_item/{link}"' in asked.text
    for answer in (asked, page):
        assert "no room for more" in answer.text
        assert "Traceback" not in answer.text
    assert ada.titles() == ["Stays"]


def test_programs_get_a_problem_and_can_read(ada: Person, disk_server: ServerProcess) -> None:
    """507 with the reason; what there is comes as always."""
    program = ada.program()
    assert program.post("/api/links", json=TYPED).status_code == 201
    with full_for(disk_server.process.pid):
        answer = program.post("/api/links", json={"url": "https://example.com/more"})
        assert is_problem(answer, 507)
        assert "no room for more" in answer.json()["detail"]
        assert program.get("/api/links").status_code == 200
    assert program.post("/api/links", json={"url": "https://example.com/more"}).status_code == 201
