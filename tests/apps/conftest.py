"""A database of its own for each test of an application."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pymongo import MongoClient


@pytest.fixture
def database(mongo_url: str) -> Iterator[str]:
    """Give the name of a database that nobody else uses; it is gone after the test."""
    name = f"test_{uuid4().hex}"
    yield name
    with MongoClient(mongo_url) as client:
        client.drop_database(name)
