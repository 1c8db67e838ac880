"""Every change of a link goes through here, one after the other for each owner.

Programs ask what has changed since they asked last, and must neither miss a change nor see it twice,
whatever dies in between. So the changes of an owner are numbered, and written down before they are
made (a write-ahead log of one batch): the owner's counter holds the last number and, as long as a
batch is being made, the batch itself. Whoever comes next, to write or to read, finishes what he
finds unfinished. That does no harm where its writer is only slow, because each step is made only
where the link has an older number. No clock and no time limit decides anything.

    counter      {seq: 7}
    take         {seq: 9, writing: {first: 8, writes: [...]}}    if it is still 7
    make         link 8, link 9                                  where link.change is less
    settle       {seq: 9}

Nobody else's change comes between what `decide` reads and what it writes: a batch is taken only if
the counter has not moved since. MongoDB needs no transactions for that, one document is enough.

A purged link leaves its id and its number behind, without an owner: no question by owner finds it,
and only the feed of changes sees it (by `feed`).
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from brubeck.concurrency import current
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import ASCENDING, DESCENDING, InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from readify.indexing import HIDDEN

MOST_WRITES = 200  # in one batch
PATIENCE = 0.05  # seconds that a writer is given before others finish his batch
LONGEST_PAUSE = 0.03  # seconds before the next attempt, at random
DUPLICATE_KEY = 11000
CLOSED_FOR = 60 * 60  # seconds for which a closed counter stays; no request lasts longer

INSERT, SET, PURGE = "insert", "set", "purge"


class AccountGoneError(Exception):
    """The owner has deleted his account: nothing of his is written any more."""


class Write(NamedTuple):
    """What is to be written about one link: all its fields, some of them, or that it is gone."""

    kind: str
    link_id: ObjectId
    fields: Filter = {}

    @classmethod
    def of(cls, link_id: ObjectId, **fields: Any) -> "Write":
        """Return a change of some fields of a link."""
        return cls(SET, link_id, fields)


class Changes(NamedTuple):
    """Links as they are stored and tombstones, in the order of their changes, and how far that goes."""

    items: list[Filter]
    last: int
    is_all: bool


Decide = Callable[[], Sequence[Write]]


def commit(db: Db, owner_id: ObjectId, decide: Decide) -> None:
    """Make the changes that `decide` returns, none if there are none.

    It may be asked several times, and sees all that was changed before; what it raises ends the
    attempt with nothing written. Raises AccountGoneError.
    """
    while True:
        counter = settled(db, owner_id)
        writes = decide()
        if not writes:
            return
        batch = taken(db, counter, writes)
        if batch is not None:
            finish(db, batch)
            return
        current().sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311  no secret, only a pause


def taken(db: Db, counter: Filter, writes: Sequence[Write]) -> Filter | None:
    """Write down a batch and return the counter with it; None if somebody else was faster."""
    now = max(curtime(), counter["at"] + 1)  # every change moves the time
    taken = {
        "seq": counter["seq"] + len(writes),
        "at": now,
        "writing": {
            "first": counter["seq"] + 1,
            "writes": [{"kind": kind, "id": key, "fields": fields} for kind, key, fields in writes],
        },
    }
    unmoved = {"_id": counter["_id"], "seq": counter["seq"], "writing": {"$exists": False}}
    unmoved["closed"] = {"$exists": False}
    if not db.counters.update_one(unmoved, {"$set": taken}).matched_count:
        return None
    return {"_id": counter["_id"], **taken}


def settled(db: Db, owner_id: ObjectId) -> Filter:
    """Return the counter of an owner when no batch is being made; finish one that was left."""
    seen = None
    while "writing" in (counter := counter_of(db, owner_id)):
        if counter["seq"] == seen:
            finish(db, counter)
        else:
            seen = counter["seq"]
            current().sleep(PATIENCE)
    return counter


def counter_of(db: Db, owner_id: ObjectId) -> Filter:
    """Return the counter of an owner, a new one at his first change; raise AccountGoneError."""
    counter = db.counters.find_one({"_id": owner_id})
    if counter is None:
        counter = {"_id": owner_id, "seq": 0, "at": 0}
        try:
            db.counters.insert_one(dict(counter))
        except DuplicateKeyError:
            return counter_of(db, owner_id)
    if "closed" in counter:
        raise AccountGoneError
    return counter


def finish(db: Db, counter: Filter) -> None:
    """Make what is written down in a counter, as far as nobody has, and strike it out there."""
    make(db, counter)
    same = {"_id": counter["_id"], "seq": counter["seq"]}
    db.counters.update_one(same, {"$unset": {"writing": ""}})


def make(db: Db, counter: Filter) -> None:
    """Write a batch; what is there already, or was changed since, stays as it is."""
    writing = counter["writing"]
    steps = [
        step(counter, number, write)
        for number, write in enumerate(writing["writes"], start=writing["first"])
    ]
    try:
        db.listitems.bulk_write(steps, ordered=False)
    except BulkWriteError as error:
        if any(each["code"] != DUPLICATE_KEY for each in error.details["writeErrors"]):
            raise


def step(counter: Filter, number: int, write: Filter) -> Any:
    """Return one write in pymongo's form, such that it can be made any number of times."""
    stamp = {"feed": counter["_id"], "change": number, "updated_at": counter["at"]}
    if write["kind"] == INSERT:
        return InsertOne({"_id": write["id"], **write["fields"], **stamp})
    older = {"_id": write["id"], "owner_id": counter["_id"], "change": {"$lt": number}}
    if write["kind"] == PURGE:
        return ReplaceOne(older, {"deleted": True, **stamp})
    return UpdateOne(older, {"$set": {**write["fields"], **stamp}})


def changes_since(db: Db, owner_id: ObjectId, number: int, count: int) -> Changes:
    """Return at most `count` links that have changed since the change of that number.

    A link that has changed several times is there once, as it is now. All numbers up to `last` are
    settled: nothing will ever appear among them.
    """
    seq = settled(db, owner_id)["seq"]
    asked = {"feed": owner_id, "change": {"$gt": number, "$lte": seq}}
    found = list(db.listitems.find(asked, HIDDEN).sort("change", ASCENDING).limit(count + 1))
    items = found[:count]
    is_all = len(found) <= count
    return Changes(items, seq if is_all else items[-1]["change"], is_all)


def number_before(db: Db, owner_id: ObjectId, time: int) -> int:
    """Return the number behind which everything is that has changed at a time (ms) or later.

    The times of an owner's changes grow with their numbers.
    """
    asked = {"feed": owner_id, "updated_at": {"$lt": time}}
    found = db.listitems.find(asked, {"change": 1}).sort("change", DESCENDING).limit(1)
    return next((int(item["change"]) for item in found), 0)


def close(db: Db, owner_id: ObjectId) -> None:
    """Let nobody change anything of an owner any more, once what is being made has been made."""
    while True:
        try:
            counter = settled(db, owner_id)
        except AccountGoneError:
            return
        idle = {"_id": owner_id, "seq": counter["seq"], "writing": {"$exists": False}}
        closed = {"closed": True, "ends_at": datetime.now(UTC)}
        if db.counters.update_one(idle, {"$set": closed}).matched_count:
            return
