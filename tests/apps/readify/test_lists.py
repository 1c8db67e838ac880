"""Lists: which articles stand where, narrowed by words, tags and sites, in several orders."""

import html
import re

import pytest
from apps.readify.articlepages import SENTENCE
from apps.readify.conftest import People
from apps.readify.people import Person
from brubeck.testing import TestClient
from readify import queries
from readify.article import Article
from readify.models import Link
from readify.queries import Db


def read(db: Db, link: Link, text: str = SENTENCE, minutes: int = 1) -> None:
    """Give a link a text, as the fetch worker does."""
    article = Article(link.label, f"<p>{html.escape(text)}</p>", text, text[:100], minutes)
    queries.save_article(db, link, article)


def test_an_empty_list_says_what_to_do(ada: Person) -> None:
    """Whoever is new is told how to begin; each list says what goes there."""
    assert "Save the first page" in ada.get("/").text
    for path, words in (("/liked", "Like"), ("/archived", "Archive"), ("/bin", "delete")):
        assert words in ada.get(path).text


def test_each_list_shows_what_belongs_there(ada: Person) -> None:
    """Liked ones stand among the liked, archived or not; what is in the bin stands there alone."""
    links = {name: ada.has(f"https://{name}.example/", name) for name in ("a", "b", "c", "d")}
    ada.acts(like=[str(links["a"].id)])
    ada.acts(do="like", id=[str(links["b"].id)])
    ada.acts(do="archive", id=[str(links["b"].id), str(links["c"].id)])
    ada.acts(delete=str(links["d"].id))
    assert ada.titles("/") == ["a"]
    assert sorted(ada.titles("/liked")) == ["a", "b"]
    assert sorted(ada.titles("/archived")) == ["b", "c"]
    assert ada.titles("/bin") == ["d"]


def test_a_list_is_narrowed_by_tags_and_sites(ada: Person) -> None:
    """All tags of the address have to be there; a site shows what came from it."""
    ada.has("https://sea.example/1", "One", tags="sea whale")
    ada.has("https://sea.example/2", "Two", tags="sea")
    ada.has("https://hill.example/", "Three", tags="whale")
    assert ada.titles("/?tag=sea&tag=whale") == ["One"]
    assert ada.titles("/?site=sea.example") == ["Two", "One"]
    assert ada.titles("/?tag=whale&site=hill.example") == ["Three"]


def test_words_are_found_in_titles_texts_and_addresses(ada: Person, db: Db) -> None:
    """A word of the article is enough, in any case of its letters, with a phrase or without a tag."""
    whale, _ = ada.has("https://sea.example/", "A whale"), ada.has("https://hill.example/", "Hill")
    read(db, whale, "Far out, the Größte of them all was seen.")
    assert ada.titles("/?q=grösste") == ada.titles('/?q="was+seen"') == ["A whale"]
    assert ada.titles("/?q=hill.example") == ["Hill"]
    assert ada.titles("/?q=nothing+like+that") == []
    assert "No article like that" in ada.get("/?q=nothing").text


def test_a_search_that_cannot_be_made_says_why(ada: Person) -> None:
    """What was typed stays in its field."""
    ada.has("https://sea.example/", "A whale")
    page = ada.get(f"/?q={'x+' * 150}")
    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("newest", ["c", "b", "a"]),
        ("oldest", ["a", "b", "c"]),
        ("shortest", ["b", "c", "a"]),
        ("longest", ["a", "c", "b"]),
        ("nonsense", ["c", "b", "a"]),
    ],
)
def test_a_list_comes_in_several_orders(order: str, titles: list[str], ada: Person, db: Db) -> None:
    """By the time of saving, or by the minutes that reading takes."""
    for name, minutes in (("a", 30), ("b", 2), ("c", 7)):
        read(db, ada.has(f"https://{name}.example/", name), minutes=minutes)
    assert ada.titles(f"/?order={order}") == titles


def test_pages_of_a_long_list_miss_and_repeat_nothing(ada: Person) -> None:
    """Following "More articles" leads to each one once."""
    for number in range(30):
        ada.has(f"https://example.org/{number}", f"No {number}")
    assert ada.titles() == [f"No {number}" for number in reversed(range(30))]


def test_a_place_that_is_none_is_refused(ada: Person) -> None:
    """An address that somebody has changed by hand gets a sentence, not a crash."""
    for place in ("x", "1-1", "t--"):
        assert ada.get(f"/?before={place}").status_code == 400


def test_how_far_the_text_is_stands_beside_an_article(ada: Person, db: Db) -> None:
    """Being fetched, failed with a reason and a button, and there: then the title leads to it."""
    link = ada.has("https://sea.example/", "A whale")
    assert "is being fetched" in ada.get("/").text
    queries.fetch_failed(db, link, "The site answered with status 404.")
    page = ada.get("/").text
    assert "The site answered with status 404." in page
    assert f'formaction="/retry/{link.id}"' in page
    read(db, link, minutes=3)
    page = ada.get("/").text
    assert f'href="/read/{link.id}"' in page
    assert "3 min" in page


def test_titles_and_tags_cannot_break_the_page(ada: Person) -> None:
    """Whatever a page calls itself, it is text here (CWE-79)."""
    ada.has("https://sea.example/", '<script>alert("1")</script>')
    assert "<script>alert" not in ada.get("/").text
    assert ada.titles() == ['<script>alert("1")</script>']


def test_tags_and_sites_are_counted(ada: Person, person: People) -> None:
    """One's own alone, those in the bin aside."""
    ada.has("https://sea.example/1", "One", tags="sea whale")
    ada.has("https://sea.example/2", "Two", tags="sea")
    ada.acts(delete=str(ada.has("https://gone.example/", "Gone", tags="gone").id))
    person("grace").has("https://hill.example/", "Hill", tags="hill")
    tags, sites = ada.get("/tags").text, ada.get("/sites").text
    assert re.findall(r'href="/\?tag=(\w+)"', tags) == ["sea", "whale"]
    assert re.findall(r'href="/\?site=([\w.]+)"', sites) == ["sea.example"]
    assert "2 articles" in tags


@pytest.mark.parametrize("path", ["/", "/liked", "/archived", "/bin", "/tags", "/sites"])
def test_strangers_are_sent_to_the_log_in(path: str, stranger: TestClient) -> None:
    """And come back to where they wanted to go."""
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/login?next=")
