"""What is done with several links at once: flags, tags, the bin, and taking it back.

Notice that setting what is set already changes nothing: no time moves, and no program hears of it.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import DESCENDING
from weblinks.tagnames import MOST_TAGS

from readify.models import Link
from readify.queries.changes import PURGE, Write, commit
from readify.queries.comments import delete_comments
from readify.queries.links import find_links

UNDO_FOR = 24 * 60 * 60  # seconds

Ids = Sequence[ObjectId]


class Deed(NamedTuple):
    """What is done with links: flags are set, a tag is given, a tag is taken."""

    flags: dict[str, bool]
    tag: str = ""
    untag: str = ""

    def changes(self, link: Link) -> Filter:
        """Return what it changes about a link; nothing about one that has no room for a tag."""
        changes = flag_changes(link, self.flags)
        if self.untag in link.tags:
            changes["tags"] = [tag for tag in link.tags if tag != self.untag]
        elif self.tag and self.tag not in link.tags and len(link.tags) < MOST_TAGS:
            changes["tags"] = [*link.tags, self.tag]
        return changes

    def opposite(self, link: Link) -> "Deed":
        """Return what takes it back from a link that was like this before."""
        changed = flag_changes(link, self.flags).keys() & self.flags.keys()
        flags = {name: not self.flags[name] for name in changed}
        return Deed(flags, tag=self.untag, untag=self.tag)


class Done(NamedTuple):
    """With how many links something was done, and the batch that takes it back, empty for none."""

    links: int
    batch: str


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
    return do(db, user_id, ids, Deed(flags)).batch


def flag_changes(link: Link, flags: dict[str, bool]) -> Filter:
    """Return what setting flags changes about a link."""
    changes: Filter = {name: value for name, value in flags.items() if link[name] != value}
    if "deleted" in changes:
        changes["deleted_at"] = curtime() if changes["deleted"] else None
    return changes


def do(db: Db, user_id: ObjectId, ids: Ids, deed: Deed) -> Done:
    """Do something with some links of a user; what was done already can be taken back once more."""
    before = change_each(db, user_id, ids, deed.changes)
    if before:
        return Done(len(before), keep_batch(db, user_id, ids, deed, before))
    return Done(0, batch_of_before(db, user_id, ids, deed))


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


def keep_batch(db: Db, user_id: ObjectId, ids: Ids, deed: Deed, before: list[Link]) -> str:
    """Keep for a while what takes a deed back, and from which links; return how that is called."""
    item = {
        "_id": secrets.token_urlsafe(12),
        **same_deed(user_id, ids, deed),
        "links": [{"id": link.id, **deed.opposite(link)._asdict()} for link in before],
        "created_at": datetime.now(UTC),
    }
    db.undos.insert_one(item)
    return str(item["_id"])


def batch_of_before(db: Db, user_id: ObjectId, ids: Ids, deed: Deed) -> str:
    """Return the batch of the same deed, if it was done before: a button was pressed twice."""
    found = db.undos.find_one(
        same_deed(user_id, ids, deed), {"_id": 1}, sort=[("created_at", DESCENDING)]
    )
    return str(found["_id"]) if found else ""


def same_deed(user_id: ObjectId, ids: Ids, deed: Deed) -> Filter:
    """Return what two batches of the same deed have in common."""
    flags = sorted(f"{name}={value}" for name, value in deed.flags.items())
    said = f"{','.join(flags)} +{deed.tag} -{deed.untag}"
    return {"owner_id": user_id, "deed": said, "asked": sorted(ids)}


def undo(db: Db, user_id: ObjectId, batch: str) -> int:
    """Take a batch back, and nothing that was done since; return from how many links that was."""
    kept = db.undos.find_one({"_id": batch, "owner_id": user_id})
    if kept is None:
        return 0
    deeds = {item.pop("id"): Deed(**item) for item in kept["links"]}
    back = change_each(db, user_id, list(deeds), lambda link: deeds[link.id].changes(link))
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
    delete_comments(db, {"link_id": {"$in": gone}})
    return len(gone)


def tag_links(db: Db, user_id: ObjectId, ids: Ids, tag: str) -> Done:
    """Give some links a tag; return how many have it now. Full ones are left as they are."""
    done = do(db, user_id, ids, Deed({}, tag=tag))
    asked = {"_id": {"$in": list(ids)}, "owner_id": user_id, "tags": tag}
    return Done(int(db.listitems.count_documents(asked)), done.batch)


def untag_links(db: Db, user_id: ObjectId, ids: Ids, tag: str) -> Done:
    """Take a tag from some links; return how many had it."""
    return do(db, user_id, ids, Deed({}, untag=tag))
