"""Saving, changing and deleting a link."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_plus, unquote

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import HOST, Person, hidden_value_of, logs_in, token_of, value_of
from brubeck.testing import TestClient
from listsurf.app import Listsurf
from listsurf.queries import Db
from markupsafe import escape

NOBODYS = "0" * 24
FOCUSED = re.compile(r'<input id="(\w+)"[^>]* autofocus')
MALFORMED = ["nonsense", "1", "0" * 23, "0" * 25, "z" * 24, "%00", "'"]


def test_a_saved_link_stands_on_top_of_the_list(ada: Person) -> None:
    """The address is cleaned, and a note names what was saved."""
    answer = ada.browser.post(
        "/add_item",
        form={"csrf_token": token_of(ada.get("/add_item")), "url": "example.com", "title": "Nice"},
        follow=True,
    )
    assert "Saved: Nice" in answer.text
    assert 'href="http://example.com/"' in answer.text
    assert 'rel="noopener noreferrer nofollow ugc"' in answer.text


def test_a_link_typed_while_the_session_ended_waits_behind_the_log_in(
    ada: Person, app: Listsurf
) -> None:
    """Whoever has to log in again finds the form filled in as he had sent it."""
    token = token_of(ada.get("/add_item"))
    app.sessions.delete_of(ada.user.id)
    typed = {
        "csrf_token": token,
        "url": "https://example.com/?a=1&b=ü",
        "title": "Not lost & found",
    }
    sent = ada.browser.post("/add_item", form=typed)
    assert logs_in(ada.browser, "ada", path=sent.headers["location"]).status_code == 302
    form = ada.browser.get(unquote(sent.headers["location"].partition("next=")[2]))
    assert (value_of(form, "url"), value_of(form, "title")) == (typed["url"], typed["title"])


def test_an_edit_typed_while_the_session_ended_waits_behind_the_log_in(
    ada: Person, app: Listsurf
) -> None:
    """The form of the same link is filled in as it was sent; nothing is changed before."""
    path = f"/edit_item/{ada.saved('https://example.com/', 'Before')}"
    token = token_of(ada.get(path))
    app.sessions.delete_of(ada.user.id)
    typed = {"csrf_token": token, "url": "https://example.com/?a=1&b=ü", "title": ""}
    sent = ada.browser.post(path, form=typed)
    login = sent.headers["location"]
    assert logs_in(ada.browser, "ada", path=login).status_code == 302
    form = ada.browser.get(unquote(login.partition("next=")[2]))
    assert f'action="{path}"' in form.text
    assert (value_of(form, "url"), value_of(form, "title")) == (typed["url"], "")
    assert ada.titles() == ["Before"]


def test_a_form_sent_empty_while_the_session_ended_leaves_no_trace_in_the_address(
    ada: Person, app: Listsurf
) -> None:
    """With nothing typed there is nothing to bring along."""
    token = token_of(ada.get("/add_item"))
    app.sessions.delete_of(ada.user.id)
    sent = ada.browser.post("/add_item", form={"csrf_token": token, "url": "", "title": ""})
    assert sent.headers["location"] == "/login?next=%2Fadd_item"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\u2066b\u2069\u202c", "ab"),
        ("two\r\nlines\tand\x00more", "two lines and more"),
        ("\u202e\x07", "example.com"),
    ],
)
def test_a_title_holds_nothing_that_is_not_seen(typed: str, shown: str, ada: Person) -> None:
    """Signs that turn the text around or break it into lines are left out (CWE-1007)."""
    ada.saves("https://example.com/", typed)
    assert ada.titles() == [shown]


@pytest.mark.parametrize("title", ["\N{GRINNING FACE} " * 150, "長い題名" * 75])
def test_a_long_title_is_shortened_in_the_note_that_names_it(title: str, ada: Person) -> None:
    """The note travels in a cookie, which browsers drop when it is large; blanks or not."""
    answer = ada.saves("https://example.com/", title)
    note = answer.cookies["note"].value
    assert len(note) < 4096
    assert f"Saved: {title[:40]}" in ada.get("/").text


def test_a_link_without_title_is_called_after_its_site(ada: Person) -> None:
    """The title may stay empty."""
    ada.saves("https://www.example.com/a/b")
    assert ada.titles() == ["example.com"]


def test_titles_are_text_in_every_alphabet_and_never_html(ada: Person) -> None:
    """What was typed is shown, escaped (CWE-79)."""
    title = "<script>alert('ä')</script> & مرحبا 漢字 🏄"
    ada.saves("https://bücher.example/ä?q=<b>", title)
    assert ada.titles() == [title]
    assert "<script>" not in ada.get("/").text
    assert ada.links()[0]["url"] == "https://bücher.example/ä?q=<b>"


@pytest.mark.parametrize("path", ["/add_item", "edit"])
def test_an_address_that_is_a_script_is_refused(path: str, ada: Person) -> None:
    """400, the reason beside the field, everything kept."""
    path = f"/edit_item/{ada.saved('https://example.com/')}" if path == "edit" else path
    answer = ada.sends(path, url="javascript:alert(1)", title="Kept")
    assert answer.status_code == 400
    assert 'id="url-error"' in answer.text
    assert value_of(answer, "url") == "javascript:alert(1)"
    assert value_of(answer, "title") == "Kept"
    assert "javascript:alert" not in ada.get("/").text


def test_a_title_has_at_most_300_characters(ada: Person) -> None:
    """300 are fine; one more comes back complete, with the limit beside it."""
    ada.saves("https://example.com/300", "ä" * 300)
    assert ada.titles() == ["ä" * 300]
    answer = ada.saves("https://example.com/301", "ä" * 301)
    assert answer.status_code == 400
    assert "300" in answer.text
    assert value_of(answer, "title") == "ä" * 301


def test_both_fields_are_complained_about_at_once(ada: Person) -> None:
    """Nobody repairs a form field by field; the errors are in the order of the fields."""
    answer = ada.saves("", "ä" * 301)
    assert answer.status_code == 400
    assert answer.text.count('aria-invalid="true"') == 2
    assert answer.text.index('href="#url"') < answer.text.index('href="#title"')
    assert FOCUSED.findall(answer.text) == ["url"]


def test_the_first_field_with_an_error_has_the_focus(ada: Person) -> None:
    """Whoever types on corrects what was wrong."""
    answer = ada.saves("https://example.com/", "ä" * 301)
    assert FOCUSED.findall(answer.text) == ["title"]
    assert FOCUSED.findall(ada.get("/add_item").text) == ["url"]


@pytest.mark.parametrize(("length", "reason"), [(300_000, "title"), (1_100_000, "larger than")])
def test_a_huge_title_gets_a_clear_answer(length: int, reason: str, ada: Person) -> None:
    """It is refused before it reaches the database, with a page that says what is too large."""
    answer = ada.saves("https://example.com/", "x" * length)
    assert answer.status_code == 413
    assert 'class="brand"' in answer.text
    assert reason in main_of(answer.text)
    assert ada.links() == []


def main_of(page: str) -> str:
    """Return what a page has between its header and its footer."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_saving_an_address_again_opens_the_link_that_has_it(ada: Person) -> None:
    """Nobody has a link twice; the title that was typed now is offered."""
    known = ada.saved("https://example.com/", "First")
    answer = ada.saves("HTTPS://EXAMPLE.com", "Second")
    assert f'action="/edit_item/{known}"' in answer.text
    assert "saved this address before" in answer.text
    assert value_of(answer, "title") == "Second"
    assert ada.titles() == ["First"]


def test_fifty_parallel_saves_of_one_address_make_one_link(ada: Person, db: Db) -> None:
    """Uniqueness is the database's, not a look before."""
    browsers = [ada.another_browser() for _ in range(50)]
    tokens = [token_of(browser.get("/add_item")) for browser in browsers]

    def save(browser: TestClient, token: str, number: int) -> int:
        form = {"csrf_token": token, "url": "https://example.com/", "title": f"No {number}"}
        return browser.post("/add_item", form=form).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(save, browsers, tokens, range(50)))
    assert statuses == [200] * 49 + [302]
    assert db.listitems.count_documents({}) == 1


def test_two_people_may_save_the_same_address(ada: Person, person: People) -> None:
    """Duplicates are a person's own affair."""
    grace = person("grace")
    ada.saves("https://example.com/", "Ada's")
    grace.saves("https://example.com/", "Grace's")
    assert (ada.titles(), grace.titles()) == (["Ada's"], ["Grace's"])


def test_an_edited_link_is_changed_and_moves_to_the_top(ada: Person) -> None:
    """The list is sorted by the last change."""
    first = ada.saved("https://example.com/1", "First")
    ada.saves("https://example.com/2", "Second")
    form = ada.get(f"/edit_item/{first}")
    assert value_of(form, "title") == "First"
    ada.sends(f"/edit_item/{first}", url="https://example.com/one", title="Renamed")
    assert ada.titles() == ["Renamed", "Second"]
    assert ada.links()[0]["url"] == "https://example.com/one"
    assert ada.links()[0]["id"] == first


def test_editing_and_deleting_lead_back_to_the_list_as_it_was(ada: Person) -> None:
    """The search, the tags and the place are those of before; cancelling leads there, too."""
    link = ada.saved("https://example.com/", "Wave")
    place = "/?q=wave&order=added"
    page = ada.get(place).text
    for action in ("edit_item", "delete_item"):
        address = f"/{action}/{link}?next={quote_plus(place, safe='/')}"
        assert f'href="{address}"' in page
        form = ada.get(address)
        assert hidden_value_of(form, "next") == place
        assert f'href="{escape(place)}">Cancel' in form.text
        sent = {"url": "https://example.com/", "title": "Wave", "next": place}
        assert ada.sends(f"/{action}/{link}", **sent).headers["location"] == place


@pytest.mark.parametrize("action", ["edit_item", "delete_item"])
def test_nobody_is_sent_to_another_site_after_a_change(action: str, ada: Person) -> None:
    """A link that somebody prepared leads back to the list (CWE-601)."""
    link = ada.saved("https://example.com/", "Wave")
    page = ada.get(f"/{action}/{link}", query={"next": "//evil.example/"})
    assert "evil" not in page.text
    sent = {"url": "https://example.com/", "next": "https://evil.example/"}
    assert ada.sends(f"/{action}/{link}", **sent).headers["location"] == "/"


def test_a_title_can_be_emptied(ada: Person) -> None:
    """An edit stores what is there, also if that is nothing."""
    link = ada.saved("https://example.com/", "Gone soon")
    ada.sends(f"/edit_item/{link}", url="https://example.com/", title="")
    assert ada.titles() == ["example.com"]


def test_an_edit_cannot_make_a_duplicate(ada: Person) -> None:
    """The form comes back with the reason."""
    ada.saves("https://example.com/1", "First")
    second = ada.saved("https://example.com/2", "Second")
    answer = ada.sends(f"/edit_item/{second}", url="https://example.com/1", title="Second")
    assert answer.status_code == 409
    assert 'id="url-error"' in answer.text
    assert ada.titles() == ["Second", "First"]


def test_a_deleted_link_is_gone_and_a_second_click_says_so(ada: Person) -> None:
    """The first click deletes, the second one gets a page that explains."""
    link = ada.saved("https://example.com/", "Gone")
    token = token_of(ada.get(f"/delete_item/{link}"))
    send = {"form": {"csrf_token": token}}
    assert ada.browser.post(f"/delete_item/{link}", **send).headers["location"] == "/"
    assert "Deleted: Gone" in ada.get("/").text
    again = ada.browser.post(f"/delete_item/{link}", **send)
    assert again.status_code == 404
    assert "may have been deleted" in again.text


def test_no_get_changes_anything(ada: Person, db: Db) -> None:
    """Prefetching every address of the site leaves the data as they are."""
    link = ada.saved("https://example.com/", "Stays")
    before = [list(db[name].find()) for name in ("users", "listitems", "sessions")]
    for path in ("/", "/add_item?u=example.com&t=T", f"/edit_item/{link}", f"/delete_item/{link}"):
        assert ada.get(path).status_code == 200
    for path in ("/logout", "/api", f"/edit_item/{link}?url=x&title=y"):
        assert ada.get(path).status_code == 200
    assert before == [list(db[name].find()) for name in ("users", "listitems", "sessions")]


@pytest.mark.parametrize("path", ["/edit_item/", "/delete_item/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_of_somebody_else_does_not_exist(
    method: str, path: str, ada: Person, person: People
) -> None:
    """Reading, changing and deleting it answer as for an id that nobody has (CWE-639)."""
    grace = person("grace")
    hers = grace.saved("https://example.com/", "Grace's")
    form = {"url": "https://evil.example/", "csrf_token": token_of(ada.get("/add_item"))}
    request = {"form": form} if method == "POST" else {}
    foreign = ada.browser.request(method, path + hers, **request)
    nobodys = ada.browser.request(method, path + NOBODYS, **request)
    assert foreign.status_code == nobodys.status_code == 404
    assert without_request_id(foreign.text) == without_request_id(nobodys.text)
    assert grace.titles() == ["Grace's"]


def without_request_id(page: str) -> str:
    """Return a page without what differs from request to request."""
    page = re.sub(r"<code>[0-9a-f]{16}</code>", "", page)
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


@pytest.mark.parametrize("link_id", MALFORMED)
@pytest.mark.parametrize("path", ["/edit_item/", "/delete_item/"])
def test_a_malformed_id_is_not_found(path: str, link_id: str, ada: Person) -> None:
    """404 like any other address that leads nowhere."""
    assert ada.get(path + link_id).status_code == 404


def test_the_bookmarklet_brings_address_and_title_to_the_form(ada: Person) -> None:
    """It knows the address by which the site was reached, port included."""
    page = ada.get("/add_item").text
    found = re.search(r'href="(javascript:[^"]+)"[^>]*>Surf Later<', page)
    assert found
    program = html.unescape(found[1])
    assert f"http://{HOST}/add_item" in program
    assert "encodeURIComponent(location.href)" in program
    assert "encodeURIComponent(d.title)" in program


def test_the_form_is_filled_in_by_the_bookmarklet(ada: Person) -> None:
    """`u` and `t` stand in the fields; a title that is too long is cut to what may be saved."""
    query = {"u": "https://example.com/?a=1&b=2", "t": "A & <B> " + "x" * 400}
    page = ada.get("/add_item", query=query)
    assert value_of(page, "url") == query["u"]
    assert value_of(page, "title") == query["t"][:300]
    assert ada.links() == []


def test_what_the_bookmarklet_opens_leads_to_a_page_that_closes_its_window(ada: Person) -> None:
    """The form keeps in mind that it stands in a window of its own, also after a mistake."""
    form = {"csrf_token": token_of(ada.get("/add_item")), "url": "javascript:x", "window": "1"}
    again = ada.browser.post("/add_item", form=form)
    assert hidden_value_of(again, "window") == "1"
    answer = ada.browser.post("/add_item", form={**form, "url": "example.com"})
    assert answer.headers["location"] == "/saved"
    page = ada.get("/saved").text
    assert "Saved: example.com" in page
    assert "data-closes-window" in page
    assert 'name="window"' not in ada.get("/add_item").text


def test_the_bookmarklet_cannot_be_turned_against_its_user(ada: Person) -> None:
    """A false Host header puts no foreign program into the page (CWE-644)."""
    bad = "listsurf.localhost:1';alert(1)//\"><script>"
    answer = ada.get("/add_item", headers={"host": bad})
    assert answer.status_code == 400
    assert "alert" not in answer.text
    assert "http://listsurf.localhost:6767/add_item" in ada.get("/add_item").text
