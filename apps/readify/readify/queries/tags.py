"""What is asked about tags and sites: which there are, and how many links each has."""

from typing import Any, NamedTuple

from bson import ObjectId
from pymongo import ASCENDING

from readify.queries.database import Db


class Counted(NamedTuple):
    """A tag or a site, and how many links have it; those in the bin do not count."""

    name: str
    links: int


def list_tags(db: Db, user_id: ObjectId) -> list[Counted]:
    """Return the tags of a user's links in the order of the alphabet."""
    return counted(db, user_id, "tags", [{"$unwind": "$tags"}])


def list_sites(db: Db, user_id: ObjectId) -> list[Counted]:
    """Return the sites of a user's links in the order of the alphabet."""
    return counted(db, user_id, "site", [])


def counted(db: Db, user_id: ObjectId, name: str, between: list[dict[str, Any]]) -> list[Counted]:
    """Count links by the values of a field."""
    steps: list[dict[str, Any]] = [
        {"$match": {"owner_id": user_id, "deleted": False}},
        *between,
        {"$group": {"_id": f"${name}", "links": {"$sum": 1}}},
        {"$sort": {"_id": ASCENDING}},
    ]
    return [Counted(found["_id"], found["links"]) for found in db.listitems.aggregate(steps)]
