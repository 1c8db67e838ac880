"""A database of its own for each module that tests an application."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pymongo import MongoClient


@pytest.fixture(scope="module")
def database(mongo_url: str) -> Iterator[str]:
    """Give the name of a database that nobody else uses; it is gone after the last test."""
    name = f"test_{uuid4().hex}"
    yield name
    with MongoClient(mongo_url) as client:
        client.drop_database(name)
