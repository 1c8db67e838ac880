"""What is asked about tags.

Notice that renaming takes two steps, and that either of them does no harm when it is done again:
whoever is interrupted sends the form once more. Links keep their places in the list, which would be
a mess after a renaming; only programs that ask what has changed get to see them.
"""

from accounts.models import User
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from savedlinks.counting import Counted, count_by
from savedlinks.feeds import rename_feed
from weblinks.tagnames import MOST_TAGS


def list_tags(db: Db, user: User, *, public_only: bool = False) -> list[Counted]:
    """Return the tags of a user's links in the order of the alphabet."""
    return count_by(db, "tags", {"owner": user.id} | ({"is_public": True} if public_only else {}))


def count_tag(db: Db, user: User, tag: str) -> int:
    """Return how many of a user's links have a tag."""
    return db.listitems.count_documents({"owner": user.id, "tags": tag})


def rename_tag(db: Db, user: User, old: str, new: str) -> int:
    """Give every link the new tag in place of the old one; return how many links that were.

    If other links have the new tag already, the two become one.
    """
    tagged = {"owner": user.id, "tags": old}
    if old == new:
        return db.listitems.count_documents(tagged)
    db.listitems.update_many(tagged, touching({"$addToSet": {"tags": new}}))
    rename_feed(db, user, old, new)
    return delete_tag(db, user, old)


def delete_tag(db: Db, user: User, tag: str) -> int:
    """Take a tag from all links that have it; return how many that were."""
    tagged = {"owner": user.id, "tags": tag}
    return db.listitems.update_many(tagged, touching({"$pull": {"tags": tag}})).modified_count


def touching(change: Filter) -> Filter:
    """Return a change that is written down with its time."""
    return {**change, "$set": {"touched_at": curtime()}}


def tag_links(db: Db, user: User, link_ids: list[ObjectId], tag: str) -> int:
    """Give some links of a user a tag; return how many have it now.

    A link that has as many tags as it may have is left as it is.
    """
    chosen = {"_id": {"$in": link_ids}, "owner": user.id}
    has_room = {f"tags.{MOST_TAGS - 1}": {"$exists": False}, "tags": {"$ne": tag}}
    db.listitems.update_many({**chosen, **has_room}, touching({"$addToSet": {"tags": tag}}))
    return db.listitems.count_documents({**chosen, "tags": tag})


def untag_links(db: Db, user: User, link_ids: list[ObjectId], tag: str) -> int:
    """Take a tag from some links of a user; return how many had it."""
    chosen = {"_id": {"$in": link_ids}, "owner": user.id, "tags": tag}
    return db.listitems.update_many(chosen, touching({"$pull": {"tags": tag}})).modified_count
