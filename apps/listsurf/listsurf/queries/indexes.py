"""The indexes, and which question each of them answers.

| Question | Index |
| --- | --- |
| is this address known, each address only once (`find_link_to`, `insert_link`) | owner, address |
| a page by last change (`list_links`), everything of one owner | owner, updated_at, _id |
| a page of what has changed in any way since a time | owner, touched_at, _id |
| a page by time of saving | owner, created_at, _id |
| a page by title | owner, title_key, _id |
| a page of a search by words, one of them decides | owner, words, updated_at, _id |
| a page of a tag, `count_tag`, `rename_tag`, `delete_tag` | owner, tags, updated_at, _id |
| a page of what everybody may see | owner, is_public, updated_at, _id |
| one link, or some (`find_link`, `tag_links`, `delete_links`) | _id |
| which page to fetch next (`claim_fetch`) | fetch_at, of waiting links only |
| what was deleted last (`list_trash`), one deletion (`undo_delete`) | `trash`: owner, batch, _id |
| the end of what is in the trash | `trash`: deleted_at (TTL) |
| feeds, imports | `feeds`, `imports`, `importparts`: in `savedlinks.feeds`, `savedlinks.imports` |
| people and their tokens | `users`, `tokens`: in `accounts.people` and `accounts.tokens` |

Notice what is done for the data of older versions before an index is made that they would not fit.
A page that is there twice stays there twice: the second one has an address that nobody can type.
"""

from contextlib import suppress

from mongostore import Db
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError
from savedlinks.feeds import ALL, ensure_feed_indexes
from savedlinks.imports import ensure_import_indexes

from listsurf.indexing import indexed
from listsurf.models import Link
from listsurf.queries.links import link_of
from listsurf.queries.trash import KEPT_FOR

NEWEST_FIRST = [("updated_at", DESCENDING), ("_id", DESCENDING)]
OWNER = ("owner", ASCENDING)
PAGES = [
    [OWNER, *NEWEST_FIRST],
    [OWNER, ("touched_at", DESCENDING), ("_id", DESCENDING)],
    [OWNER, ("created_at", DESCENDING), ("_id", DESCENDING)],
    [OWNER, ("title_key", ASCENDING), ("_id", ASCENDING)],
    [OWNER, ("words", ASCENDING), *NEWEST_FIRST],
    [OWNER, ("tags", ASCENDING), *NEWEST_FIRST],
    [OWNER, ("is_public", ASCENDING), *NEWEST_FIRST],
]
OLD_INDEX = "owner_1_url_1"  # forbade the same spelling only
OLD_FEED_INDEX = "owner_1_tag_1"
UNSETTLED = " "  # what the address of a link begins with that has none of its own


def ensure_indexes(db: Db) -> None:
    """Make the indexes that uniqueness and speed rest on; called once, when the program starts.

    Links of older versions get what they lack for that first.
    """
    drop_old_indexes(db)
    add_missing_fields(db)
    rename_owners(db)
    ensure_indexes_of_links(db)
    settle_addresses(db)
    ensure_indexes_of_the_rest(db)


def drop_old_indexes(db: Db) -> None:
    """Drop the indexes of older versions that would stand in the way."""
    for collection, name in ((db.listitems, OLD_INDEX), (db.feeds, OLD_FEED_INDEX)):
        if name in collection.index_information():
            collection.drop_index(name)


def ensure_indexes_of_links(db: Db) -> None:
    """Make the indexes of the list itself."""
    db.listitems.create_index([OWNER, ("address", ASCENDING)], unique=True)
    for keys in PAGES:
        db.listitems.create_index(keys)
    db.listitems.create_index("fetch_at", partialFilterExpression={"fetch_state": Link.WAITING})


def ensure_indexes_of_the_rest(db: Db) -> None:
    """Make the indexes of what is not a link itself."""
    db.trash.create_index([OWNER, ("batch", DESCENDING), ("_id", DESCENDING)])
    db.trash.create_index("deleted_at", expireAfterSeconds=KEPT_FOR)
    ensure_feed_indexes(db)
    ensure_import_indexes(db)


def add_missing_fields(db: Db) -> None:
    """Give links of older versions what they are found by, and an address that is certainly new."""
    for item in list(db.listitems.find({"words": {"$exists": False}})):
        fields = indexed(link_of(item)) | {"tags": item.get("tags") or []}
        fields["touched_at"] = item["updated_at"]
        fields["address"] = f"{UNSETTLED}{item['_id']}"
        db.listitems.update_one({"_id": item["_id"]}, {"$set": fields})


def rename_owners(db: Db) -> None:
    """Call the owners of feeds and imports as `savedlinks` does; older versions did otherwise."""
    of_old = {"owner": {"$exists": True}}
    db.feeds.update_many(of_old, {"$rename": {"owner": "owner_id"}, "$set": {"view": ALL}})
    names = {"owner": "owner_id", "username": "owner_username"}
    db.imports.update_many(of_old, {"$rename": names})


def settle_addresses(db: Db) -> None:
    """Give links of older versions their addresses, unless another link has it already."""
    for item in list(db.listitems.find({"address": {"$regex": f"^{UNSETTLED}"}})):
        address = {"address": indexed(link_of(item))["address"]}
        with suppress(DuplicateKeyError):
            db.listitems.update_one({"_id": item["_id"]}, {"$set": address})
