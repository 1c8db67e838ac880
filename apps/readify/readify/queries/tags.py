"""What is asked about tags and sites: which there are, and how many links each has."""

from bson import ObjectId
from mongostore import Db
from savedlinks.counting import Counted, count_by


def list_tags(db: Db, user_id: ObjectId) -> list[Counted]:
    """Return the tags of a user's links in the order of the alphabet."""
    return count_by(db, "tags", {"owner_id": user_id, "deleted": False})


def list_sites(db: Db, user_id: ObjectId) -> list[Counted]:
    """Return the sites of a user's links in the order of the alphabet."""
    return count_by(db, "site", {"owner_id": user_id, "deleted": False})
