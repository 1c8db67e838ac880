"""Promises of launcher.mongodump."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId, Regex
from launcher.mongodump import DAMAGES, dump, restore
from mongoserver import STACK, ServerProcess
from pymongo import MongoClient

Client = MongoClient[dict[str, Any]]
DOCUMENTS: list[dict[str, Any]] = [
    {
        "_id": ObjectId(),
        "name": "Käse/..",
        "at": datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None),
    },
    {
        "_id": 2,
        "big": Int64(2),
        "exact": Decimal128(Decimal("1.10")),
        "nested": {"list": [None, b"x"]},
    },
    {"_id": "three", "pattern": Regex("^a"), "name": "other"},
]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """Give a server."""
    process = ServerProcess()
    try:
        yield process
    finally:
        process.end()


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    """Give a client of a server that holds something."""
    with closing(server.client()) as client:
        for database in client.list_database_names():
            client.drop_database(database)
        shop = client.shop
        shop.things.insert_many(DOCUMENTS)
        shop.things.create_index([("name", 1)], unique=True, name="by name")
        shop.empty.create_index("gone", expireAfterSeconds=60, sparse=True)
        client["käse"]["odd/name"].insert_many({"_id": n} for n in range(1200))
        yield client


def everything(client: Client) -> dict[str, Any]:
    """Return all documents and indexes."""
    return {
        f"{database}/{name}": (
            sorted(client[database][name].find(), key=repr),
            client[database][name].index_information(),
        )
        for database in client.list_database_names()
        for name in client[database].list_collection_names()
    }


def dumped(client: Client) -> bytes:
    """Return the file."""
    file = io.BytesIO()
    dump(client, file)
    return file.getvalue()


def test_what_was_dumped_is_there_again_and_nothing_else(client: Client) -> None:
    """Types, indexes, empty collections and odd names included; what came later goes."""
    before, file = everything(client), dumped(client)
    client.shop.things.delete_one({"_id": 2})
    client.shop.things.update_one({"_id": "three"}, {"$set": {"name": "changed"}})
    client.shop.things.drop_index("by name")
    client.later.things.insert_one({})
    assert everything(client) != before
    assert restore(client, io.BytesIO(file)) == 1203
    assert everything(client) == before
    assert client.shop.things.find_one({"_id": 2}) == DOCUMENTS[1]


def test_restoring_twice_is_restoring(client: Client) -> None:
    """A second press does no harm."""
    before, file = everything(client), dumped(client)
    for _ in range(2):
        restore(client, io.BytesIO(file))
    assert everything(client) == before


@pytest.mark.parametrize("cut", [1, 50, -20])
def test_a_damaged_file_changes_nothing(client: Client, cut: int) -> None:
    """It is read to its end before anything is removed."""
    before, file = everything(client), dumped(client)
    with pytest.raises(DAMAGES):
        restore(client, io.BytesIO(file[:cut]))
    assert everything(client) == before


@pytest.mark.parametrize("path", ["../../evil", "/evil/a", "a/../b", "a//b", "a"])
def test_a_file_cannot_write_where_it_likes(client: Client, path: str) -> None:
    """A path that leads elsewhere is damage (CWE-22)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(path))
    with pytest.raises(tarfile.ReadError, match="no file of a database"):
        restore(client, io.BytesIO(file.getvalue()))


def test_the_file_is_laid_out_as_mongorestore_wants_it(client: Client) -> None:
    """Folders of databases, a file of BSON and one of metadata for each collection."""
    with tarfile.open(fileobj=io.BytesIO(dumped(client))) as archive:
        names = set(archive.getnames())
    assert {"shop/things.bson", "shop/things.metadata.json", "shop/empty.bson"} <= names
    assert "k%C3%A4se/odd%2Fname.bson" in names


def command(word: str, url: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run the program."""
    return subprocess.run(
        [sys.executable, "-m", "launcher.mongodump", word], cwd=STACK, input=given,
        capture_output=True, check=False, env=os.environ | {"MONGO_URL": url},
    )  # fmt: skip


def test_the_program_does_both(client: Client, server: ServerProcess, tmp_path: Path) -> None:
    """From its output back into its input."""
    before = everything(client)
    done = command("dump", server.url)
    assert done.stderr == b"1203 documents\n"
    client.drop_database("shop")
    assert command("restore", server.url, done.stdout).returncode == 0
    assert everything(client) == before


@pytest.mark.parametrize(
    ("word", "given", "said"),
    [
        ("restore", b"nonsense", "Take another one; nothing was changed."),
        ("restore", b"", "Take another one; nothing was changed."),
        ("eat", b"", "Usage: "),
    ],
)
def test_what_cannot_be_done_is_said(
    client: Client, server: ServerProcess, word: str, given: bytes, said: str
) -> None:
    """In a sentence, with exit code 1 and everything where it was."""
    before = everything(client)
    done = command(word, server.url, given)
    assert said in done.stderr.decode()
    assert done.returncode == 1
    assert everything(client) == before
