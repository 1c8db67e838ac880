"""Like, archive, delete, tag, purge, and take it back: by POST alone, and with what is one's own."""

import re

import pytest
from apps.readify.conftest import People
from apps.readify.people import Person, hidden_value_of, token_of
from brubeck.testing import TestResponse
from readify.handlers.acts import ACTS, NOTHING_TO_UNDO

FLAGS = {"archive": "archived", "like": "liked", "delete": "deleted"}
OPPOSITE = {"archive": "unarchive", "like": "unlike", "delete": "undelete"}


@pytest.mark.parametrize("act", FLAGS)
def test_a_button_sets_a_flag_and_its_opposite_takes_it_back(act: str, ada: Person) -> None:
    """One article, one press; its time of change moves each time."""
    link = ada.has("https://example.org/", "Whale")
    answer = ada.acts(**{act: str(link.id)})
    assert answer.status_code == 302
    changed = ada.now(link)
    assert changed[FLAGS[act]] is True
    assert (changed.change, changed.updated_at) > (link.change, 0)
    ada.acts(at="/bin" if act == "delete" else "/", **{OPPOSITE[act]: str(link.id)})
    assert ada.now(link)[FLAGS[act]] is False


def undoes(person: Person, page: TestResponse) -> str:
    """Press the undo button of a page; return the page that comes next."""
    form = {"csrf_token": token_of(page), "batch": hidden_value_of(page, "batch")}
    assert person.browser.post("/undo", form=form).status_code == 302
    return person.get("/").text


def test_undo_brings_back_what_was_and_only_once(ada: Person) -> None:
    """The button beside the note takes the last act back; a second press says that it is done."""
    link = ada.has("https://example.org/", "Whale")
    ada.acts(archive=str(link.id))
    page = ada.get("/")
    assert "Archived: Whale" in page.text
    assert "Taken back: 1 article." in undoes(ada, page)
    assert ada.now(link).archived is False
    assert NOTHING_TO_UNDO in undoes(ada, page)
    assert ada.now(link).archived is False


@pytest.mark.parametrize("form", [{"do": "archive"}, {"do": "tag", "bulk_tag": "deep"}])
def test_a_button_that_was_pressed_twice_can_be_undone(form: dict[str, str], ada: Person) -> None:
    """The second press changes nothing, and its page takes back what the first one did."""
    link = ada.has("https://example.org/", "Whale", tags="sea")
    before = (link.archived, link.tags)
    ada.acts(id=str(link.id), **form)
    changed = ada.now(link)
    assert (changed.archived, changed.tags) != before
    ada.acts(id=str(link.id), **form)
    assert ada.now(link).change == changed.change
    assert "Taken back: 1 article." in undoes(ada, ada.get("/"))
    assert (ada.now(link).archived, ada.now(link).tags) == before


def test_undo_leaves_alone_what_was_done_since(ada: Person) -> None:
    """Taking back a like does not bring an article back from the archive, nor make it private."""
    link = ada.has("https://example.org/", "Whale")
    ada.acts(like=str(link.id))
    page = ada.get("/")
    ada.acts(archive=str(link.id))
    ada.sends(f"/edit_item/{link.id}", url=link.url, title="Whale", tags="", is_public="yes")
    undoes(ada, page)
    now = ada.now(link)
    assert (now.liked, now.archived, now.is_public) == (False, True, True)


def test_many_are_done_with_at_once(ada: Person) -> None:
    """Those that were ticked, in one step, with one undo for all."""
    links = [ada.has(f"https://example.org/{number}", f"No {number}") for number in range(3)]
    ids = [str(link.id) for link in links[:2]]
    ada.acts(do="archive", id=ids)
    assert [ada.now(link).archived for link in links] == [True, True, False]
    page = ada.get("/")
    assert "Archived: 2 articles" in page.text
    undoes(ada, page)
    assert [ada.now(link).archived for link in links] == [False] * 3


def test_tags_are_given_and_taken_in_bulk(ada: Person) -> None:
    """Typed beside the buttons; without one the page says what is missing."""
    link = ada.has("https://example.org/", "Whale", tags="sea")
    ada.acts(do="tag", id=str(link.id), bulk_tag="#Deep")
    assert ada.now(link).tags == ["sea", "deep"]
    ada.acts(do="untag", id=str(link.id), bulk_tag="sea")
    assert ada.now(link).tags == ["deep"]
    ada.acts(do="tag", id=str(link.id), bulk_tag=" ")
    assert "No tag was typed" in ada.get("/").text


def test_tagging_many_can_be_undone(ada: Person) -> None:
    """Only those that got the tag lose it, only those that had it get it back."""
    links = [ada.has(f"https://example.org/{tag}", tag, tags=tag) for tag in ("sea", "deep")]
    ids = [str(link.id) for link in links]
    ada.acts(do="tag", id=ids, bulk_tag="deep")
    page = ada.get("/")
    assert "Tagged #deep: 2 articles." in page.text
    assert "Taken back: 1 article." in undoes(ada, page)
    assert [ada.now(link).tags for link in links] == [["sea"], ["deep"]]
    ada.acts(do="untag", id=ids, bulk_tag="sea")
    undoes(ada, ada.get("/"))
    assert [ada.now(link).tags for link in links] == [["sea"], ["deep"]]


@pytest.mark.parametrize("path", ["/", "/liked", "/archived"])
@pytest.mark.parametrize("act", ACTS)
def test_addresses_of_the_first_readify_ask_before_they_change_anything(
    act: str, path: str, ada: Person
) -> None:
    """`/?archive=ID` was enough then; now it is a form, which does it when it is sent (CWE-352)."""
    link = ada.has("https://example.org/", "Whale")
    before = ada.now(link).to_python()
    page = ada.get(f"{path}?{act}={link.id}")
    assert page.status_code == 200
    assert "Whale" in page.text
    assert ada.now(link).to_python() == before
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    ada.browser.post("/act", form=form)
    for name, value in ACTS[act].flags.items():
        assert ada.now(link)[name] is value


def test_purging_asks_and_takes_from_the_bin_only(ada: Person) -> None:
    """What is not in the bin survives whatever is sent."""
    gone, kept = ada.has("https://example.org/1", "One"), ada.has("https://example.org/2", "Two")
    ada.acts(delete=str(gone.id))
    asked = ada.acts(at="/bin", do="purge", id=[str(gone.id), str(kept.id)])
    assert asked.status_code == 200
    assert "cannot be undone" in asked.text
    assert len(ada.links("bin")) == 1
    ada.acts(at="/bin", do="purge", id=[str(gone.id), str(kept.id)], sure="yes")
    assert ada.links("bin") == []
    assert [link.label for link in ada.links()] == ["Two"]


def test_the_bin_is_emptied_after_a_question(ada: Person) -> None:
    """However much is in it."""
    links = [ada.has(f"https://example.org/{number}") for number in range(3)]
    ada.acts(do="delete", id=[str(link.id) for link in links])
    assert "3 articles go" in ada.get("/bin/empty").text
    ada.sends("/bin/empty")
    assert ada.links("bin") == []


def test_nothing_of_somebody_else_changes(ada: Person, person: People) -> None:
    """Ids are only wishes (CWE-639)."""
    link = ada.has("https://example.org/", "Whale", is_public=True)
    grace = person("grace")
    for act in ACTS:
        assert grace.acts(**{act: str(link.id)}).status_code == 404
    grace.acts(do="tag", id=str(link.id), bulk_tag="mine")
    grace.acts(do="purge", id=str(link.id), sure="yes")
    assert ada.now(link).to_python() == link.to_python()


def test_what_makes_no_sense_is_said(ada: Person) -> None:
    """No act, no article, an id that is none."""
    ada.has("https://example.org/", "Whale")
    assert ada.acts(do="fly", id="x").status_code == 400
    ada.acts(do="archive")
    assert "Nothing was chosen" in ada.get("/").text
    ada.acts(archive="no id")
    assert "Nothing was chosen" in ada.get("/").text or ada.links("unread")


def test_a_form_without_its_token_asks_again(ada: Person) -> None:
    """Another site cannot act in somebody's name; he himself reads why, and sends it again."""
    link = ada.has("https://example.org/", "Whale")
    answer = ada.browser.post("/act", form={"archive": str(link.id)})
    assert answer.status_code == 403
    assert "Archive" in answer.text
    assert ada.now(link).archived is False


def test_after_reading_one_comes_back_to_the_list(ada: Person) -> None:
    """Archiving from the reader leads to the list, liking stays with the article."""
    link = ada.has("https://example.org/", "Whale")
    form = {"csrf_token": token_of(ada.get("/")), "next": f"/read/{link.id}"}
    liked = ada.browser.post("/act", form={**form, "like": str(link.id)})
    assert liked.headers["location"] == f"/read/{link.id}"
    archived = ada.browser.post("/act", form={**form, "archive": str(link.id)})
    assert archived.headers["location"] == "/"
