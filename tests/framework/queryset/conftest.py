"""Stores of notes of every kind, empty.."""

import pytest
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from framework.queryset.stores import Make, Plain


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
