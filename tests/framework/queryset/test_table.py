"""One table for every kind of queryset: none, one and many documents, ids of every kind."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import gevent
import pytest
from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import Change
from brubeck.request_handling import FourOhFourException
from bson import ObjectId
from framework.queryset.stores import Note, note, texts


@dataclass
class Case:
    """An action on a store that holds A under a and B under b, and what must come of it."""

    name: str
    action: Callable[[AbstractQueryset], Any]
    answer: list[tuple[str, str]]
    left: dict[str, str]


AB = {"a": "A", "b": "B"}
CASES = [
    Case("create none", lambda q: q.create([]), [], AB),
    Case("create one", lambda q: [q.create(note("c", "C"))], [("Created", "C")], {**AB, "c": "C"}),
    Case("create one again", lambda q: [q.create(note("a", "Z"))], [("Updated", "Z")], {**AB, "a": "Z"}),
    Case(
        "create many",
        lambda q: q.create([note("b", "Y"), note("c", "C")]),
        [("Updated", "Y"), ("Created", "C")],
        {"a": "A", "b": "Y", "c": "C"},
    ),
    Case("read all", lambda q: q.read(None), [("OK", "A"), ("OK", "B")], AB),
    Case("read one", lambda q: [q.read("a")], [("OK", "A")], AB),
    Case("read one missing", lambda q: [q.read("c")], [("Failed", "c")], AB),
    Case("read many", lambda q: q.read(["b", "c", "a"]), [("OK", "B"), ("Failed", "c"), ("OK", "A")], AB),
    Case("update none", lambda q: q.update([]), [], AB),
    Case("update one", lambda q: [q.update(note("a", "Z"))], [("Updated", "Z")], {**AB, "a": "Z"}),
    Case(
        "update many",
        lambda q: q.update([note("b", "Y"), note("a", "Z")]),
        [("Updated", "Y"), ("Updated", "Z")],
        {"a": "Z", "b": "Y"},
    ),
    Case("destroy none", lambda q: q.destroy([]), [], AB),
    Case("destroy one", lambda q: [q.destroy("a")], [("Updated", "A")], {"b": "B"}),
    Case("destroy many", lambda q: q.destroy(["b", "a"]), [("Updated", "B"), ("Updated", "A")], {}),
    Case("page of none", lambda q: q.read_page(5, filters={"text": "C"}).items, [], AB),
    Case("page of one", lambda q: q.read_page(1).items, [("OK", "A")], AB),
    Case("page of many", lambda q: q.read_page(5).items, [("OK", "A"), ("OK", "B")], AB),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_kind_of_store_does_the_same(queries: AbstractQueryset, case: Case) -> None:
    """The table, over a dict, Redis with and without options, MongoDB, and a store of one's own."""
    queries.create([note("a", "A"), note("b", "B")])
    answer = [
        (message, item.to_python() if isinstance(item, Note) else item)
        for message, item in case.action(queries)
    ]
    expected = sorted(case.answer) if case.name == "read all" else case.answer
    assert (sorted(texts(answer)) if case.name == "read all" else texts(answer)) == expected
    assert {item["_id"]: item["text"] for _, item in queries.read_page(9).items} == case.left
    assert sorted(texts(queries.read(None))) == sorted(("OK", text) for text in case.left.values())


STRANGE = [
    pytest.param("ümläut 漢字 \U0001f600", id="unicode"),
    pytest.param(7, id="number"),
    pytest.param(-1.5, id="fraction"),
    pytest.param(ObjectId("0123456789abcdef01234567"), id="ObjectId"),
    pytest.param(UUID("11111111-1111-4111-8111-111111111111"), id="UUID"),
    pytest.param("0123456789abcdef01234567", id="text like an ObjectId"),
    pytest.param('{"$ne": 1}', id="operator as text"),
    pytest.param({"$ne": 1}, id="operator"),
    pytest.param("$where", id="dollar"),
    pytest.param("a.b:c,d/e|f", id="separators"),
    pytest.param("two\r\nlines\tand a null \x00", id="control characters"),
    pytest.param("*?[a-z]", id="pattern"),
    pytest.param("x" * 5000, id="very long"),
    pytest.param("None", id="None as text"),
    pytest.param("\x7f\x00\x00", id="like a separator of places"),
]


@pytest.mark.parametrize("key", STRANGE)
def test_ids_of_every_kind_are_nothing_but_ids(queries: AbstractQueryset, key: Any) -> None:
    """Each names one document for every action, and never another one."""
    queries.create([note("first", "other"), note("zz last", "other")])
    assert queries.create(note(key, "mine"))[0] == "Created"
    assert queries.create(note(key, "mine too"))[0] == "Updated"
    for found in (queries.read_one(key), *queries.read_many([key])):
        assert texts([found]) == [("OK", "mine too")]
    assert len(queries.read_page(9).items) == 3
    assert texts(queries.destroy([key])) == [("Updated", "mine too")]
    assert texts(queries.read_page(9).items) == [("OK", "other")] * 2


@pytest.mark.parametrize("key", [{"$ne": 1}, {"$gt": ""}, ["a", "b"], ("a",), {"a"}, True])
def test_what_is_no_id_finds_nothing(queries: AbstractQueryset, key: Any) -> None:
    """An operator of the database, a list or a set is the text that it is, and no query."""
    queries.create([note("a"), note("b")])
    assert queries.read_one(key)[0] == "Failed"
    assert [message for message, _ in queries.read_many([key])] == ["Failed"]
    with suppress(FourOhFourException):
        assert queries.destroy_one(key)[0] in {"Failed", "Not Found"}
    assert len(queries.read_page(9).items) == 2


def test_one_of_many_creates_of_an_id_creates_it(queries: AbstractQueryset) -> None:
    """The others update, whoever is first."""
    jobs = [gevent.spawn(queries.create, note("same", str(number))) for number in range(20)]
    gevent.joinall(jobs, raise_error=True)
    assert sorted(job.value[0] for job in jobs) == ["Created"] + ["Updated"] * 19
    assert len(queries.read_page(9).items) == 1


def test_a_change_is_made_only_to_what_was_read(queries: AbstractQueryset) -> None:
    """Creating, replacing and removing; None says that somebody was faster."""
    new, newer = note("a", "new"), note("a", "newer")
    assert queries.exchange([]) == []
    assert (
        queries.exchange([Change("a", {"_id": "a"}, new), Change("a", {"_id": "a"}, None)])
        == [None] * 2
    )
    assert queries.exchange([Change("a", None, new)]) == [("Created", new)]
    assert queries.exchange([Change("a", None, newer), Change("b", None, note("b"))])[0] is None
    seen = dict(queries.read_one("a")[1])
    (status,) = queries.exchange([Change("a", seen, newer)])
    assert status is not None
    assert status[1] is newer
    assert queries.exchange([Change("a", seen, new), Change("a", seen, None)]) == [None, None]
    assert texts([queries.read_one("a")]) == [("OK", "newer")]
    now = dict(queries.read_one("a")[1])
    assert texts([queries.exchange([Change("a", now, None)])[0]]) == [("Updated", "newer")]
    assert [item["_id"] for _, item in queries.read_page(9).items] == ["b"]


def test_one_of_many_who_change_what_they_read_wins(queries: AbstractQueryset) -> None:
    """Nobody overwrites a change that he has not seen."""
    jobs = [
        gevent.spawn(queries.exchange, [Change("a", None, note("a", str(number)))])
        for number in range(20)
    ]
    gevent.joinall(jobs, raise_error=True)
    assert sum(job.value != [None] for job in jobs) == 1
