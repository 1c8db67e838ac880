"""Public pages: what a user shows to everybody, and nothing else."""

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import Person
from brubeck.testing import TestClient
from listsurf.models import Link
from listsurf.queries import all_links
from weblinks.paging import PAGE_SIZE


def shows(person: Person, url: str, *, is_public: bool = True, **fields: object) -> str:
    """Save a link by the API; return its id."""
    sent = {"url": url, "is_public": is_public, **fields}
    answer = person.program().post("/api/links", json=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_everybody_sees_the_public_links_and_no_others(ada: Person, stranger: TestClient) -> None:
    """Address, title, description and tags of public links; nothing of private ones, no notes."""
    shows(ada, "https://example.com/p", title="Shown", description="Words", tags=["jazz"],
          notes="My own thoughts")  # fmt: skip
    shows(ada, "https://example.com/s", is_public=False, title="Hidden", tags=["secret"])
    page = stranger.get("/u/ada").text
    for text in ("Shown", "https://example.com/p", "Words", "jazz", "1 public link"):
        assert text in page
    for text in ("Hidden", "https://example.com/s", "secret", "My own thoughts", "/edit_item"):
        assert text not in page


def test_a_link_is_private_unless_its_owner_says_otherwise(
    ada: Person, stranger: TestClient
) -> None:
    """By the form, by the API, and in documents of an older program."""
    ada.saves("https://example.com/form", "By the form")
    ada.program().post("/api/links", json={"url": "https://example.com/api"})
    ada.app.db_conn.listitems.update_one({}, {"$unset": {"is_public": 1}})
    assert stranger.get("/u/ada").status_code == 404
    assert [link.is_public for link in links_of(ada)] == [False, False]


def links_of(person: Person) -> list[Link]:
    """Return a person's links as the program reads them."""
    return list(all_links(person.app.db_conn, person.user))


def test_who_shows_nothing_looks_like_nobody(ada: Person, stranger: TestClient) -> None:
    """The same 404, on the page and for its feed; the owner is told how to begin."""
    ada.saves("https://example.com/", "Mine")
    for path in ("/u/ada", "/u/nobody", "/u/ada/feed.atom", "/u/nobody/feed.atom"):
        page = stranger.get(path)
        assert page.status_code == 404
        assert "Nobody shows links here" in page.text
    page = ada.get("/u/ada")
    assert page.status_code == 200
    assert "Nothing is public yet" in page.text
    assert "Mine" not in page.text


def test_a_link_made_private_again_is_gone_from_the_page(ada: Person, stranger: TestClient) -> None:
    """At once, from the feed as well."""
    path = f"/api/links/{shows(ada, 'https://example.com/', title='Shown')}"
    shows(ada, "https://example.com/other", title="Other")
    assert "Shown" in stranger.get("/u/ada").text
    ada.program().request("PATCH", path, json={"is_public": False})
    assert "Shown" not in stranger.get("/u/ada").text
    assert "Shown" not in stranger.get("/u/ada/feed.atom").text


def test_the_feed_has_the_public_links(ada: Person, stranger: TestClient) -> None:
    """Atom, named by the page, with the address of this very site."""
    shows(ada, "https://example.com/p", title="Shown & <b>", notes="My own thoughts")
    shows(ada, "https://example.com/s", is_public=False, title="Hidden")
    assert 'href="/u/ada/feed.atom"' in stranger.get("/u/ada").text
    feed = stranger.get("/u/ada/feed.atom")
    assert feed.status_code == 200
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "https://example.com/p" in feed.text
    assert "Shown &amp; &lt;b&gt;" in feed.text
    assert "Hidden" not in feed.text
    assert "My own thoughts" not in feed.text


def test_a_tag_narrows_the_page(ada: Person, stranger: TestClient) -> None:
    """And says so; a tag that only private links have is none."""
    shows(ada, "https://example.com/1", title="Rondo", tags=["jazz"])
    shows(ada, "https://example.com/2", title="Other")
    shows(ada, "https://example.com/3", is_public=False, title="Hidden", tags=["secret"])
    page = stranger.get("/u/ada?tag=jazz").text
    assert "Rondo" in page
    assert "Other" not in page
    assert "No public link has the tag" in stranger.get("/u/ada?tag=secret").text


def test_pages_lead_to_the_oldest_public_link(ada: Person, stranger: TestClient) -> None:
    """Each once, with the tag kept on the way."""
    for number in range(PAGE_SIZE + 2):
        shows(ada, f"https://example.com/{number}", title=f"Number {number}", tags=["a"])
    visitor = Person.looking(ada.app)
    expected = [f"Number {number}" for number in range(PAGE_SIZE + 1, -1, -1)]
    assert visitor.titles("/u/ada") == expected
    assert visitor.titles("/u/ada?tag=a") == expected
    assert stranger.get("/u/ada?before=x").status_code == 400
    assert stranger.get(f"/u/ada?before=tYQ-{'0' * 24}").status_code == 400


@pytest.mark.parametrize("name", ["ADA", "Ada"])
def test_capitals_make_no_difference(name: str, ada: Person, stranger: TestClient) -> None:
    """As when logging in."""
    shows(ada, "https://example.com/", title="Shown")
    assert "Shown" in stranger.get(f"/u/{name}").text


@pytest.mark.parametrize(
    "name", ["login", "settings", "api", "static", "u", "feed.atom", "add_item", "a.b_c", "42"]
)
def test_no_name_is_the_address_of_another_page(
    name: str, person: People, stranger: TestClient
) -> None:
    """Public pages stand in a corner of their own, whatever people are called."""
    shows(person(name), "https://example.com/", title="Shown")
    assert "Shown" in stranger.get(f"/u/{name}").text
    assert "https://example.com/" in stranger.get(f"/u/{name}/feed.atom").text


def test_text_of_others_is_shown_as_text(ada: Person, stranger: TestClient) -> None:
    """A title, a description and a tag run no scripts (CWE-79), and links tell nothing of us."""
    evil = "<script>alert(1)</script>"
    shows(ada, "https://example.com/?<b>", title=evil, description=evil, tags=[evil])
    page = stranger.get("/u/ada").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'rel="noopener noreferrer nofollow ugc"' in page
