"""Lists as Atom feeds, behind secret addresses."""

import logging
import re
from xml.etree import ElementTree as ET

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import HOST, Person, hidden_value_of
from brubeck.testing import TestClient
from hypothesis import given
from hypothesis import strategies as st
from listsurf.models import Link
from listsurf.queries import Db
from weblinks.feeds import Feed, atom

ATOM = "{http://www.w3.org/2005/Atom}"


def address_of(person: Person, tag: str = "") -> str:
    """Make a feed, and return its path."""
    person.sends("/feeds", what=f"#{tag}" if tag else "all")
    return re.findall(r'href="(/feed/[\w-]+\.atom)"', person.get("/feeds").text)[-1]


def parsed(feed: str) -> ET.Element:
    """Return a feed of ours as its root element."""
    return ET.fromstring(feed)  # noqa: S314  we have written it ourselves


def titles_in(feed: str) -> list[str]:
    """Return the titles of a feed's entries."""
    return [entry.findtext(f"{ATOM}title", "") for entry in parsed(feed).iter(f"{ATOM}entry")]


def test_a_feed_reader_reads_the_list_without_logging_in(ada: Person, stranger: TestClient) -> None:
    """Newest first, private links included, notes left out."""
    ada.sends("/add_item", url="https://example.com/1", title="One", notes="secret note")
    ada.sends("/add_item", url="https://example.com/2", title="T & <b>", description="D", tags="x")
    answer = stranger.get(address_of(ada))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert titles_in(answer.text) == ["T & <b>", "One"]
    root = parsed(answer.text)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["alternate"] == f"http://{HOST}/"
    assert links["self"] == root.findtext(f"{ATOM}id")
    assert "secret note" not in answer.text


def test_a_tag_has_a_feed_of_its_own(ada: Person, stranger: TestClient) -> None:
    """With the links of that tag; it goes on under the tag's new name."""
    ada.sends("/add_item", url="https://example.com/1", title="One", tags="sea")
    ada.sends("/add_item", url="https://example.com/2", title="Two")
    path = address_of(ada, "sea")
    assert titles_in(stranger.get(path).text) == ["One"]
    ada.sends("/tags/rename?tag=sea", tag="sea", name="ocean")
    assert titles_in(stranger.get(path).text) == ["One"]


def test_a_closed_address_is_closed_for_good(ada: Person, stranger: TestClient) -> None:
    """404 from then on; a new feed has another address."""
    path = address_of(ada)
    secret = hidden_value_of(ada.get("/feeds"), "secret")
    ada.sends("/feeds", what="all")
    assert address_of(ada) == path, "asking twice for the same feed makes one"
    ada.browser.post("/feeds/close", form=form_of(ada, secret))
    assert stranger.get(path).status_code == 404
    assert address_of(ada) != path
    assert ada.browser.post("/feeds/close", form=form_of(ada, secret)).status_code == 404


def test_the_secret_stays_between_the_site_and_its_reader(
    ada: Person, stranger: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No shared cache keeps the list, no search engine finds it, no log has its address (CWE-532)."""
    path = address_of(ada)
    with caplog.at_level(logging.INFO, "brubeck.access"):
        answer = stranger.get(path)
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "GET /feed/....atom" in caplog.text
    assert path not in caplog.text


def form_of(person: Person, secret: str) -> dict[str, str]:
    """Return the form of the button Close."""
    return {"csrf_token": hidden_value_of(person.get("/feeds"), "csrf_token"), "secret": secret}


def test_nobody_closes_the_feed_of_somebody_else(
    ada: Person, person: People, stranger: TestClient
) -> None:
    """Even who knows its address cannot (CWE-639)."""
    path = address_of(ada)
    secret = hidden_value_of(ada.get("/feeds"), "secret")
    assert (
        person("grace").browser.post("/feeds/close", form=form_of(ada, secret)).status_code == 403
    )
    grace = person("linus")
    assert grace.browser.post("/feeds/close", form=form_of(grace, secret)).status_code == 404
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize("secret", ["x", "0" * 32, "%00", "{$ne:1}"])
def test_a_guess_leads_nowhere(secret: str, stranger: TestClient) -> None:
    """404, whatever it looks like."""
    assert stranger.get(f"/feed/{secret}.atom").status_code == 404


def test_reading_a_feed_changes_nothing(ada: Person, stranger: TestClient, db: Db) -> None:
    """Not even who has read it last."""
    path = address_of(ada)
    before = {name: list(db[name].find()) for name in db.list_collection_names()}
    stranger.get(path)
    assert before == {name: list(db[name].find()) for name in db.list_collection_names()}


def test_an_empty_list_is_a_feed_all_the_same(ada: Person, stranger: TestClient) -> None:
    """Feed readers want a date even then."""
    root = parsed(stranger.get(address_of(ada)).text)
    assert root.findtext(f"{ATOM}updated", "").endswith("Z")
    assert not root.findall(f"{ATOM}entry")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_whatever_a_title_holds_the_feed_is_xml(title: str, description: str) -> None:
    """No sign ends an element, and none is one that XML forbids."""
    link = Link(owner="0" * 24, url="https://example.com/", title=title, description=description)
    links = [link.tags.append(title) or link]
    feed = Feed(title, "https://example.com/", "https://example.com/f", links, "Listsurf", "ada")
    parsed(atom(feed))
