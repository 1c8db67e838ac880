"""What is done with several links at once: flags, tags, the bin, and taking it back.

Notice that setting what is set already changes nothing: no time moves, and no program hears of it.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from brubeck.timekeeping import curtime
from bson import ObjectId
from weblinks.tagnames import MOST_TAGS

from readify.models import Link
from readify.queries.changes import PURGE, Write, commit
from readify.queries.database import Db, Filter
from readify.queries.links import find_links

FLAGS = ("liked", "archived", "deleted", "is_public")
UNDO_FOR = 24 * 60 * 60  # seconds

Ids = Sequence[ObjectId]


def set_flags(
    db: Db,
    user_id: ObjectId,
    ids: Ids,
    *,
    liked: bool | None = None,
    archived: bool | None = None,
    deleted: bool | None = None,
) -> str | None:
    """Set flags of some links; return what takes that back, None if none of them are his.

    None leaves a flag as it is.
    """
    wanted = {"liked": liked, "archived": archived, "deleted": deleted}
    flags = {name: value for name, value in wanted.items() if value is not None}
    if not find_links(db, user_id, ids):
        return None
    before = change_each(db, user_id, ids, lambda link: flag_changes(link, flags))
    return keep_batch(db, user_id, before)


def flag_changes(link: Link, flags: dict[str, bool]) -> Filter:
    """Return what setting flags changes about a link."""
    changes: Filter = {name: value for name, value in flags.items() if link[name] != value}
    if "deleted" in changes:
        changes["deleted_at"] = curtime() if changes["deleted"] else None
    return changes


def change_each(
    db: Db, user_id: ObjectId, ids: Ids, changes_of: Callable[[Link], Filter]
) -> list[Link]:
    """Change each of some links of a user; return those that were changed, as they were before."""
    before: list[Link] = []

    def decide() -> list[Write]:
        changes = [(link, changes_of(link)) for link in find_links(db, user_id, ids)]
        before[:] = [link for link, fields in changes if fields]
        return [Write.of(link.id, **fields) for link, fields in changes if fields]

    commit(db, user_id, decide)
    return before


def keep_batch(db: Db, user_id: ObjectId, before: list[Link]) -> str:
    """Keep for a while how the flags of some links were; return what brings that back."""
    batch = secrets.token_urlsafe(12)
    links = [
        {"id": link.id, "flags": {name: bool(link[name]) for name in FLAGS}} for link in before
    ]
    item = {"_id": batch, "owner_id": user_id, "links": links, "created_at": datetime.now(UTC)}
    db.undos.insert_one(item)
    return batch


def undo(db: Db, user_id: ObjectId, batch: str) -> int:
    """Set the flags of a batch as they were; return how many links that were."""
    kept = db.undos.find_one({"_id": batch, "owner_id": user_id})
    if kept is None:
        return 0
    flags = {item["id"]: item["flags"] for item in kept["links"]}
    back = change_each(db, user_id, list(flags), lambda link: flag_changes(link, flags[link.id]))
    db.undos.delete_one({"_id": batch})
    return len(back)


def purge(db: Db, user_id: ObjectId, ids: Ids) -> int:
    """Remove links from the bin for good, with their texts and discussions; return how many.

    Only their ids stay, so that programs hear of it.
    """
    gone: list[ObjectId] = []

    def decide() -> list[Write]:
        gone[:] = [link.id for link in find_links(db, user_id, ids) if link.deleted]
        return [Write(PURGE, link_id) for link_id in gone]

    commit(db, user_id, decide)
    db.articles.delete_many({"_id": {"$in": gone}})
    db.comments.delete_many({"link_id": {"$in": gone}})
    return len(gone)


def tag_links(db: Db, user_id: ObjectId, ids: Ids, tag: str) -> int:
    """Give some links a tag; return how many have it now. Full ones are left as they are."""

    def changes_of(link: Link) -> Filter:
        fits = tag not in link.tags and len(link.tags) < MOST_TAGS
        return {"tags": [*link.tags, tag]} if fits else {}

    change_each(db, user_id, ids, changes_of)
    asked = {"_id": {"$in": list(ids)}, "owner_id": user_id, "tags": tag}
    return int(db.listitems.count_documents(asked))


def untag_links(db: Db, user_id: ObjectId, ids: Ids, tag: str) -> int:
    """Take a tag from some links; return how many had it."""

    def changes_of(link: Link) -> Filter:
        return {"tags": [each for each in link.tags if each != tag]} if tag in link.tags else {}

    return len(change_each(db, user_id, ids, changes_of))
