"""The reader: an article in peace, as one likes it, where one stopped."""

import re

import pytest
from apps.readify.articlepages import html_page, paragraphs
from apps.readify.conftest import People
from apps.readify.people import Person, token_of
from brubeck.testing import TestClient
from readify import queries
from readify.extraction import extract
from readify.models import Link


@pytest.fixture
def link(ada: Person) -> Link:
    """Give a long article of Ada's that can be read."""
    link = ada.has("https://example.org/whale", "The whale", tags="sea")
    queries.save_article(ada.app.db_conn, link, extract(html_page(paragraphs(40), lang="de")))
    return ada.now(link)


def test_an_article_is_read_here(ada: Person, link: Link) -> None:
    """All of it, with its language, its minutes, and the way to the original page."""
    page = ada.get(f"/read/{link.id}").text
    assert page.count("The whale was seen again") == 200
    assert 'lang="de"' in page
    assert f"{link.reading_minutes} min to read" in page
    assert 'href="https://example.org/whale" rel="noopener noreferrer nofollow ugc"' in page


def test_a_place_is_remembered(ada: Person, link: Link) -> None:
    """Sent by a script or by a button between the paragraphs, it is the place to go on from."""
    answer = ada.sends(f"/read/{link.id}", f"/read/{link.id}/place", place="0.5")
    assert answer.headers["location"] == f"/read/{link.id}"
    page = ada.get(f"/read/{link.id}").text
    assert 'data-place="0.5"' in page
    (part,) = re.findall(r'<a href="#(part-\d+)">Go on where you stopped \(50 %\)', page)
    assert f'id="{part}"' in page
    assert "50&nbsp;% read" in ada.get("/").text


def test_a_script_gets_no_page_for_its_place(ada: Person, link: Link) -> None:
    """It would load the whole article each time that somebody scrolls."""
    headers = {"x-csrf-token": token_of(ada.get(f"/read/{link.id}"))}
    for path, form in ((f"/read/{link.id}/place", {"place": "0.5"}), ("/reading", {"size": "5"})):
        answer = ada.browser.post(path, form=form, headers=headers)
        assert (answer.status_code, answer.body) == (204, b"")
    assert ada.now(link).place == 0.5
    assert "This place is remembered" not in ada.get(f"/read/{link.id}").text


def test_without_scripts_there_is_a_button_after_each_part(ada: Person, link: Link) -> None:
    """Each names its own place, the last part has none: then one is through."""
    page = ada.get(f"/read/{link.id}").text
    places = [float(place) for place in re.findall(r'name="place" value="([\d.]+)"', page)]
    parts = len(re.findall(r'id="part-\d+"', page))
    assert places == [pytest.approx(number / parts) for number in range(1, parts)]


@pytest.mark.parametrize("place", ["", "x", "-0.1", "1.01", "nan", "inf"])
def test_what_is_no_place_is_refused(place: str, ada: Person, link: Link) -> None:
    """A number from 0 to 1."""
    assert ada.sends(f"/read/{link.id}", f"/read/{link.id}/place", place=place).status_code == 400
    assert ada.now(link).place == 0


def test_how_one_likes_to_read_is_kept(ada: Person, link: Link) -> None:
    """In every browser of that person; what is no choice is as in the beginning."""
    path = f"/read/{link.id}"
    assert 'data-theme="auto" data-size="3" data-width="normal"' in ada.get(path).text
    ada.sends(path, "/reading", theme="sepia", size="5", width="narrow", next=path)
    again = ada.another_browser().get(path).text
    assert 'data-theme="sepia" data-size="5" data-width="narrow"' in again
    ada.sends(path, "/reading", theme='"><script>', size="9", width="", next=path)
    assert 'data-theme="auto" data-size="3" data-width="normal"' in ada.get(path).text


def test_an_article_that_has_not_come_says_so(ada: Person) -> None:
    """While it is being fetched, and when that has failed, with a button to try again."""
    link = ada.has("https://example.org/slow", "Slow")
    assert "is being fetched" in ada.get(f"/read/{link.id}").text
    queries.fetch_failed(ada.app.db_conn, link, "The page took too long to answer.")
    page = ada.get(f"/read/{link.id}").text
    assert "The page took too long to answer." in page
    assert f'formaction="/retry/{link.id}"' in page


def test_others_cannot_read_it(ada: Person, person: People, link: Link) -> None:
    """Not even where the link is public: the copy is its owner's alone (CWE-639)."""
    grace = person("grace")
    ada.sends(f"/edit_item/{link.id}", url=link.url, title="x", tags="", is_public="yes")
    assert grace.get(f"/read/{link.id}").status_code == 404
    form = {"csrf_token": token_of(grace.get("/add_item")), "place": "0.5"}
    assert grace.browser.post(f"/read/{link.id}/place", form=form).status_code == 404


def test_what_a_device_would_keep_is_named_with_its_change(ada: Person, link: Link) -> None:
    """Unread articles that can be read; those that wait, are archived or deleted are not kept."""
    ada.has("https://example.org/waiting", "Waiting")
    page = ada.get("/offline").text
    assert f'data-offline="{link.id}:{link.change}"' in page
    ada.acts(archive=str(link.id))
    assert 'data-offline=""' in ada.get("/offline").text


def test_the_service_worker_may_talk_to_this_site_alone(stranger: TestClient) -> None:
    """It stands at the top, so that it may answer for every page, and is never kept too long."""
    answer = stranger.get("/offline.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert answer.headers["cache-control"] == "no-cache"
    assert "addEventListener" in answer.text
