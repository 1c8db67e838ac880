"""Tags: typing them, counting them, renaming, merging and deleting them."""

import html

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import TITLES, Person, value_of
from hypothesis import given
from hypothesis import strategies as st
from listsurf.queries import Db, list_tags
from weblinks.tagnames import MOST_TAGS, TAG_LENGTH, clean_tag, split_tags


def tagged(person: Person, url: str, tags: str) -> str:
    """Save a link with tags, and return its id."""
    person.sends("/add_item", url=url, title=url.rpartition("/")[2], tags=tags)
    return str(person.links()[0]["id"])


def tags_of(person: Person, db: Db) -> dict[str, list[str]]:
    """Return the tags of each link, by title."""
    return {item["title"]: item["tags"] for item in db.listitems.find({"owner": person.user.id})}


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("sea, sport", ["sea", "sport"]),
        ("  Sea sea,,SEA  ", ["sea"]),
        ("#to-do, #später", ["to-do", "später"]),
        ("c++ .net", ["c++", ".net"]),
        ("日本 Ünï", ["日本", "ünï"]),
        ('"quoted" <b> -', ["quoted", "b"]),
        ("\u202eevil", ["evil"]),
        ("", []),
    ],
)
def test_tags_are_typed_with_blanks_or_commas(typed: str, tags: list[str]) -> None:
    """Each is one word in small letters, once."""
    assert split_tags(typed) == tags


@given(st.text(max_size=80))
def test_a_tag_is_the_same_when_it_is_typed_again(text: str) -> None:
    """What was made of a text is one word, and is found by itself."""
    tag = clean_tag(text)
    assert clean_tag(tag) == tag
    assert split_tags(tag) == ([tag] if tag else [])
    assert len(tag) <= TAG_LENGTH


def test_tags_come_back_into_the_form(ada: Person) -> None:
    """As they are typed: with blanks between them."""
    link = tagged(ada, "https://example.com/a", "b, a")
    assert value_of(ada.get(f"/edit_item/{link}"), "tags") == "b a"


def test_a_link_has_a_limited_number_of_tags(ada: Person) -> None:
    """One more is refused, and all of them are still in the field."""
    tags = " ".join(f"t{number}" for number in range(MOST_TAGS + 1))
    answer = ada.sends("/add_item", url="https://example.com/", tags=tags)
    assert answer.status_code == 400
    assert value_of(answer, "tags") == tags


def test_all_tags_are_listed_with_their_counts(ada: Person, person: People) -> None:
    """In the order of the alphabet, each leading to its links; those of others are not there."""
    tagged(ada, "https://example.com/1", "b a")
    tagged(ada, "https://example.com/2", "a ü/x")
    tagged(person("grace"), "https://example.com/3", "secret")
    page = ada.get("/tags").text
    assert page.index('href="/?tag=a"') < page.index('href="/?tag=b"')
    assert "2 links" in page
    assert "secret" not in page
    assert TITLES.findall(ada.get("/?tag=%C3%BC-x").text) == ["2"]
    assert "No tags yet" in person("linus").get("/tags").text


def test_a_tag_is_renamed_everywhere(ada: Person, db: Db) -> None:
    """On every link that has it, and on none of anybody else; the order of the list stays."""
    tagged(ada, "https://example.com/1", "old other")
    tagged(ada, "https://example.com/2", "other")
    answer = ada.sends("/tags/rename?tag=old", tag="old", name="New One")
    assert answer.headers["location"] == "/tags"
    assert "#old is #new-one now: 1 link." in ada.get("/tags").text
    assert tags_of(ada, db) == {"1": ["other", "new-one"], "2": ["other"]}
    assert ada.titles() == ["2", "1"]


def test_two_tags_become_one(ada: Person, db: Db) -> None:
    """A link that had both has the one, once; doing it again does no harm."""
    tagged(ada, "https://example.com/1", "old new")
    tagged(ada, "https://example.com/2", "old")
    ada.sends("/tags/rename?tag=old", tag="old", name="new")
    assert tags_of(ada, db) == {"1": ["new"], "2": ["new"]}
    ada.sends("/tags/rename?tag=new", tag="new", name="NEW")
    assert list_tags(db, ada.user) == [("new", 2)]


def test_a_tag_without_a_name_is_refused(ada: Person, db: Db) -> None:
    """400, beside the field; nothing is changed."""
    tagged(ada, "https://example.com/1", "old")
    answer = ada.sends("/tags/rename?tag=old", tag="old", name=" # ")
    assert answer.status_code == 400
    assert 'id="name-error"' in answer.text
    assert tags_of(ada, db) == {"1": ["old"]}


def test_deleting_a_tag_keeps_its_links(ada: Person, person: People, db: Db) -> None:
    """They are only without it; the same tag of somebody else stays."""
    grace = person("grace")
    tagged(ada, "https://example.com/1", "old other")
    tagged(grace, "https://example.com/1", "old")
    assert "taken from 1 link" in ada.get("/tags/delete?tag=old").text
    ada.sends("/tags/delete?tag=old", tag="old")
    assert tags_of(ada, db) == {"1": ["other"]}
    assert tags_of(grace, db) == {"1": ["old"]}


@pytest.mark.parametrize("path", ["/tags/rename", "/tags/delete"])
@pytest.mark.parametrize("tag", ["", "?tag=nobodys", "?tag=%23"])
def test_a_tag_that_no_link_has_is_not_found(path: str, tag: str, ada: Person) -> None:
    """404 with the way to the list of tags; a second click on Delete comes here, too."""
    answer = ada.get(path + tag)
    assert answer.status_code == 404
    assert "None of your links has this tag" in html.unescape(answer.text)
