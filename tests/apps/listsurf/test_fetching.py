"""Titles and descriptions that are fetched in the background."""

import html
import socket
import time
from collections.abc import Iterator

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import Person, token_of
from apps.shared.pagefetch.sites import Site, page, running
from chores import Chores
from gevent import sleep
from listsurf.app import Listsurf, create_app
from listsurf.queries import Db, all_links, fetch_succeeded, update_link
from listsurf.settings import Settings

PATIENCE = 30.0  # seconds


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings by which pages of this machine are fetched."""
    return Settings(
        transport="wsgi", mongo_url=mongo_url, database=database, fetch_allowed=("127.0.0.1",)
    )


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a site on this machine."""
    with running(Site()) as site:
        yield site


def waits_until_fetched(db: Db) -> None:
    """Wait until no link waits for its page any more."""
    deadline = time.monotonic() + PATIENCE
    while db.listitems.find_one({"fetch_state": "waiting"}):
        assert time.monotonic() < deadline
        sleep(0.02)


def test_a_link_gets_the_title_and_the_description_of_its_page(
    ada: Person, site: Site, db: Db
) -> None:
    """Both are found by the search then; the link keeps its place in the list."""
    site.answers["/"] = page(
        "<title>Große\n Wellen &amp; mehr</title><meta name=description content=Surfen>".encode()
    )
    ada.saves(site.address())
    ada.saves("https://example.invalid/", "Later")
    waits_until_fetched(db)
    assert ada.titles() == ["Later", "Große Wellen & mehr"]
    found = ada.get("/", query={"q": "surfen grosse"}).text
    assert "Große Wellen &amp; mehr" in found


def test_what_was_typed_stays(ada: Person, site: Site, db: Db) -> None:
    """Only what is empty is filled in."""
    site.answers["/"] = page(b"<title>Theirs</title><meta name=description content=Theirs>")
    ada.saves(site.address(), "Mine")
    waits_until_fetched(db)
    (link,) = all_links(db, ada.user)
    assert (link.title, link.description) == ("Mine", "Theirs")


def test_a_page_that_fails_is_shown_and_can_be_tried_again(ada: Person, site: Site, db: Db) -> None:
    """The link is kept, the reason stands beside it, and a button has it fetched once more."""
    site.answers["/"] = page(b"", status="503 Busy")
    ada.saves(site.address())
    waits_until_fetched(db)
    shown = ada.get("/")
    assert "status 503" in shown.text
    (link,) = all_links(db, ada.user)
    site.answers["/"] = page(b"<title>There now</title>")
    form = {"csrf_token": token_of(shown), "next": "/?q=x"}
    answer = ada.browser.post(f"/retry/{link.id}", form=form)
    assert answer.headers["location"] == "/?q=x"
    waits_until_fetched(db)
    assert ada.titles() == ["There now"]
    assert "status 503" not in ada.get("/").text


def test_pages_of_this_network_are_not_fetched(ada: Person, db: Db, site: Site) -> None:
    """Only what the settings name is; everything else of this machine is refused (CWE-918)."""
    ada.saves(site.address().replace("127.0.0.1", "127.0.0.2"))
    waits_until_fetched(db)
    assert "not on the public internet" in ada.get("/").text
    assert site.requests == []


def test_titles_are_text(ada: Person, site: Site, db: Db) -> None:
    """A page cannot put its own HTML, or signs that nobody sees, into the list (CWE-79)."""
    site.answers["/"] = page("<title>&lt;img src=x&gt;\u202e&#8238;x</title>".encode())
    ada.saves(site.address())
    waits_until_fetched(db)
    assert ada.titles() == ["<img src=x>x"]


def test_long_titles_are_cut(ada: Person, site: Site, db: Db) -> None:
    """The link can still be edited: nothing is longer than the form allows."""
    site.answers["/"] = page(
        b"<title>" + b"t" * 5000 + b"</title><meta name=description content='" + b"d" * 1900 + b"'>"
    )
    ada.saves(site.address())
    waits_until_fetched(db)
    (link,) = all_links(db, ada.user)
    assert (len(link.title or ""), len(link.description or "")) == (300, 1000)


def test_a_link_that_waited_over_a_restart_is_fetched(
    ada: Person, site: Site, db: Db, app: Listsurf, settings: Settings
) -> None:
    """The queue is the database."""
    site.answers["/"] = page(b"<title>Still here</title>")
    app.fetcher.stop()
    ada.saves(site.address())
    assert "Its title is being fetched." in ada.get("/").text
    other = create_app(settings)
    other.fetcher.start()
    waits_until_fetched(db)
    other.fetcher.stop()
    other.db_conn.client.close()
    assert ada.titles() == ["Still here"]


def test_an_edit_during_the_fetch_wins(ada: Person, db: Db, app: Listsurf) -> None:
    """A title that arrives for another address, or after one was typed, is dropped."""
    app.fetcher.stop()
    ada.saves("https://example.com/a")
    (link,) = all_links(db, ada.user)
    link.title = "Typed"
    update_link(db, ada.user, link)
    fetch_succeeded(db, link.id, "https://example.com/a", "Fetched", "About")
    fetch_succeeded(db, link.id, "https://example.com/other", "Wrong", "Wrong")
    (link,) = all_links(db, ada.user)
    assert (link.title, link.description, link.fetch_state) == ("Typed", "About", "")


def test_a_server_that_never_answers_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, ada: Person, site: Site, db: Db
) -> None:
    """One page hangs; the next one is fetched all the same."""
    monkeypatch.setattr(Chores, "grace", 0.05)  # the one that hangs need not be waited for

    def hang(client: socket.socket) -> None:
        client.recv(1)

    site.answers |= {"/slow": hang, "/": page(b"<title>Quick</title>")}
    ada.saves(site.address("/slow"))
    ada.saves(site.address("/"))
    deadline = time.monotonic() + PATIENCE
    while "Quick" not in ada.titles():
        assert time.monotonic() < deadline
        sleep(0.02)
    assert db.listitems.count_documents({"fetch_state": "waiting"}) == 1


def test_nobody_tries_again_for_others(ada: Person, person: People, db: Db) -> None:
    """The link of somebody else is not found (CWE-639)."""
    ada.saves("https://nowhere.invalid/")
    waits_until_fetched(db)
    (link,) = all_links(db, ada.user)
    grace = person("grace")
    form = {"csrf_token": token_of(grace.get("/add_item"))}
    assert grace.browser.post(f"/retry/{link.id}", form=form).status_code == 404
    assert "no host of this name" in html.unescape(ada.get("/").text)
