"""AutoAPI over every store: the querysets, the application, and somebody who is signed in."""

import pytest
from brubeck.application import Brubeck
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from brubeck.testing import TestClient
from framework.autoapi.notes import ANN, NoteAPI, serve


@pytest.fixture(params=["dict", "redis", "redis indexed", "mongo"])
def queries(request: pytest.FixtureRequest) -> AbstractQueryset:
    """Give an empty queryset of each kind in turn."""
    kind: str = request.param
    if kind == "dict":
        return DictQueryset()
    if kind == "mongo":
        return MongoQueryset(request.getfixturevalue("collection"), filter_keys=["owner_id"])
    filter_keys = ["owner_id"] if "indexed" in kind else []
    return RedisQueryset(db_conn=request.getfixturevalue("redis"), filter_keys=filter_keys)


@pytest.fixture
def app(queries: AbstractQueryset) -> Brubeck:
    """Give an application whose notes have owners."""
    return serve(NoteAPI, queries)


@pytest.fixture
def ann(app: Brubeck) -> TestClient:
    """Give a visitor who is signed in."""
    return TestClient(app, headers={"X-User": ANN})
