"""Discussions of public links: who may say, change, delete and report what."""

import re

import pytest
from apps.readify.conftest import People
from apps.readify.people import Person, hidden_value_of, sends, token_of
from brubeck.testing import TestClient
from readify import queries
from readify.models import Link


@pytest.fixture
def link(ada: Person) -> Link:
    """Give a public link of Ada's."""
    return ada.has("https://example.org/whale", "The whale", tags="sea", is_public=True)


def comment_of(person: Person, link: Link, text: str = "Far out.") -> str:
    """Say something about a link; return the comment's id."""
    answer = person.sends(f"/discuss/{link.id}", text=text)
    found = re.search(r"#comment-(\w+)$", answer.headers["location"])
    assert found, answer.text
    return found[1]


def test_everybody_reads_and_members_write(
    ada: Person, person: People, stranger: TestClient, link: Link
) -> None:
    """A comment stands there with its writer's name; strangers are told to log in."""
    comment_of(person("grace"), link, "Far <b>out</b>.\n\nReally.")
    page = stranger.get(f"/discuss/{link.id}")
    assert page.status_code == 200
    assert "Far &lt;b&gt;out&lt;/b&gt;." in page.text
    assert "<strong>grace</strong>" in page.text
    assert "Log in</a> to say something" in page.text
    assert "1 comment" in ada.get(f"/discuss/{link.id}").text


@pytest.mark.parametrize("hidden", ["private", "deleted"])
def test_a_link_that_is_not_public_has_no_discussion(
    hidden: str, ada: Person, person: People, stranger: TestClient, link: Link
) -> None:
    """It looks like one that never was, for its comments as well; shown again, they are back."""
    grace = person("grace")
    comment = comment_of(grace, link)
    if hidden == "deleted":
        ada.acts(delete=str(link.id))
    else:
        ada.sends(f"/edit_item/{link.id}", url=link.url, title="x", tags="")
    assert stranger.get(f"/discuss/{link.id}").status_code == 404
    assert stranger.get(f"/discuss/{'0' * 24}").status_code == 404
    assert grace.get(f"/comments/{comment}/edit").status_code == 404
    assert grace.get(f"/save_link/{link.id}").status_code == 404


@pytest.mark.parametrize(("text", "words"), [("", "Nothing was typed"), ("x" * 4001, "too long")])
def test_an_empty_and_a_long_comment_are_refused(
    text: str, words: str, ada: Person, link: Link
) -> None:
    """With a reason beside the field, and what was typed still in it."""
    page = ada.sends(f"/discuss/{link.id}", text=text)
    assert page.status_code == 400
    assert words in page.text
    assert text in page.text


def test_who_wrote_a_comment_changes_it(ada: Person, person: People, link: Link) -> None:
    """Others cannot, not even the owner of the link; the page says that it was edited."""
    grace = person("grace")
    comment = comment_of(grace, link)
    grace.sends(f"/comments/{comment}/edit", text="Near.")
    page = ada.get(f"/discuss/{link.id}").text
    assert "Near." in page
    assert "edited" in page
    assert ada.get(f"/comments/{comment}/edit").status_code == 403
    form = {"csrf_token": token_of(ada.get("/add_item")), "text": "Mine."}
    assert ada.browser.post(f"/comments/{comment}/edit", form=form).status_code == 403


def test_comments_are_deleted_by_who_wrote_them_and_who_shows_the_link(
    ada: Person, person: People, link: Link
) -> None:
    """After a question; a third person cannot."""
    grace, eve = person("grace"), person("eve")
    first, second = comment_of(grace, link, "First."), comment_of(grace, link, "Second.")
    assert eve.get(f"/comments/{first}/delete").status_code == 403
    assert "First." in grace.get(f"/comments/{first}/delete").text
    grace.sends(f"/comments/{first}/delete")
    ada.sends(f"/comments/{second}/delete")
    assert "Nobody has said anything yet" in ada.get(f"/discuss/{link.id}").text


def test_a_comment_that_is_sent_twice_is_there_once(ada: Person, link: Link) -> None:
    """By a second click; what is typed into an old form, after going back, is another comment."""
    page = ada.get(f"/discuss/{link.id}")
    form = {"csrf_token": token_of(page), "once": hidden_value_of(page, "once")}
    places = [
        ada.browser.post(f"/discuss/{link.id}", form={**form, "text": text}).headers["location"]
        for text in ("Far out.", "Far out.", "Really.")
    ]
    assert places[0] == places[1] != places[2]
    assert "2 comments" in ada.get(f"/discuss/{link.id}").text


def test_deleting_a_comment_twice_is_harmless(ada: Person, link: Link) -> None:
    """The second click leads back to the discussion."""
    comment = comment_of(ada, link)
    page = ada.get(f"/comments/{comment}/delete")
    form = {"csrf_token": token_of(page), "next": hidden_value_of(page, "next")}
    for note in ("The comment is deleted", "This comment is gone already"):
        answer = ada.browser.post(f"/comments/{comment}/delete", form=form)
        assert answer.headers["location"] == f"/discuss/{link.id}"
        assert note in ada.get(answer.headers["location"]).text


def test_long_discussions_come_in_pages(ada: Person, link: Link) -> None:
    """The oldest first, each once."""
    for number in range(60):
        queries.insert_comment(ada.app.db_conn, ada.user, link.id, f"Number {number}.")
    first = ada.get(f"/discuss/{link.id}").text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = ada.get(following).text
    seen = re.findall(r"Number (\d+)\.", first + second)
    assert [int(number) for number in seen] == list(range(60))


def test_somebody_who_floods_a_discussion_is_slowed_down(ada: Person, link: Link) -> None:
    """So many in an hour; the answer says when to go on (RFC 6585)."""
    statuses = [ada.sends(f"/discuss/{link.id}", text=f"{n}.").status_code for n in range(40)]
    assert statuses[0] == 302
    assert statuses[-1] == 429


def test_saving_what_somebody_else_shows(ada: Person, person: People, link: Link) -> None:
    """Address, title and tags become one's own, private; a second time says that it is there."""
    grace = person("grace")
    assert "The whale" in grace.get(f"/save_link/{link.id}").text
    grace.sends(f"/save_link/{link.id}")
    (own,) = grace.links()
    assert (own.url, own.title, own.tags, own.is_public) == (link.url, "The whale", ["sea"], False)
    grace.sends(f"/save_link/{link.id}")
    assert "You have this already" in grace.get("/").text
    assert len(ada.links()) == 1


def test_strangers_come_back_to_what_they_wanted_to_say(stranger: TestClient, link: Link) -> None:
    """The log-in stands before everything that writes."""
    answer = stranger.get(f"/save_link/{link.id}")
    assert "/login?next=" in answer.headers["location"]
    assert sends(stranger, "/login", f"/discuss/{link.id}", text="x").status_code == 302
