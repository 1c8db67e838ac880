"""How the embedded Mongo server's speed depends on the size of a collection.

Run: python tests/bench/mongolite.py [documents ...]      (default: 100 10000)

Each operation is repeated for a second over collections of the given sizes; the table shows
operations a second and the ratio between the last size and the first. What an index serves should
stay near 1; what scans falls with the size. One client, one connection, data directory on disk.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo import MongoClient
from pymongo.collection import Collection

STACK = Path(__file__).parents[2] / "stack"
SECONDS = 1.0
PAGE = 20
OWNED = 50  # documents of one owner, whatever the size
TAGS = ["web", "python", "mongo", "news", "music"]
Things = Collection[dict[str, Any]]
Operation = Callable[[Things], object]


def fill(things: Things, size: int) -> None:
    """Insert documents like bookmarks: an owner, a time, words, a counter."""
    owners = [ObjectId() for _ in range(max(1, size // OWNED))]
    things.create_index([("owner", 1), ("updated_at", -1), ("_id", -1)])
    things.insert_many(
        {
            "_id": number,
            "owner": owners[number % len(owners)],
            "updated_at": number,
            "title": f"Entry number {number}",
            "tags": random.sample(TAGS, 2),
            "hits": 0,
        }
        for number in range(size)
    )


def operations(things: Things) -> dict[str, Operation]:
    """Return what is measured, by name."""
    size = things.estimated_document_count()
    owner = things.find_one()["owner"]
    order = [("updated_at", -1), ("_id", -1)]
    before = {"$or": [{"updated_at": {"$lt": size}}, {"updated_at": size, "_id": {"$lt": size}}]}
    cloud = [
        {"$match": {}},
        {"$unwind": "$tags"},
        {"$group": {"_id": "$tags", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
    ]

    def any_id() -> int:
        return random.randrange(size)

    return {
        "find_one by _id": lambda c: c.find_one({"_id": any_id()}),
        "page of an owner, indexed": lambda c: list(c.find({"owner": owner}).sort(order).limit(PAGE)),
        "next page, keyset": lambda c: list(c.find({"owner": owner, **before}).sort(order).limit(PAGE)),
        "update by _id": lambda c: c.update_one({"_id": any_id()}, {"$inc": {"hits": 1}}),
        "insert and delete": lambda c: c.delete_one({"_id": c.insert_one({}).inserted_id}),
        "count, scanning": lambda c: c.count_documents({"hits": {"$gte": 0}}),
        "expression, scanning": lambda c: list(c.find({"title": {"$regex": "99$"}}).limit(PAGE)),
        "sort of all, page": lambda c: list(c.find().sort("title", 1).limit(PAGE)),
        "tag cloud": lambda c: list(c.aggregate(cloud)),
    }  # fmt: skip


def rate(things: Things, operation: Operation) -> float:
    """Return how often an operation runs in a second."""
    operation(things)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        operation(things)
        count += 1
    return count / (time.perf_counter() - start)


def measure(client: MongoClient[dict[str, Any]], sizes: list[int]) -> None:
    """Print the table."""
    collections = [client.bench[f"things{size}"] for size in sizes]
    for things, size in zip(collections, sizes, strict=True):
        fill(things, size)
    columns = [operations(things) for things in collections]
    sys.stdout.write(
        f"{'operations a second':28}"
        + "".join(f"{size:>10}" for size in sizes)
        + f"{'ratio':>10}\n"
    )
    for name in columns[0]:
        rates = [rate(c, column[name]) for c, column in zip(collections, columns, strict=True)]
        cells = "".join(f"{one:>10.0f}" for one in rates)
        sys.stdout.write(f"{name:28}{cells}{rates[-1] / rates[0]:>10.3f}\n")


def main() -> None:
    """Start a server with a fresh data directory, measure, stop it."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [100, 10_000]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mongolite", "--port", "0", "--data", folder]
        with subprocess.Popen(command, cwd=STACK, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            try:
                with MongoClient(f"mongodb://{address}") as client:
                    measure(client, sizes)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
