"""AutoAPI: every id has an address, and no address is mistaken for one."""

from typing import Any
from urllib.parse import quote

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import AbstractQueryset
from brubeck.testing import TestClient
from framework.autoapi.notes import ANN, Bare, NoteAPI, client_of, ids, serve, stored_note


@pytest.mark.parametrize(
    "key",
    ["ümläut 漢", "a;b:c", "a b", '{"$ne": 1}', "a\nb", "50%", "...", "~x.y", "?#", "x" * 255],
)
def test_every_id_has_an_address(queries: AbstractQueryset, key: str) -> None:
    """What can be created can be read, changed and removed: percent-encoded (RFC 3986, 2.1)."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    queries.create(Bare(id="other"))
    path = f"/notes/{quote(key, safe='')}"
    assert client.post("/notes/", json={"id": key, "text": "x"}).status_code == 201
    assert client.get(path).json()["data"]["id"] == key
    assert ids(client.get(f"{path},other")) == [key, "other"]
    assert client.request("PUT", path, json={"text": "y"}).status_code == 200
    assert client.request("PATCH", path, json={"text": "z"}).json()["data"]["text"] == "z"
    assert ids(client.request("DELETE", path)) == [key]
    assert ids(client.get("/notes/")) == ["other"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": {"$ne": 1}, "text": "x"}',
        b'{"id": ["a"], "text": "x"}',
        b'{"id": "\\ud800", "text": "x"}',
        b'{"id": "a", "text": "\\udfff"}',
        b'{"id": "", "text": "x"}',
        b'{"id": "..", "text": "x"}',
        b'{"id": "a/b", "text": "x"}',
        b'{"id": "a,b", "text": "x"}',
        b'{"id": "' + b"x" * 256 + b'", "text": "x"}',
    ],
)
@pytest.mark.parametrize("base", [AutoAPIBase, NoteAPI])
def test_ids_that_cannot_be_are_refused(queries: AbstractQueryset, base: Any, body: bytes) -> None:
    """400 for operators, lists, halves of characters, nothing, and more than fits an address."""
    model = {"model": Bare} if base is AutoAPIBase else {}
    client = TestClient(serve(base, queries, **model), headers={"X-User": ANN})
    queries.create(stored_note("a"))
    json_type = {"Content-Type": "application/json"}
    for method in ("POST", "PUT"):
        answer = client.request(method, "/notes/", body=body, headers=json_type)
        assert answer.status_code == 400
    (pair,) = queries.read(None)  # type: ignore[misc]
    assert pair[1]["text"] == "A"
