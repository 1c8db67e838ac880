"""AutoAPI: fields that clients neither see nor set survive every change."""

from contextlib import suppress
from typing import Any

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.errors import FourOhFourException
from brubeck.queryset import AbstractQueryset
from brubeck.testing import TestClient
from dictshield.fields import StringField
from framework.autoapi.notes import (
    ANN,
    Bare,
    Note,
    NoteAPI,
    Part,
    call,
    change,
    client_of,
    serve,
    statuses,
    stored_note,
)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_hidden_fields_are_neither_set_nor_lost(
    ann: TestClient, queries: AbstractQueryset, method: str
) -> None:
    """At the top, in documents inside, and in lists of them as long as they look the same."""
    parts = [Part(name="x", cost=10), Part(name="y", cost=20), Part(name="y", cost=30)]
    queries.create(stored_note("a", rank=9, part=Part(name="p", cost=7), parts=parts))
    sent = [{"name": "y", "cost": 0}, {"name": "z", "cost": 0}, {"name": "x"}, {"name": "y"}]
    change(
        ann,
        method,
        {"id": "a", "text": "new", "rank": 1, "part": {"name": "q", "cost": 0}, "parts": sent},
    )
    stored = Note(**queries.read_one("a")[1])
    assert (stored.text, stored.rank) == ("new", 9)
    assert (stored.part.name, stored.part.cost) == ("q", 7)
    assert [(part.name, part.cost) for part in stored.parts] == [
        ("y", 20),
        ("z", 1),
        ("x", 10),
        ("y", 30),
    ]


def test_hidden_fields_begin_with_their_defaults(
    ann: TestClient, queries: AbstractQueryset
) -> None:
    """Whatever the client sends, creating as well as creating once more."""
    sent = {"id": "a", "text": "x", "rank": 1, "part": {"cost": 2}, "parts": [{"cost": 3}]}
    assert call(ann, "POST", "", sent).status_code == 201
    stored = Note(**queries.read_one("a")[1])
    assert (stored.rank, stored.part.cost, stored.parts[0].cost) == (5, 1, 1)
    queries.update(stored_note("a", rank=8))
    assert call(ann, "POST", "", sent).status_code == 200
    assert Note(**queries.read_one("a")[1]).rank == 8


def test_fields_that_are_seen_are_replaced(ann: TestClient, queries: AbstractQueryset) -> None:
    """PUT forgets what it does not name; only what is hidden stays."""
    queries.create(stored_note("a", tag="old", rank=9))
    change(ann, "PUT", {"text": "new"})
    stored = Note(**queries.read_one("a")[1])
    assert (stored.tag, stored.rank) == (None, 9)


def test_a_program_sets_what_clients_do_not(queries: AbstractQueryset) -> None:
    """The hook sees the document and what is stored, and may overrule the client."""

    def complete(self: Any, document: Any, before: Any) -> None:
        document.tag = "new" if before is None else f"after {before['tag']}"

    client = client_of(AutoAPIBase, queries, model=Bare.__class__("Tagged", (Bare,), {
        "tag": StringField(), "__module__": __name__}), complete=complete)  # fmt: skip
    assert client.post("/notes/", json={"id": "a", "tag": "x"}).json()["data"]["tag"] == "new"
    assert call(client, "PUT", "a", {"tag": "x"}).json()["data"]["tag"] == "after new"
    assert call(client, "PATCH", "a", {}).json()["data"]["tag"] == "after after new"


def test_what_changes_meanwhile_is_not_lost(queries: AbstractQueryset) -> None:
    """A hidden field that the program sets between reading and writing is kept."""
    queries.create(stored_note("a", rank=1))
    raced: list[int] = []

    def complete(self: Any, document: Any, before: Any) -> None:
        if not raced:
            raced.append(1)
            queries.update(stored_note("a", rank=77))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    change(client, "PATCH", {"tag": "mine"})
    stored = Note(**queries.read_one("a")[1])
    assert (stored.rank, stored.tag) == (77, "mine")


def test_what_goes_meanwhile_is_missing(queries: AbstractQueryset) -> None:
    """404 for a document that somebody removes between reading and writing; it stays away."""
    queries.create([stored_note("a"), stored_note("b")])

    def complete(self: Any, document: Any, before: Any) -> None:
        if document.id == "a":
            with suppress(FourOhFourException):
                queries.destroy("a")

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    answer = call(client, "PATCH", "a,b", {"tag": "mine", "unknown": 1})
    assert (answer.status_code, statuses(answer)) == (207, [("a", 404), ("b", 200)])
    assert [item["_id"] for _, item in queries.read_page(9).items] == ["b"]


def test_who_never_gets_to_write_is_told(queries: AbstractQueryset) -> None:
    """409 when somebody is faster again and again."""
    queries.create(stored_note("a", rank=1))

    def complete(self: Any, document: Any, before: Any) -> None:
        queries.update(stored_note("a", rank=before["rank"] + 1))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    assert call(client, "PATCH", "a", {"tag": "mine"}).status_code == 409
    assert queries.read_one("a")[1].get("tag") is None
