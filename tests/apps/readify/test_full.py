"""The disk of the database is full: what is there is read, what is new is refused and not lost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from apps.members import started
from apps.readify.people import Person, stored_user, token_of, value_of
from fulldisks import disk_server, full_for
from mongoserver import ServerProcess
from readify.settings import Settings
from readify.webapp import create_web

__all__ = ["disk_server"]

TYPED = {"url": "https://example.com/typed", "title": "Typed <by> hand & kept"}


@pytest.fixture
def ada(disk_server: ServerProcess, settings: Settings) -> Iterator[Person]:
    """Give one person whose links lie on that disk."""
    with started(create_web(replace(settings, mongo_url=disk_server.url))) as app:
        yield Person(app, stored_user(app, "ada"))
        app.db_conn.client.close()


def test_forms_come_back_with_what_was_typed_and_can_be_sent_again(
    ada: Person, disk_server: ServerProcess
) -> None:
    """507 and the reason for links and for comments; what is there is read meanwhile (CWE-400)."""
    shown = ada.has("https://example.com/before", "Before", is_public=True)
    discussion = f"/discuss/{shown.id}"
    link = {"csrf_token": token_of(ada.get("/add_item")), **TYPED}
    comment = {"csrf_token": token_of(ada.get(discussion)), "text": "Far <b>out</b>."}
    with full_for(disk_server.process.pid):
        answer = ada.browser.post("/add_item", form=link)
        assert answer.status_code == 507
        assert "no room for more" in answer.text
        assert {name: value_of(answer, name) for name in TYPED} == TYPED
        said = ada.browser.post(discussion, form=comment)
        assert said.status_code == 507
        assert "Far &lt;b&gt;out&lt;/b&gt;." in said.text
        assert ada.titles() == ["Before"]
    assert ada.browser.post("/add_item", form=link).status_code == 302
    assert ada.browser.post(discussion, form=comment).status_code == 302


def test_what_was_to_be_done_is_asked_again(ada: Person, disk_server: ServerProcess) -> None:
    """A button of the list leads to a page that can be sent once there is room; nothing is done."""
    link = ada.has("https://example.com/", "Stays")
    with full_for(disk_server.process.pid):
        answer = ada.acts(delete=str(link.id))
    assert answer.status_code == 507
    assert "no room for more" in answer.text
    assert ada.titles() == ["Stays"]
