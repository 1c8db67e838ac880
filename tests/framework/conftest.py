"""What tests of several modules need: an empty collection."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest


@pytest.fixture
def collection(mongo_url: str) -> Iterator[Any]:
    """Give an empty collection of a real server."""
    with pymongo.MongoClient[Any](mongo_url, serverSelectionTimeoutMS=5000) as client:
        database = client[f"test_{uuid4().hex}"]
        yield database["documents"]
        client.drop_database(database.name)
