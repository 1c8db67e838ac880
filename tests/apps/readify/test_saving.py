"""Saving and editing: what is typed is checked, kept, and never lost."""

import re
from urllib.parse import unquote, urlencode

import pytest
from apps.readify.conftest import People
from apps.readify.people import Person, token_of, value_of
from brubeck.testing import TestClient
from readify import queries


def test_a_saved_link_waits_for_its_text(ada: Person) -> None:
    """http:// is put in front; tags are split at commas and blanks, trimmed, each once."""
    answer = ada.sends("/add_item", url="example.org/whale", title="", tags=" sea, Whale ,,sea ")
    assert answer.headers["location"] == "/"
    (link,) = ada.links()
    assert (link.url, link.tags, link.fetch_state) == (
        "http://example.org/whale",
        ["sea", "whale"],
        "waiting",
    )
    assert link.is_public is False


@pytest.mark.parametrize("words", [("url", "title"), ("u", "t")])
def test_the_form_takes_what_the_bookmarklet_brings(words: tuple[str, str], ada: Person) -> None:
    """In the words of the first Readify, and in those of the bookmarklet of today."""
    query = urlencode(dict(zip(words, ("https://example.org/?a=1&b=2", "A <b>"), strict=True)))
    page = ada.get(f"/add_item?{query}")
    assert value_of(page, "url") == "https://example.org/?a=1&b=2"
    assert value_of(page, "title") == "A <b>"


def test_the_bookmarklet_leads_here(ada: Person) -> None:
    """It is a program that opens this site's form with address and title."""
    found = re.search(r'href="(javascript:[^"]+)"', ada.get("/add_item").text)
    assert found
    assert "http://readify.localhost:6767/add_item" in unquote(found[1])


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "ftp://example.org/", "http://", "x" * 3000, "data:text/html,x"],
)
def test_a_bad_address_is_refused_and_the_rest_kept(url: str, ada: Person) -> None:
    """A message beside the field, and all that was typed."""
    page = ada.sends("/add_item", url=url, title="Kept", tags="a b")
    assert page.status_code == 400
    assert (value_of(page, "title"), value_of(page, "tags")) == ("Kept", "a b")
    assert 'id="url-error"' in page.text
    assert ada.links() == []


def test_an_address_that_is_known_opens_the_link_that_has_it(ada: Person) -> None:
    """Nothing is there twice, however the address was written; what was typed now is offered."""
    link = ada.has("https://example.org/a", "First", tags="old")
    page = ada.sends("/add_item", url="HTTPS://EXAMPLE.org:443/a", title="Second", tags="")
    assert "saved this address before" in page.text
    assert f'action="/edit_item/{link.id}"' in page.text
    assert value_of(page, "title") == "Second"
    assert len(ada.links()) == 1


def test_a_form_that_is_sent_twice_saves_one_link(ada: Person) -> None:
    """The second click leads to the list as the first one does, also if the title has come since."""
    form = {"url": "https://example.org/a", "title": "", "tags": "sea deep"}
    assert ada.sends("/add_item", **form).headers["location"] == "/"
    (link,) = ada.links()
    queries.change_link(ada.app.db_conn, link, title="Fetched meanwhile")
    assert ada.sends("/add_item", **form).headers["location"] == "/"
    assert "Saved: Fetched meanwhile" in ada.get("/").text
    assert len(ada.links()) == 1
    assert ada.sends("/add_item", **{**form, "tags": "sea"}).status_code == 200


def test_saving_what_lies_in_the_bin_takes_it_out(ada: Person) -> None:
    """Nobody has to think of the bin first."""
    link = ada.has("https://example.org/a", "First")
    ada.acts(delete=str(link.id))
    ada.sends("/add_item", url="https://example.org/a", title="", tags="")
    assert ada.now(link).deleted is False


def test_editing_changes_one_link_and_keeps_its_id(ada: Person) -> None:
    """Title, tags and publicity; empty tags are none, and no second document appears."""
    link = ada.has("https://example.org/a", "First", tags="old")
    edited = ada.sends(
        f"/edit_item/{link.id}", url=link.url, title="Second", tags="", is_public="yes"
    )
    assert edited.headers["location"] == "/"
    changed = ada.now(link)
    assert (changed.title, changed.tags, changed.is_public) == ("Second", [], True)
    assert changed.change > link.change
    assert len(ada.links()) == 1


def test_another_address_has_another_text(ada: Person) -> None:
    """It waits to be fetched; an address that another link has is refused beside its field."""
    link = ada.has("https://example.org/a", "First")
    queries.fetch_failed(ada.app.db_conn, link, "Gone.")
    ada.sends(f"/edit_item/{link.id}", url="https://example.org/b", title="First", tags="")
    assert (ada.now(link).url, ada.now(link).fetch_state) == ("https://example.org/b", "waiting")
    other = ada.has("https://example.org/c", "Other")
    refused = ada.sends(
        f"/edit_item/{other.id}", url="https://example.org/b", title="Other", tags=""
    )
    assert refused.status_code == 409
    assert "as another link" in refused.text


def test_a_failed_page_is_asked_for_again(ada: Person) -> None:
    """The button beside the reason puts it back among those that wait."""
    link = ada.has("https://example.org/a", "First")
    queries.fetch_failed(ada.app.db_conn, link, "Gone.")
    ada.sends("/", f"/retry/{link.id}")
    assert ada.now(link).fetch_state == "waiting"
    assert "Asked again: First" in ada.get("/").text


def test_nobody_edits_or_fetches_for_others(ada: Person, person: People) -> None:
    """The link of somebody else is not found, nor is one that never was (CWE-639)."""
    link, grace = ada.has("https://example.org/a", "First"), person("grace")
    form = {"csrf_token": token_of(grace.get("/add_item")), "url": "https://example.com/"}
    for link_id in (link.id, "0" * 24, "nonsense"):
        assert grace.get(f"/edit_item/{link_id}").status_code == 404
        assert grace.browser.post(f"/edit_item/{link_id}", form=form).status_code == 404
        assert grace.browser.post(f"/retry/{link_id}", form=form).status_code == 404
    assert ada.now(link).url == "https://example.org/a"


def test_a_form_whose_token_is_old_comes_back_as_it_was_sent(ada: Person) -> None:
    """Nothing typed is lost, and the next press works."""
    page = ada.browser.post(
        "/add_item", form={"url": "https://example.org/", "title": "Typed", "tags": "a"}
    )
    assert page.status_code == 403
    assert (value_of(page, "title"), value_of(page, "tags")) == ("Typed", "a")


def test_the_old_address_of_editing_leads_to_the_form(ada: Person) -> None:
    """`/edit/ID` was announced in 2012; here it is."""
    link = ada.has("https://example.org/a", "First")
    assert value_of(ada.get(f"/edit/{link.id}"), "title") == "First"


def test_the_window_of_the_bookmarklet_ends_with_a_page_that_closes_it(ada: Person) -> None:
    """The form in the small window leads there, and says what was saved."""
    answer = ada.sends("/add_item", url="https://example.org/", title="W", tags="", window="1")
    assert answer.headers["location"] == "/saved"
    page = ada.get("/saved")
    assert "data-closes-window" in page.text
    assert "Saved: W" in page.text


def test_the_form_proposes_the_tags_that_are_known(ada: Person) -> None:
    """Those of other articles, in the order of the alphabet."""
    ada.has("https://example.com/", tags="sea cat")
    page = ada.get("/add_item").text
    assert '<datalist id="known-tags"><option value="cat"><option value="sea"></datalist>' in page


def test_what_was_typed_outlasts_a_session_that_has_ended(
    ada: Person, stranger: TestClient
) -> None:
    """Whoever logs in again finds all of it in the form, the box as well."""
    form = {"url": "https://example.com/", "title": "T", "tags": "sea", "is_public": "yes"}
    token = token_of(stranger.get("/login"))
    sent = stranger.post("/add_item", form={"csrf_token": token, **form})
    page = ada.get(unquote(sent.headers["location"].partition("next=")[2]))
    assert [value_of(page, name) for name in ("url", "title", "tags")] == [*form.values()][:3]
    assert 'name="is_public" value="yes" checked' in page.text
