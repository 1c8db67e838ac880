"""Bookmarks go in, are found, come out, and go in again with nothing changed."""

import html
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from accounts.belongings import delete_account
from apps.listsurf.conftest import People
from apps.listsurf.people import Person, token_of
from bookmarks import bookmark, pasted
from brubeck.testing import TestResponse
from gevent import sleep
from listsurf.app import Listsurf
from listsurf.queries import Db, add_bookmarks, all_links
from savedlinks import imports
from savedlinks.site import LARGEST_UPLOAD
from weblinks.tagnames import clean_tag

from apps.listsurf import bookmarkfiles

PATIENCE = 90.0  # seconds that an import of many may take on a busy machine
REFRESH = '<meta http-equiv="refresh"'
PROGRESS = re.compile(r'<progress id="progress" max="(\d+)" value="(\d+)"')


def sends_file(person: Person, content: bytes, name: str = "bookmarks.html") -> TestResponse:
    """Send a file by the form."""
    form = {"csrf_token": token_of(person.get("/import")), "keep_public": "yes"}
    files = {"file": (name, content, "text/html")}
    return person.browser.post("/import", form=form, files=files)


def imports_file(person: Person, content: bytes, name: str = "bookmarks.html") -> str:
    """Send a file, wait until it is imported, and return what the page says at the end."""
    answer = sends_file(person, content, name)
    assert answer.status_code == 302, answer.text
    return waits_for(person, answer.headers["location"])


def pastes(person: Person, text: str) -> str:
    """Paste addresses, wait until they are imported, and return what the page says."""
    answer = person.sends("/import", pasted=text)
    assert answer.status_code == 302, answer.text
    return waits_for(person, answer.headers["location"])


def waits_for(person: Person, path: str) -> str:
    """Load the page of an import again and again, as browsers do, until it does not ask for it."""
    deadline = time.monotonic() + PATIENCE
    while REFRESH in (page := person.get(path).text):
        assert time.monotonic() < deadline, page
        sleep(0.05)
    return html.unescape(page)


def stored(db: Db, person: Person) -> list[dict[str, Any]]:
    """Return the links of a person as they are stored, without what differs between two persons."""
    found = db.listitems.find({"owner": person.user.id}).sort("address")
    return [
        {k: v for k, v in item.items() if k not in {"_id", "owner", "username"}} for item in found
    ]


@pytest.mark.parametrize(
    ("write", "number"), [(bookmarkfiles.firefox, 10_000), (bookmarkfiles.chrome, 1_000)]
)
def test_thousands_of_bookmarks_go_in_are_found_come_out_and_change_nothing(
    write: Callable[[int], bytes], number: int, ada: Person, db: Db
) -> None:
    """The file of a browser is imported; so is its export, after which all is as it was."""
    page = imports_file(ada, write(number))
    assert f"{number:,} links are new." in page
    assert PROGRESS.search(page)
    tag = clean_tag(bookmarkfiles.folder(471))
    found = ada.get("/", query={"q": f'"Nr. 471" wellen -nothing #{tag}'})
    assert bookmarkfiles.title(471) in html.unescape(found.text)
    before = stored(db, ada)
    exported = ada.get("/export/listsurf.html").body
    page = imports_file(ada, exported)
    assert f"0 links are new. {number:,} you had already" in page
    assert stored(db, ada) == before


@pytest.mark.parametrize("kind", ["html", "json", "csv"])
def test_a_list_moves_to_another_account_without_loss(
    kind: str, ada: Person, person: People, db: Db
) -> None:
    """Title, description, notes, tags, publicity and times are those of before, in each format."""
    ada.sends(
        "/add_item",
        url="https://example.com/a?x=1&y=2#ü",
        title='=SUM(A1) "x" <b>',
        description="-2+3 cmd",
        notes="# One\n\n- *two*,\n- 'three' & \"four\"\n\n    code",
        tags="read, später",
        is_public="yes",
    )
    ada.sends("/add_item", url="https://example.com/untitled", notes="'=quoted")
    ada.sends("/add_item", url="https://example.com/3", title="'@apostrophe")
    for item in list(db.listitems.find()):
        whole = {name: item[name] // 1000 * 1000 for name in ("created_at", "updated_at")}
        changes = whole | {"fetch_state": ""}
        db.listitems.update_one({"_id": item["_id"]}, {"$set": changes, "$unset": {"fetch_at": 0}})
    grace = person("grace")
    imports_file(grace, ada.get(f"/export/listsurf.{kind}").body, f"listsurf.{kind}")
    expected, found = stored(db, ada), stored(db, grace)
    assert without_nothing(found) == without_nothing(expected)
    assert len(found) == 3


def without_nothing(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return documents without fields that hold nothing: missing and empty mean the same.

    When they were put there (`touched_at`) is another time for each account.
    """
    return [
        {name: value for name, value in item.items() if value and name != "touched_at"}
        for item in items
    ]


def test_folders_become_tags_and_dates_are_kept(ada: Person, db: Db) -> None:
    """Folders of the browser itself do not; descriptions and Firefox's own tags are kept, too."""
    imports_file(ada, bookmarkfiles.firefox(41))
    links = {link.url: link for link in all_links(db, ada.user)}
    first = links[bookmarkfiles.address(0)]
    assert (first.created_at, first.updated_at) == (1_600_000_000_000, 1_650_000_000_000)
    assert first.tags == ["reading-list", "tag0", "geteilt"]
    assert first.description == "About 0 <this>"
    assert links[bookmarkfiles.address(40)].tags == ["küche-keller"]


def test_what_cannot_be_saved_is_told(ada: Person) -> None:
    """Scripts and pages of the browser itself are left out, each with the reason; the rest goes in."""
    content = (
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p>"
        b'<DT><A HREF="javascript:alert(1)">A bookmarklet</A>'
        b'<DT><A HREF="place:folder=1">Firefox</A><DT><A>No address</A>'
        b'<DT><A HREF="https://example.com/long">' + b"x" * 400 + b"</A>"
        b'<DT><A HREF="https://example.com/fine">Fine</A></DL>'
    )
    page = imports_file(ada, content)
    assert "2 links are new." in page
    assert "A bookmarklet</strong>: Left out. Only addresses of web pages" in page
    assert "No address</strong>: Left out. Enter an address" in page
    assert "Too long, and shortened: title." in page
    assert sorted(map(len, ada.titles())) == [4, 300]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no text file"),
        (b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p></DL>", "No bookmarks were found"),
        (b"<html><body><p>Hello", "no column `url`"),
        (b"hello\nworld\n", "no column `url`"),
        (b'{"links": 7}', "no list of links"),
        (b'{"links": [', "no JSON document"),
        (b"[" * 100_000, "no JSON document"),
        (b"url\n", "No bookmarks were found"),
    ],
)
def test_a_file_that_is_none_is_explained_and_changes_nothing(
    content: bytes, reason: str, ada: Person, db: Db
) -> None:
    """400, what is wrong with it and which one to choose; no link is touched."""
    ada.saves("https://example.com/", "Stays")
    answer = sends_file(ada, content)
    assert answer.status_code == 400
    assert reason in html.unescape(answer.text)
    assert 'id="file-error"' in answer.text
    assert ada.titles() == ["Stays"]
    assert db.imports.count_documents({}) == 0


def test_a_file_that_is_too_large_is_refused(ada: Person) -> None:
    """413 with the reason, before anything is read."""
    answer = sends_file(ada, b"x" * LARGEST_UPLOAD)
    assert answer.status_code == 413
    assert "Send a smaller one" in answer.text


def test_a_file_with_too_many_bookmarks_is_refused(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is named, and what to do."""
    monkeypatch.setattr(bookmark, "MOST", 3)
    answer = sends_file(ada, bookmarkfiles.chrome(4))
    assert answer.status_code == 400
    assert "Divide the file" in answer.text


def test_addresses_are_pasted_one_a_line(ada: Person) -> None:
    """A title may stand behind; blank lines do not matter; nonsense is told; doubles are one."""
    page = pastes(
        ada,
        "example.com/a\r\n\n  https://example.com/b  The second \n"
        "javascript:alert(1)\nEXAMPLE.com/a",
    )
    assert "2 links are new." in page
    assert "javascript:alert(1)</strong>: Left out." in page
    assert sorted(ada.titles()) == ["The second", "example.com"]


def test_pasted_addresses_wait_for_their_titles(ada: Person, db: Db) -> None:
    """Those without a title, that is; a file is taken as it is."""
    pastes(ada, "https://example.com/a\nhttps://example.com/b Titled")
    imports_file(ada, b"url,title\nhttps://example.com/c,\n", "a.csv")
    waiting = [item["url"] for item in db.listitems.find({"fetch_state": "waiting"})]
    assert waiting == ["https://example.com/a"]


@pytest.mark.parametrize("text", ["", "   \n ", "x\n" * (pasted.MOST_LINES + 1)])
def test_nothing_pasted_or_too_much_is_explained(text: str, ada: Person) -> None:
    """400, the reason beside the field, and what was pasted is still there."""
    answer = ada.sends("/import", pasted=text)
    assert answer.status_code == 400
    assert 'id="pasted-error"' in answer.text
    assert ("x\nx\n" in answer.text) == bool(text.strip())


@pytest.mark.parametrize("is_public", ["yes", ""])
def test_links_become_public_only_when_asked_for(is_public: str, ada: Person, db: Db) -> None:
    """What a file says about publicity counts where the box is ticked."""
    content = b'<DL><DT><A HREF="https://example.com/" PRIVATE="0">A</A></DL>'
    form = {"csrf_token": token_of(ada.get("/import")), "keep_public": is_public}
    sent = ada.browser.post("/import", form=form, files={"file": ("a", content, "text/html")})
    waits_for(ada, sent.headers["location"])
    (link,) = all_links(db, ada.user)
    assert link.is_public is bool(is_public)


def test_nothing_is_saved_for_an_account_that_is_deleted_meanwhile(
    ada: Person, app: Listsurf, db: Db
) -> None:
    """A part of the import that is under way just then leaves nothing behind."""
    app.importer.stop()
    sends_file(ada, bookmarkfiles.chrome(imports.PART + 5))
    job = imports.claim_import(db)
    assert job
    part = db.importparts.find_one({"number": 0})
    assert part
    delete_account(app, ada.user)
    db.importparts.insert_one(part)  # as if it had been read before that
    assert imports.store_next_part(db, job, add_bookmarks) is False
    assert db.listitems.count_documents({}) == 0


def test_an_import_that_was_interrupted_goes_on(ada: Person, app: Listsurf, db: Db) -> None:
    """After a part was stored twice there is still one link for each bookmark."""
    app.importer.stop()
    path = sends_file(ada, bookmarkfiles.chrome(imports.PART + 5)).headers["location"]
    assert REFRESH in ada.get(path).text
    job = db.imports.find_one()
    assert job
    part = db.importparts.find_one({"number": 0})
    assert part
    add_bookmarks(db, job, [bookmark.Bookmark(**each) for each in part["bookmarks"]])
    app.importer.start()
    page = waits_for(ada, path)
    assert f"{imports.PART + 5} of {imports.PART + 5}" in page
    assert db.listitems.count_documents({}) == imports.PART + 5
    assert db.importparts.count_documents({}) == 0


def test_an_import_is_of_one_person(ada: Person, person: People) -> None:
    """Others do not find its page."""
    path = sends_file(ada, bookmarkfiles.chrome(1)).headers["location"]
    assert person("grace").get(path).status_code == 404
    assert ada.get("/import/nonsense").status_code == 404
    waits_for(ada, path)
    assert "bookmarks.html" in ada.get("/import").text


def test_a_stale_form_keeps_what_was_pasted(ada: Person) -> None:
    """The token was missing: the text is still there, and nothing was saved."""
    answer = ada.browser.post("/import", form={"pasted": "https://example.com/"})
    assert answer.status_code == 403
    assert "https://example.com/</textarea>" in answer.text


def test_an_empty_account_exports_empty_files(ada: Person) -> None:
    """They are files all the same, with a name and a type."""
    for kind, content_type in (
        ("html", "text/html"),
        ("json", "application/json"),
        ("csv", "text/csv"),
    ):
        answer = ada.get(f"/export/listsurf.{kind}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(content_type)
        assert answer.headers["content-disposition"] == f'attachment; filename="listsurf.{kind}"'
    assert ada.get("/export/listsurf.exe").status_code == 404
    assert "All 0 of your links" in ada.get("/export").text
