"""Programs that ask what has changed since a time."""

from collections.abc import Callable

import pytest
from apps.listsurf.people import Person, token_of
from brubeck.testing import TestClient
from brubeck.timekeeping import curtime
from bson import ObjectId
from listsurf.queries import Db, delete_links, fetch_succeeded, undo_delete

URL = "https://example.com/"


def saved(program: TestClient, url: str, tag: str) -> str:
    """Save a link, and return its id."""
    return str(program.post("/api/links", json={"url": url, "tags": [tag]}).json()["id"])


CHANGES: dict[str, Callable[[Person, str], object]] = {
    "an edit": lambda ada, link: ada.sends(f"/edit_item/{link}", url=URL, title="Edited"),
    "a tag": lambda ada, link: ada.bulk("tag", link, "new"),
    "a tag less": lambda ada, link: ada.bulk("untag", link, "old"),
    "another name of a tag": lambda ada, _: ada.sends("/tags/rename?tag=old", tag="old", name="x"),
    "the end of a tag": lambda ada, _: ada.sends("/tags/delete?tag=old", tag="old"),
    "a fetched title": lambda ada, link: fetch_succeeded(
        ada.app.db_conn, ObjectId(link), URL, "", "Fetched"
    ),
    "deleting and bringing back": lambda ada, link: undo_delete(
        ada.app.db_conn, ada.user, delete_links(ada.app.db_conn, ada.user, [ObjectId(link)])
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_program_that_asks_since_hears_of_every_change(change: str, ada: Person, db: Db) -> None:
    """Whatever has changed a link, in the order of the changes; nothing else is listed."""
    program = ada.program()
    link = saved(program, URL, "old")
    other = saved(program, "https://example.com/other", "else")
    db.listitems.update_many({}, {"$set": {"touched_at": 1000}})
    CHANGES[change](ada, link)
    items = program.get("/api/links?since=1001").json()["items"]
    assert [item["id"] for item in items] == [link]
    assert items[0]["touched_at"] > 1000
    found = program.get("/api/links?since=1000&count=1").json()
    assert [item["id"] for item in found["items"]] == [link]
    assert [item["id"] for item in program.get(found["next"]).json()["items"]] == [other]


def test_a_program_that_asks_since_hears_of_an_import(ada: Person) -> None:
    """However old the dates are that the file keeps."""
    program = ada.program()
    saved(program, URL, "old")
    ada.app.importer.stop()
    pasted = '[{"url": "https://example.com/old", "created_at": 1000, "updated_at": 1000}]'
    form = {"csrf_token": token_of(ada.get("/import"))}
    ada.browser.post(
        "/import", form=form, files={"file": ("a.json", pasted.encode(), "text/plain")}
    )
    before = curtime()
    ada.app.importer.step()
    (item,) = program.get(f"/api/links?since={before}").json()["items"]
    assert (item["url"], item["updated_at"]) == ("https://example.com/old", 1000)
