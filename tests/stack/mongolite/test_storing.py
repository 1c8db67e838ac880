"""What is on disk: everything acknowledged, nothing undone, one server at a time."""

import signal
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mongolite.catalog import Catalog
from mongolite.collection import Collection, UnitOfWork
from mongolite.errors import MongoError
from mongolite.indexspec import IndexSpec
from mongolite.storage import SQLiteStorage, StorageError
from pymongo.errors import ConnectionFailure, DuplicateKeyError

WRITERS = 6
ENOUGH = 150
Start = Callable[..., Any]


def test_what_was_acknowledged_survives_sigkill(start: Start, tmp_path: Path) -> None:
    """Killed under six writers, the server comes back with every acknowledged write."""
    done: list[tuple[int, int]] = []
    first = start("--data", str(tmp_path))

    def write(writer: int) -> None:
        with first.client() as client:
            try:
                for number in range(100_000):
                    client.base.things.insert_one({"_id": f"{writer}-{number}"})
                    client.base.counters.update_one(
                        {"_id": writer}, {"$inc": {"n": 1}}, upsert=True
                    )
                    done.append((writer, number))
                    if len(done) == ENOUGH:
                        first.process.send_signal(signal.SIGKILL)
            except ConnectionFailure:
                return

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert first.finished() == -signal.SIGKILL

    with start("--data", str(tmp_path)).client() as client:
        there = {one["_id"] for one in client.base.things.find()}
        counters = {one["_id"]: one["n"] for one in client.base.counters.find()}
    assert len(done) >= ENOUGH
    assert {f"{writer}-{number}" for writer, number in done} <= there
    for writer in range(WRITERS):
        acknowledged = sum(1 for one, _ in done if one == writer)
        assert counters.get(writer, 0) - acknowledged in {0, 1}


def test_a_restart_brings_everything_back(start: Start, tmp_path: Path) -> None:
    """Documents, their order, indexes with options and empty collections are there again."""
    first = start("--data", str(tmp_path))
    with first.client() as client:
        base = client.base
        base.things.create_index([("k", 1)], unique=True, name="mine")
        base.things.insert_many([{"_id": number, "k": number} for number in (3, 1, 2)])
        base.things.update_one({"_id": 3}, {"$set": {"x": [None, {"y": 1.0}]}})
        base.things.delete_one({"_id": 1})
        base.create_collection("empty")
        base.old.insert_one({"_id": 1})
        base.old.rename("new")
        base.gone.insert_one({})
        base.gone.drop()
    assert first.end() == 0
    with start("--data", str(tmp_path)).client() as client:
        base = client.base
        assert list(base.things.find()) == [
            {"_id": 3, "k": 3, "x": [None, {"y": 1.0}]},
            {"_id": 2, "k": 2},
        ]
        assert sorted(base.list_collection_names()) == ["empty", "new", "things"]
        assert base.things.index_information()["mine"]["unique"]
        with pytest.raises(DuplicateKeyError):
            base.things.insert_one({"k": 3})


def test_memory_forgets(start: Start) -> None:
    """Without a data directory nothing is written anywhere, and the server works."""
    with start("--data", ":memory:").client() as client:
        client.base.things.insert_one({"_id": 1})
        assert client.base.things.count_documents({}) == 1


def test_one_directory_one_server(start: Start, tmp_path: Path) -> None:
    """A second server on the directory is refused in one line; after the first died it is not."""
    first = start("--data", str(tmp_path))
    second = start("--data", str(tmp_path))
    assert second.finished() == 1
    assert "in use by another server" in second.errors
    assert len(second.errors.strip().splitlines()) == 1
    first.end(signal.SIGKILL)
    assert start("--data", str(tmp_path)).line.startswith("mongolite ready on ")


def test_a_directory_that_cannot_be_used(start: Start, tmp_path: Path) -> None:
    """A file in its place, or a database that is none, is a one-line error."""
    file = tmp_path / "file"
    file.write_text("")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "mongolite.sqlite3").write_bytes(b"no database at all, but long enough" * 100)
    for place in (file, broken):
        server = start("--data", str(place))
        assert server.finished() == 1
        assert str(place) in server.errors
        assert len(server.errors.strip().splitlines()) == 1


def test_a_directory_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """Data in a format of another version is not touched."""
    SQLiteStorage(tmp_path).close()
    with sqlite3.connect(tmp_path / "mongolite.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="another version"):
        SQLiteStorage(tmp_path)


def test_a_write_that_cannot_be_stored_is_undone(tmp_path: Path) -> None:
    """When the disk refuses, the client gets an error and memory is as it was."""
    storage = SQLiteStorage(tmp_path)
    catalog = Catalog(storage)
    things = catalog.create("base", "things")
    with UnitOfWork(storage) as work:
        work.insert(things, {"_id": 1, "n": 1})
    record = next(iter(things.documents))
    storage.close()
    work = UnitOfWork(storage)
    work.replace(things, record, {"_id": 1, "n": 2})
    work.insert(things, {"_id": 2})
    with pytest.raises(MongoError, match="undone"):
        work.commit()
    assert list(things.documents.values()) == [{"_id": 1, "n": 1}]
    assert things.select({"_id": 2}).pairs == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "update", "delete", "fail"]),
        st.integers(0, 5),
        st.lists(st.integers(0, 3), max_size=2) | st.integers(0, 3) | st.none(),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_the_disk_holds_what_memory_holds(steps: list[tuple[str, int, Any]]) -> None:
    """After any writes, failed ones among them, a fresh start finds the same documents and keys."""
    with tempfile.TemporaryDirectory() as folder:
        storage = SQLiteStorage(Path(folder))
        things = Catalog(storage).create("base", "things")
        things.build_index(IndexSpec("k_1", {"k": 1}))
        things.save()
        for kind, number, value in steps:
            take_step(things, storage, kind, {"_id": number, "k": value})
        storage.close()

        storage = SQLiteStorage(Path(folder))
        again = Catalog(storage).get("base", "things")
        storage.close()
    assert again is not None
    assert list(again.documents.items()) == list(things.documents.items())
    for value in (*range(4), None):
        assert again.select({"k": value}).pairs == things.select({"k": value}).pairs


def take_step(
    things: Collection, storage: SQLiteStorage, kind: str, document: dict[str, Any]
) -> None:
    """Insert, replace or delete a document; or do it and fail before the end."""
    records = [record for record, _ in things.select({"_id": document["_id"]}).pairs]
    with suppress(MongoError), UnitOfWork(storage) as work:
        if kind == "insert" or not records:
            work.insert(things, document)
        elif kind == "update":
            work.replace(things, records[0], document)
        else:
            work.delete(things, records[0])
        if kind == "fail":
            raise MongoError(1, "on purpose")
