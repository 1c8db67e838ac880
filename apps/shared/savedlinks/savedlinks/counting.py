"""How many links have a tag, or come from a site."""

from typing import Any, NamedTuple

from mongostore import Db, Filter
from pymongo import ASCENDING


class Counted(NamedTuple):
    """A tag or a site, and how many links have it."""

    name: str
    links: int


def count_by(db: Db, field: str, wanted: Filter) -> list[Counted]:
    """Count the links that are wanted by the values of a field, in the order of the alphabet.

    A link whose field is a list counts for each value of it.
    """
    steps: list[dict[str, Any]] = [
        {"$match": wanted},
        {"$unwind": f"${field}"},
        {"$group": {"_id": f"${field}", "links": {"$sum": 1}}},
        {"$sort": {"_id": ASCENDING}},
    ]
    return [Counted(found["_id"], found["links"]) for found in db.listitems.aggregate(steps)]
