"""What a site answers when MongoDB cannot do the work."""

from collections.abc import Callable

import pytest
from fulldisks import disk_server, full_for
from mongoserver import ServerProcess
from mongostore import Db, connect, refusal_of
from pymongo import InsertOne
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure, PyMongoError

__all__ = ["disk_server"]

WRITES: dict[str, Callable[[Db], object]] = {
    "one": lambda db: db.things.insert_one({}),
    "many": lambda db: db.things.insert_many([{}, {}]),
    "bulk": lambda db: db.things.bulk_write([InsertOne({})]),
    "change": lambda db: db.things.update_one({"_id": 1}, {"$set": {"a": 1}}),
    "upsert": lambda db: db.things.find_one_and_update({"a": 2}, {"$set": {"b": 1}}, upsert=True),
    "delete": lambda db: db.things.delete_one({"_id": 1}),
    "index": lambda db: db.others.create_index("a"),
}


def test_a_database_that_is_away_is_503() -> None:
    """It was not reached, or is gone."""
    refusal = refusal_of(AutoReconnect("gone"))
    assert refusal is not None
    assert refusal.status_code == 503
    assert "does not answer" in refusal.detail


def test_a_full_disk_is_507_whatever_was_to_be_written(disk_server: ServerProcess) -> None:
    """Each write fails as a whole, and the disk holds what it held; with room it is done."""
    db = connect(disk_server.url, "test")
    db.things.insert_one({"_id": 1})
    with full_for(disk_server.process.pid):
        assert {name: _status_of(write, db) for name, write in WRITES.items()} == dict.fromkeys(
            WRITES, 507
        )
        assert list(db.things.find()) == [{"_id": 1}]
    for write in WRITES.values():
        write(db)
    db.client.close()


def _status_of(write: Callable[[Db], object], db: Db) -> int | None:
    with pytest.raises(PyMongoError) as refused:
        write(db)
    refusal = refusal_of(refused.value)
    return refusal.status_code if refusal else None


@pytest.mark.parametrize(
    "error", [OperationFailure("not authorized", 13), DuplicateKeyError("twice", 11000), OSError()]
)
def test_other_errors_are_left_alone(error: Exception) -> None:
    """They are mistakes of ours, or of whoever has set it up: a traceback helps."""
    assert refusal_of(error) is None
