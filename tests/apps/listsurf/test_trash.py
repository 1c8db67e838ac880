"""Deleting, several at once, and bringing back."""

import html
import re
from unittest.mock import ANY

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import Person, hidden_value_of, token_of
from brubeck.testing import TestResponse
from listsurf.queries import Db, all_links, delete_links, undo_delete
from listsurf.queries.trash import KEPT_FOR
from weblinks.tagnames import MOST_TAGS


def bulk(
    person: Person, action: str, ids: list[str], tag: str = "", page: str = "/"
) -> TestResponse:
    """Tick some links of the list, and press one of the buttons."""
    form = [("csrf_token", token_of(person.get(page))), ("next", page), ("action", action)]
    form += [("bulk_tag", tag), *(("id", each) for each in ids)]
    return person.browser.post("/bulk", form=form, follow=True)


def undoes(person: Person, page: TestResponse) -> TestResponse:
    """Press the button beside the note."""
    form = {
        "csrf_token": token_of(page),
        "batch": hidden_value_of(page, "batch"),
        "next": hidden_value_of(page, "next"),
    }
    return person.browser.post("/undo", form=form, follow=True)


@pytest.fixture
def ids(ada: Person) -> list[str]:
    """Give the ids of three links, the oldest first."""
    return [ada.saved(f"https://example.com/{name}", name) for name in ("a", "b", "c")]


def test_a_deleted_link_comes_back_as_it_was(ada: Person, db: Db) -> None:
    """With its id, its tags, its notes and its times."""
    ada.sends("/add_item", url="https://example.com/", title="T", tags="x y", notes="n")
    before = db.listitems.find_one() or {}
    link = ada.links()[0]["id"]
    form = {"csrf_token": token_of(ada.get(f"/delete_item/{link}"))}
    page = ada.browser.post(f"/delete_item/{link}", form=form, follow=True)
    assert "Deleted: T" in page.text
    assert db.listitems.find_one() is None
    assert "Back again: 1 link." in undoes(ada, page).text
    assert db.listitems.find_one() == {**before, "touched_at": ANY}
    assert db.trash.find_one() is None


def test_several_links_are_deleted_and_come_back_together(ada: Person, ids: list[str]) -> None:
    """One button for all of them; the note names the number."""
    page = bulk(ada, "delete", ids[:2])
    assert "Deleted: 2 links." in page.text
    assert ada.titles() == ["c"]
    assert "Back again: 2 links." in undoes(ada, page).text
    assert ada.titles() == ["c", "b", "a"]


def test_a_second_click_on_undo_says_that_all_is_back(ada: Person, ids: list[str]) -> None:
    """404 in a page that explains; nothing is there twice."""
    page = bulk(ada, "delete", ids)
    undoes(ada, page)
    again = undoes(ada, page)
    assert again.status_code == 404
    assert "it is back already" in again.text
    assert ada.titles() == ["c", "b", "a"]


def test_an_address_that_was_saved_again_meanwhile_stays_the_new_one(
    ada: Person, ids: list[str], db: Db
) -> None:
    """The others come back; the old one waits among the deleted links."""
    page = bulk(ada, "delete", ids)
    ada.saves("https://EXAMPLE.com/b", "new b")
    answer = undoes(ada, page)
    assert "Back again: 2 links. You saved 1 link anew meanwhile." in answer.text
    assert ada.titles() == ["new b", "c", "a"]
    assert db.trash.count_documents({}) == 1


def test_what_was_deleted_is_listed_for_a_week(ada: Person, ids: list[str], db: Db) -> None:
    """With a button that brings it back, also when the note has gone; then the database removes it."""
    bulk(ada, "delete", ids[:1])
    page = ada.get("/trash")
    assert "<strong>a</strong>" in page.text
    assert "Back again" in undoes(ada, page).text
    assert "Nothing was deleted lately" in ada.get("/trash").text
    index = db.trash.index_information()["deleted_at_1"]
    assert index["expireAfterSeconds"] == KEPT_FOR == 7 * 24 * 3600


def test_an_undo_that_was_interrupted_can_be_sent_again(
    ada: Person, ids: list[str], db: Db
) -> None:
    """A link that is back already, though it is in the trash still, is there once."""
    (first, *_) = all_links(db, ada.user)
    batch = delete_links(db, ada.user, [first.id])
    assert batch
    lost = db.trash.find_one()
    assert lost
    db.listitems.insert_one(lost["link"])
    assert undo_delete(db, ada.user, batch) == (1, 0)
    assert len(ada.titles()) == 3


def test_links_are_tagged_and_untagged_together(ada: Person, ids: list[str], db: Db) -> None:
    """The note names tag and number; the list that one was in comes back."""
    page = bulk(ada, "tag", ids[:2], "Read Later", page="/?q=a+or+b")
    assert "Tagged #read-later: 2 links." in page.text
    assert page.url.endswith("/?q=a+or+b")
    assert [link.tags for link in all_links(db, ada.user)] == [["read-later"], ["read-later"], []]
    assert "Without #read-later now: 1 link." in bulk(ada, "untag", ids[1:], "read-later").text
    assert [link.tags for link in all_links(db, ada.user)] == [["read-later"], [], []]


def test_a_link_with_all_its_tags_is_left_as_it_is(ada: Person, db: Db) -> None:
    """The note says so."""
    tags = " ".join(f"t{number}" for number in range(MOST_TAGS))
    ada.sends("/add_item", url="https://example.com/", tags=tags)
    link = str(ada.links()[0]["id"])
    page = bulk(ada, "tag", [link], "one-more")
    assert "1 link could not" in page.text
    assert len(next(all_links(db, ada.user)).tags) == MOST_TAGS


@pytest.mark.parametrize(
    ("action", "tag", "chosen", "note"),
    [
        ("delete", "", 0, "No link was chosen."),
        ("tag", "x", 0, "No link was chosen."),
        ("tag", " # ", 1, "No tag was typed."),
        ("untag", "", 1, "No tag was typed."),
    ],
)
def test_what_is_missing_is_said(
    action: str, tag: str, chosen: int, note: str, ada: Person, ids: list[str]
) -> None:
    """The list comes back with a note; nothing has changed."""
    page = bulk(ada, action, ids[:chosen], tag)
    assert note in html.unescape(page.text)
    assert ada.titles() == ["c", "b", "a"]


def test_an_unknown_action_is_refused(ada: Person, ids: list[str]) -> None:
    """400; there is no button for it."""
    assert bulk(ada, "explode", ids).status_code == 400


@pytest.mark.parametrize("action", ["delete", "tag", "untag"])
def test_links_of_others_are_left_alone(
    action: str, ada: Person, ids: list[str], person: People, db: Db
) -> None:
    """Their ids change nothing, wherever they are sent (CWE-639)."""
    grace = person("grace")
    grace.saved("https://example.com/", "hers")
    before = list(db.listitems.find({"owner": ada.user.id}))
    bulk(grace, action, [*ids, "nonsense", "0" * 24], "x")
    assert list(db.listitems.find({"owner": ada.user.id})) == before


def test_the_trash_of_others_is_closed(ada: Person, ids: list[str], person: People) -> None:
    """Nobody brings back, or sees, what somebody else has deleted."""
    batch = hidden_value_of(bulk(ada, "delete", ids), "batch")
    grace = person("grace")
    grace.saved("https://example.com/", "hers")
    form = {"csrf_token": token_of(grace.get("/add_item")), "batch": batch}
    assert grace.browser.post("/undo", form=form).status_code == 404
    assert not re.search("<strong>[abc]</strong>", grace.get("/trash").text)
    assert ada.titles() == []


@pytest.mark.parametrize("batch", ["", "x", "0" * 24])
def test_a_deletion_that_never_was_cannot_be_undone(batch: str, ada: Person) -> None:
    """404 with an explanation."""
    form = {"csrf_token": token_of(ada.get("/add_item")), "batch": batch}
    answer = ada.browser.post("/undo", form=form)
    assert answer.status_code == 404
    assert "nothing to bring back" in answer.text


def test_going_back_leads_to_this_site_only(ada: Person, ids: list[str]) -> None:
    """An address of another site in `next` is not followed (CWE-601)."""
    form = {"csrf_token": token_of(ada.get("/")), "action": "delete", "id": ids[0]}
    answer = ada.browser.post("/bulk", form={**form, "next": "//evil.example/"})
    assert answer.headers["location"] == "/"
