"""What is typed into the search field, and what is found."""

import re
from typing import Any

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import NEXT, TITLES, Person
from hypothesis import given
from hypothesis import strategies as st
from listsurf.indexing import indexed
from listsurf.models import Link
from listsurf.queries import Db, list_links
from listsurf.wanted import Wanted
from weblinks.search import LONGEST, MOST_TERMS, BadSearchError, Search, Tag, Words, parse
from weblinks.words import as_phrase, fold, words_of

PIECES = st.sampled_from(
    [
        "wave",
        '"wave surf"',
        "#sea",
        "-wave",
        "-#sea",
        '-"wave surf"',
        "or",
        "OR",
        "surf",
        "日本",
        "a-b",
    ]
)
OPERATORS = {"$and", "$or", "$all", "$ne", "$not", "$regex"}
FIELDS = {"words", "text", "tags"}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", ()),
        ("wave", ((Words(("wave",)),),)),
        ("Big WAVE", ((Words(("big",)), Words(("wave",))),)),
        ('"Big wave"', ((Words(("big", "wave")),),)),
        ('"never closed', ((Words(("never", "closed")),),)),
        ("-wave", ((Words(("wave",), is_wanted=False),),)),
        ('-"big wave"', ((Words(("big", "wave"), is_wanted=False),),)),
        ("#Sea", ((Tag("sea"),),)),
        ("-#sea", ((Tag("sea", is_wanted=False),),)),
        ("a or b", ((Words(("a",)),), (Words(("b",)),))),
        ("or a OR or b or", ((Words(("a",)),), (Words(("b",)),))),
        ('"or"', ((Words(("or",)),),)),
        ("e-mail", ((Words(("e", "mail")),),)),
        ("東京", ((Words(("東", "京")),),)),
        ("Crème", ((Words(("creme",)),),)),
        ("wave & - # !", ((Words(("wave",)),),)),
    ],
)
def test_a_search_says_what_it_means(text: str, groups: Any) -> None:
    """Words, phrases, tags, what is not wanted, and alternatives."""
    assert parse(text) == Search(groups)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * (LONGEST + 1), "too long"),
        ("a " * (MOST_TERMS + 1), "too many words"),
        ("&", "no word"),
        ("or", "no word"),
        ('""', "no word"),
    ],
)
def test_a_search_that_cannot_be_made_is_explained(text: str, reason: str, ada: Person) -> None:
    """400, the reason beside the field, and what was typed is still there."""
    ada.saves("https://example.com/", "Here")
    answer = ada.get("/", query={"q": text})
    assert answer.status_code == 400
    assert reason in answer.text
    assert 'id="q-error"' in answer.text


@given(st.text(max_size=LONGEST))
def test_whatever_is_typed_never_becomes_an_operator_or_a_field(text: str) -> None:
    """The condition is made of our own names; what was typed is found in values only (CWE-943)."""
    try:
        condition = parse(text).filter()
    except BadSearchError:
        return
    for name in keys_of(condition):
        assert name in OPERATORS | FIELDS


def keys_of(condition: object) -> list[str]:
    """Return all names in a condition."""
    if isinstance(condition, dict):
        return [*condition, *(name for value in condition.values() for name in keys_of(value))]
    if isinstance(condition, list):
        return [name for value in condition for name in keys_of(value)]
    return []


@given(st.lists(PIECES, max_size=6), st.lists(st.sampled_from(["wave", "surf", "a", "b", "日本"])))
def test_a_search_means_the_same_to_people_and_to_the_database(
    pieces: list[str], title: list[str]
) -> None:
    """A plain reading of the terms agrees with the condition, on any title."""
    try:
        search = parse(" ".join(pieces))
    except BadSearchError:
        return
    link = Link(url="https://example.com/", title=" ".join(title), tags=["sea"][: len(title) % 2])
    found = any(all(meets(link, term) for term in group) for group in search.groups)
    assert matches(search.filter(), indexed(link) | {"tags": link.tags}) == (
        found or not search.groups
    )


def meets(link: Link, term: Words | Tag) -> bool:
    """Say whether a link has what a term wants, going by what it shows."""
    if isinstance(term, Tag):
        return (term.tag in link.tags) == term.is_wanted
    texts = [as_phrase(words_of(text or "")) for text in (link.title, link.url)]
    return any(as_phrase(list(term.words)) in text for text in texts) == term.is_wanted


def matches(condition: dict[str, Any], document: dict[str, Any]) -> bool:
    """Judge a document as MongoDB does, for the few operators that there are."""
    return all(holds(name, wanted, document) for name, wanted in condition.items())


def holds(name: str, wanted: Any, document: dict[str, Any]) -> bool:
    """Judge one part of a condition."""
    if name == "$and":
        return all(matches(part, document) for part in wanted)
    if name == "$or":
        return any(matches(part, document) for part in wanted)
    value = document[name]
    if not isinstance(wanted, dict):
        return wanted in value
    if "$regex" in wanted:
        return bool(re.search(wanted["$regex"], value))
    if "$not" in wanted:
        return not re.search(wanted["$not"]["$regex"], value)
    return wanted["$ne"] not in value if "$ne" in wanted else set(wanted["$all"]) <= set(value)


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """What is stored and what is looked for meet in one form."""
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert fold(fold(text)) == fold(text)


@pytest.fixture
def surfer(ada: Person) -> Person:
    """Give somebody with a few links."""
    for url, title, tags, notes in (
        ("https://waves.example/big", "The Big Wave", "sea sport", ""),
        ("https://example.com/tea", "Crème brûlée & tea", "food", "A *wave* of sugar"),
        ("https://example.com/东京", "東京 guide", "travel sea", "wave: big"),
        ("https://example.com/none", "", "", ""),
    ):
        ada.sends("/add_item", url=url, title=title, tags=tags, notes=notes)
    return ada


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("wave", ["The Big Wave", "Crème brûlée & tea", "東京 guide"]),
        ("WAVE big", ["The Big Wave", "東京 guide"]),
        ('"big wave"', ["The Big Wave"]),
        ("wave -big", ["Crème brûlée & tea"]),
        ("creme", ["Crème brûlée & tea"]),
        ("BRÛLÉE", ["Crème brûlée & tea"]),
        ("#sea", ["The Big Wave", "東京 guide"]),
        ("#sea -#sport", ["東京 guide"]),
        ("#food or #sport", ["The Big Wave", "Crème brûlée & tea"]),
        ("京", ["東京 guide"]),
        ("waves.example", ["The Big Wave"]),
        ("wav", []),
        ("-wave -guide", ["example.com"]),
        ("$where", []),
        (".*", None),
    ],
)
def test_links_are_found_by_what_they_say(
    text: str, titles: list[str] | None, surfer: Person
) -> None:
    """In title, description, notes and address; capitals and accents make no difference."""
    answer = surfer.get("/", query={"q": text})
    if titles is None:
        assert answer.status_code == 400
    else:
        assert sorted(TITLES.findall(answer.text.replace("&amp;", "&"))) == sorted(titles)


def test_several_tags_have_to_be_there_together(surfer: Person) -> None:
    """Each tag narrows the list, each can be taken away again; the search stays."""
    page = surfer.get("/", query=[("tag", "sea"), ("tag", "Sport"), ("q", "wave")])
    assert TITLES.findall(page.text) == ["The Big Wave"]
    assert 'href="/?q=wave&amp;tag=sport"' in page.text
    assert "1 link" in page.text
    nothing = surfer.get("/", query=[("tag", "sea"), ("tag", "food")])
    assert "No link like that" in nothing.text


def test_lists_have_three_orders(surfer: Person, db: Db) -> None:
    """By last change, by time of saving, by title without regard to accents; nonsense is the first."""
    change = surfer.links()[-1]["id"]
    surfer.sends(f"/edit_item/{change}", url="https://waves.example/big", title="Ärger")
    orders = {order: surfer.titles(f"/?order={order}") for order in ("", "added", "title", "$x")}
    assert orders[""] == ["Ärger", "example.com", "東京 guide", "Crème brûlée & tea"]
    assert orders["added"] == ["example.com", "東京 guide", "Crème brûlée & tea", "Ärger"]
    assert orders["title"] == ["Ärger", "Crème brûlée & tea", "example.com", "東京 guide"]
    assert orders["$x"] == orders[""]


@pytest.mark.parametrize("order", ["changed", "added", "title"])
def test_every_order_is_walked_without_gaps(order: str, ada: Person, db: Db) -> None:
    """Each link comes once, also among equal titles and times; a search is walked the same way."""
    for number in range(60):
        link = Link(
            owner=ada.user.id, username="ada", url=f"https://example.com/{number}",
            title=f"Same {number % 2}", created_at=number // 9, updated_at=number // 7,
        )  # fmt: skip
        db.listitems.insert_one(link.to_python() | indexed(link))
    for text in ("", "same"):
        wanted, place, seen = Wanted.parse(text, order=order), None, []
        while True:
            page = list_links(db, ada.user, place, 7, wanted)
            seen += [link.url for link in page.links]
            place = page.next
            if place is None:
                break
        assert len(seen) == len(set(seen)) == 60


def test_a_place_of_another_order_is_explained(ada: Person, db: Db) -> None:
    """A title is no time: 400, and the way back."""
    for number in range(30):
        ada.saves(f"https://example.com/{number}", f"T{number}")
    following = NEXT.search(ada.get("/?order=title").text)
    assert following
    answer = ada.get(following[1].replace("&amp;", "&").replace("order=title", "order=added"))
    assert answer.status_code == 400
    assert "Start again" in answer.text


def test_nobody_finds_what_others_have(surfer: Person, person: People) -> None:
    """The owner is part of every search."""
    grace = person("grace")
    for query in ("wave", "-nothing", "#sea or wave"):
        assert TITLES.findall(grace.get("/", query={"q": query}).text) == []
