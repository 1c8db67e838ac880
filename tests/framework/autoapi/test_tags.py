"""AutoAPI: ETag, If-Match and If-None-Match (RFC 9110)."""

from typing import Any

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import AbstractQueryset
from brubeck.testing import TestClient
from framework.autoapi.notes import ANN, Bare, NoteAPI, call, client_of, serve, stored_note


def test_a_tag_changes_with_what_is_seen(ann: TestClient, queries: AbstractQueryset) -> None:
    """And only with that: what is hidden leaves no trace in it."""
    created = call(ann, "POST", "", {"id": "a", "text": "x"})
    first = ann.get("/notes/a").headers["etag"]
    assert first == created.headers["etag"]
    queries.update(stored_note("a", text="x", rank=99))
    assert ann.get("/notes/a").headers["etag"] == first
    changed = call(ann, "PATCH", "a", {"text": "y"}).headers["etag"]
    assert changed != first
    assert ann.get("/notes/a").headers["etag"] == changed


@pytest.mark.parametrize(("method", "path", "data"), [
    ("POST", "a", {"id": "a", "text": "n"}), ("PUT", "a", {"text": "n"}), ("PUT", "", {"id": "a", "text": "n"}),
    ("POST", "", {"id": "a", "text": "n"}), ("PATCH", "a", {"text": "n"}), ("DELETE", "a", None),
])  # fmt: skip
@pytest.mark.parametrize("base", [AutoAPIBase, NoteAPI])
def test_a_change_of_what_was_seen_only(
    queries: AbstractQueryset, base: Any, method: str, path: str, data: Any
) -> None:
    """412 unless If-Match names the document as it is now (RFC 9110, 13.1.1)."""
    model = {"model": Bare} if base is AutoAPIBase else {}
    client = TestClient(serve(base, queries, **model), headers={"X-User": ANN})
    call(client, "POST", "", {"id": "a", "text": "x"})
    tag = client.get("/notes/a").headers["etag"]
    for wrong in ('"other"', f"W/{tag}", "", "nonsense", tag.strip('"')):
        answer = call(client, method, path, data, headers={"If-Match": wrong})
        assert (answer.status_code, "Load it again" in answer.text) == (412, True)
    assert client.get("/notes/a").headers["etag"] == tag
    sent = {"If-Match": f'"other", {tag}'}
    assert call(client, method, path, data, headers=sent).status_code == 200


def test_if_match_star_wants_anything_that_is_there(queries: AbstractQueryset) -> None:
    """412 for what would be created."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    star = {"If-Match": "*"}
    assert call(client, "PUT", "a", {"text": "x"}, headers=star).status_code == 412
    assert client.post("/notes/", json={"id": "a"}).status_code == 201
    assert call(client, "PUT", "a", {"text": "y"}, headers=star).status_code == 200


def test_who_has_a_document_is_not_sent_it_again(ann: TestClient) -> None:
    """304 without a body, as long as nothing that is seen has changed."""
    tag = call(ann, "POST", "", {"id": "a", "text": "x"}).headers["etag"]
    answer = ann.get("/notes/a", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", tag)
    call(ann, "PATCH", "a", {"text": "y"})
    assert ann.get("/notes/a", headers={"If-None-Match": tag}).status_code == 200


def test_if_none_match_star_creates_only(queries: AbstractQueryset) -> None:
    """412 for what is there already, which stays as it is."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    new = {"If-None-Match": "*"}
    assert call(client, "PUT", "a", {"text": "x"}, headers=new).status_code == 200
    assert call(client, "PUT", "a", {"text": "y"}, headers=new).status_code == 412
    assert client.get("/notes/a").json()["data"]["text"] == "x"


def test_who_is_overtaken_with_if_match_is_told(queries: AbstractQueryset) -> None:
    """412, also if the change comes between the comparison and the writing."""
    queries.create(stored_note("a"))

    def complete(self: Any, document: Any, before: Any) -> None:
        queries.update(stored_note("a", text="theirs"))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    tag = client.get("/notes/a").headers["etag"]
    answer = call(client, "PATCH", "a", {"tag": "mine"}, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert queries.read_one("a")[1]["text"] == "theirs"
