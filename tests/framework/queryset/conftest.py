"""Stores of notes of every kind, empty.."""

from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from framework.queryset.stores import Make, Plain


@pytest.fixture
def collection(mongo_url: str) -> Iterator[Any]:
    """Give an empty collection of a real server."""
    with pymongo.MongoClient[Any](mongo_url, serverSelectionTimeoutMS=5000) as client:
        client.drop_database("test_queryset_table")
        yield client["test_queryset_table"]["notes"]


@pytest.fixture(params=["plain", "dict", "redis", "redis compressed", "redis indexed", "mongo"])
def make(request: pytest.FixtureRequest) -> Make:
    """Give what makes a queryset of each kind over an empty store."""
    kind: str = request.param
    if kind in {"plain", "dict"}:
        return {"plain": Plain, "dict": DictQueryset}[kind]
    if kind == "mongo":
        collection = request.getfixturevalue("collection")
        return lambda **options: MongoQueryset(db_conn=collection, **options)
    connection = request.getfixturevalue("redis")
    special = {"indexed": "indexed" in kind, "compress": "compressed" in kind}
    return lambda **options: RedisQueryset(db_conn=connection, **special, **options)


@pytest.fixture
def queries(make: Make) -> AbstractQueryset:
    """Give a queryset of each kind in turn."""
    return make()
