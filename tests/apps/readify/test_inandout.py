"""Files in and out: nothing is lost on the way, and nobody waits for it."""

import csv
import io
import json
import re
import time
import zipfile

import lxml.etree
import pytest
from apps.readify.articlepages import html_page, paragraphs
from apps.readify.conftest import People
from apps.readify.people import Person
from apps.shared.bookmarks.test_other_services import OMNIVORE, POCKET
from brubeck.testing import TestClient
from gevent import sleep
from listsurf.handlers.exports import FORMATS as LISTSURF_FORMATS
from listsurf.models import Link as ListsurfLink
from readify import queries
from readify.extraction import extract
from readify.handlers import exports

ATOM = "{http://www.w3.org/2005/Atom}"
PATIENCE = 20.0  # seconds


def imports(person: Person, content: str, name: str = "file.csv", **form: str) -> str:
    """Send a file; wait until it is imported, and return the page that says so."""
    answer = person.browser.post(
        "/import",
        form={"csrf_token": token(person), **form},
        files={"file": (name, content.encode(), "text/plain")},
    )
    assert answer.status_code == 302, answer.text
    deadline = time.monotonic() + PATIENCE
    while "refresh" in (page := person.get(answer.headers["location"]).text):
        assert time.monotonic() < deadline
        sleep(0.02)
    return page


def token(person: Person) -> str:
    """Return the token of the import form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', person.get("/import").text)
    assert found
    return found[1]


def test_pocket_comes_along(ada: Person) -> None:
    """What was read there is in the archive here; what could not be read is told."""
    page = imports(ada, POCKET, fetch="yes")
    assert "3 links are new" in page
    assert "Left out" in page
    assert ada.titles("/") == ["A whale", "Hill, and dale"]
    assert len(ada.links("archived")) == 1
    assert {link.fetch_state for link in ada.links()} == {"waiting"}


def test_omnivore_comes_along_without_texts_where_nobody_wants_them(ada: Person) -> None:
    """Then each article offers to fetch its own."""
    imports(ada, json.dumps(OMNIVORE), "metadata.json")
    assert {link.fetch_state for link in ada.links()} == {""}
    assert "Fetch it" in ada.get("/").text


@pytest.mark.parametrize("kind", sorted(LISTSURF_FORMATS))
def test_listsurf_comes_along(kind: str, ada: Person) -> None:
    """Each file that it writes: address, title, tags and time, whatever signs they have."""
    saved = ListsurfLink(
        owner=ada.user.id,
        username="ada",
        url="https://example.org/?a=1&b=2",
        title='鯨 "whale", <big>',
        tags=["sea", "日本語"],
        created_at=1_300_000_000_000,
    )
    imports(ada, "".join(LISTSURF_FORMATS[kind].write([saved])), f"listsurf.{kind}")
    (copy,) = ada.links()
    assert (copy.url, copy.title, copy.tags) == (saved.url, saved.title, saved.tags)
    assert copy.created_at == saved.created_at


def test_a_second_import_changes_nothing(ada: Person) -> None:
    """What one has already stays as it is."""
    imports(ada, POCKET)
    ada.acts(like=str(ada.links("unread")[0].id))
    before = [link.to_python() for link in ada.links()]
    assert "3 you had already" in imports(ada, POCKET)
    assert [link.to_python() for link in ada.links()] == before


def test_many_links_come_in_parts(ada: Person) -> None:
    """More than one part holds; each of them is there once, and programs hear of each."""
    lines = "\n".join(f"https://example.org/{number}" for number in range(250))
    imports(ada, f"url\n{lines}\n")
    links = ada.links()
    assert len(links) == 250
    assert len({link.change for link in links}) == 250


def test_imported_pages_do_not_keep_others_waiting(ada: Person, person: People) -> None:
    """What somebody saves while a large file comes in is fetched first."""
    imports(ada, POCKET, fetch="yes")
    link = person("grace").has("https://example.org/mine")
    first = queries.next_to_fetch(ada.app.db_conn)
    assert first
    assert first.id == link.id


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "empty"), ("a,b\n1,2", "no column"), ("[1", "no JSON"), ("{}", "no list")],
)
def test_a_file_that_cannot_be_read_says_why(content: str, reason: str, ada: Person) -> None:
    """At once, beside the field."""
    page = ada.browser.post(
        "/import",
        form={"csrf_token": token(ada)},
        files={"file": ("f", content.encode(), "text/plain")},
    )
    assert page.status_code == 400
    assert reason in page.text


def test_what_the_file_calls_public_stays_private_unless_wished(ada: Person) -> None:
    """Nobody publishes a file by accident."""
    table = "url,is_public\nhttps://example.org/1,yes\n"
    imports(ada, table)
    imports(ada, table.replace("/1", "/2"), keep_public="yes")
    assert [link.is_public for link in ada.links()] == [True, False]


@pytest.mark.parametrize("kind", ["json", "csv", "html"])
def test_what_is_exported_can_be_imported_by_somebody_else(
    kind: str, ada: Person, person: People
) -> None:
    """Address, title, tags and times; JSON and CSV also know what is liked and archived."""
    link = ada.has("https://example.org/?a=1&b=2", 'A "whale", <big>', tags="sea deep")
    ada.acts(do="like", id=str(link.id))
    ada.acts(do="archive", id=str(link.id))
    ada.acts(delete=str(ada.has("https://example.org/gone", "Gone").id))
    answer = ada.get(f"/export/readify.{kind}")
    assert f'filename="readify.{kind}"' in answer.headers["content-disposition"]
    grace = person("grace")
    imports(grace, answer.text, f"readify.{kind}")
    (copy,) = grace.links()
    assert (copy.url, copy.title, sorted(copy.tags)) == (link.url, link.title, ["deep", "sea"])
    assert abs(copy.created_at - link.created_at) < 1000
    if kind != "html":
        assert (copy.liked, copy.archived) == (True, True)


def test_no_cell_of_a_table_is_a_formula(ada: Person) -> None:
    """A page chooses its own title (CWE-1236)."""
    ada.has("https://example.org/", "=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(ada.get("/export/readify.csv").text)))
    assert rows[1][1] == "'=HYPERLINK(1)"


def test_unread_articles_are_bound_into_a_book(ada: Person) -> None:
    """Those that have a text; the archive stays at home."""
    db = ada.app.db_conn
    for name in ("whale", "shark", "squid"):
        link = ada.has(f"https://{name}.example/", name)
        queries.save_article(db, link, extract(html_page(paragraphs(2), title=name)))
    ada.has("https://waiting.example/", "waiting")
    (whale,) = [link for link in ada.links() if link.label == "whale"]
    ada.acts(archive=str(whale.id))
    answer = ada.get("/export/readify.epub")
    assert answer.headers["content-type"] == "application/epub+zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        contents = book.read("EPUB/toc.xhtml").decode()
    assert [name in contents for name in ("whale", "shark", "squid", "waiting")] == [
        False,
        True,
        True,
        False,
    ]


def feed_of(person: Person, what: str) -> str:
    """Make a feed; return its path."""
    person.sends("/feeds", what=what)
    return re.findall(r'href="(/feed/[\w-]+\.atom)"', person.get("/feeds").text)[-1]


def test_a_feed_shows_a_list_to_whoever_knows_its_address(
    ada: Person, stranger: TestClient
) -> None:
    """Complete and valid, for no cache and no search engine."""
    link = ada.has("https://example.org/?a&b", "A <whale>\x07", tags="sea")
    ada.has("https://example.org/other", "Other")
    answer = stranger.get(feed_of(ada, "#sea"))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    (entry,) = lxml.etree.fromstring(answer.body).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "A <whale>"
    assert entry.findtext(f"{ATOM}id") == f"urn:readify:{link.id}"


def test_each_list_has_a_feed_of_its_own(ada: Person, stranger: TestClient) -> None:
    """Unread, liked, archived."""
    link = ada.has("https://example.org/", "A whale")
    paths = {what: feed_of(ada, what) for what in ("unread", "liked", "archived")}
    ada.acts(archive=str(link.id))
    entries = {what: stranger.get(path).text.count("<entry>") for what, path in paths.items()}
    assert entries == {"unread": 0, "liked": 0, "archived": 1}


def test_a_closed_feed_is_gone(ada: Person, person: People, stranger: TestClient) -> None:
    """Its owner closes it, nobody else; a guess leads nowhere."""
    path = feed_of(ada, "unread")
    secret = path.removeprefix("/feed/").removesuffix(".atom")
    grace = person("grace")
    assert grace.sends("/feeds", "/feeds/close", secret=secret).status_code == 404
    ada.sends("/feeds", "/feeds/close", secret=secret)
    assert stranger.get(path).status_code == 404
    assert ada.sends("/feeds", what="everything").status_code == 400


def test_a_book_ends_where_it_would_become_too_long(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever saves very long articles cannot fill the memory of everybody's site."""
    monkeypatch.setattr(exports, "LONGEST_BOOK", 5000)
    for name in ("whale", "shark", "squid"):
        link = ada.has(f"https://{name}.example/", name)
        article = extract(html_page(paragraphs(5), title=name))
        queries.save_article(ada.app.db_conn, link, article)
    with zipfile.ZipFile(io.BytesIO(ada.get("/export/readify.epub").body)) as book:
        pages = [name for name in book.namelist() if name.startswith("EPUB/page")]
    assert len(pages) == 2
