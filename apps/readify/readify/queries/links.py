"""What is asked about links, and how they are saved and changed.

Notice that each function takes the owner, and that the question itself names him: no handler can
forget to check whose link it is. Notice, too, that an address is there once for each owner, the bin
included: whoever saves what lies in his bin takes it out again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bookmarks import Bookmark
from brubeck.errors import NotFound
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from savedlinks.link import AddressKnownError
from weblinks.addresses import normal_form
from weblinks.paging import PAGE_SIZE, Cursor, Page
from weblinks.typedlinks import TypedLink

from readify.indexing import HIDDEN, indexed
from readify.models import Link, User
from readify.queries.changes import INSERT, MOST_WRITES, Write, commit
from readify.wanted import Wanted

KNOWN_FIELDS = {"_id", *Link._fields} - {"id"}
INDEXED_BY = {"url", "title"}
TO_BE_FETCHED = {"fetch_state": Link.WAITING, "fetch_error": "", "fetch_at": 0}
OUT_OF_THE_BIN = {"deleted": False, "deleted_at": None, "archived": False}


class LinkGoneError(NotFound):
    """The link was purged in this very moment."""

    default_detail = "This link is not here any more. Look at your list."


# -- questions -----------------------------------------------------------------------------------


def list_links(
    db: Db,
    user_id: ObjectId,
    wanted: Wanted,
    before: Cursor | None = None,
    count: int = PAGE_SIZE,
) -> Page[Link]:
    """Return one page of a user's links in the wanted order, those behind `before` if it is given.

    Raises BadCursorError for a place in a list of another order.
    """
    order = wanted.sorted_by
    condition = wanted.filter(user_id)
    if before:
        condition = {"$and": [condition, before.behind(order)]}
    found = db.listitems.find(condition, HIDDEN).sort(order.sorting).limit(count + 1)
    return Page.of(list(map(link_of, found)), count, wanted.place)


def count_links(db: Db, user_id: ObjectId, wanted: Wanted) -> int:
    """Return how many of the wanted links a user has."""
    return int(db.listitems.count_documents(wanted.filter(user_id)))


def unread_since(
    db: Db, user_id: ObjectId, since: int, skip: int, count: int
) -> tuple[int, list[Link]]:
    """Return how many unread links have changed at a time (ms) or later, and some of the latest."""
    wanted = Wanted(view="unread", order="changed")
    condition = {**wanted.filter(user_id), "updated_at": {"$gte": since}}
    total = int(db.listitems.count_documents(condition))
    if skip >= total or count == 0:
        return total, []
    found = db.listitems.find(condition, HIDDEN).sort(wanted.sorted_by.sorting)
    return total, [link_of(item) for item in found.skip(skip).limit(count)]


def all_links(db: Db, user_id: ObjectId, wanted: Wanted) -> Iterator[Link]:
    """Yield all wanted links in their order, without holding them all in memory."""
    order = wanted.sorted_by.sorting
    for item in db.listitems.find(wanted.filter(user_id), HIDDEN).sort(order):
        yield link_of(item)


def find_link(db: Db, user_id: ObjectId, link_id: str | ObjectId) -> Link | None:
    """Return a user's link; None if it is somebody else's, does not exist, or the id is none."""
    if not ObjectId.is_valid(link_id):
        return None
    found = db.listitems.find_one({"_id": ObjectId(link_id), "owner_id": user_id}, HIDDEN)
    return link_of(found) if found else None


def find_links(db: Db, user_id: ObjectId, ids: Sequence[ObjectId]) -> list[Link]:
    """Return those of some links, as many as one batch may have, that a user has."""
    asked = {"_id": {"$in": list(ids)[:MOST_WRITES]}, "owner_id": user_id}
    return [link_of(item) for item in db.listitems.find(asked, HIDDEN)]


def find_link_to(db: Db, user_id: ObjectId, url: str) -> Link | None:
    """Return a user's link to that page, however its address was written."""
    found = db.listitems.find_one({"owner_id": user_id, "address": normal_form(url)}, HIDDEN)
    return link_of(found) if found else None


def find_public_link(db: Db, link_id: str | ObjectId) -> Link | None:
    """Return a link that everybody may see; None if it is private, in the bin, or not there."""
    if not ObjectId.is_valid(link_id):
        return None
    asked = {"_id": ObjectId(link_id), "is_public": True, "deleted": False}
    found = db.listitems.find_one(asked, HIDDEN)
    return link_of(found) if found else None


def link_of(item: Filter) -> Link:
    """Return a link as the application sees it."""
    return Link(**{name: value for name, value in item.items() if name in KNOWN_FIELDS})


# -- changes -------------------------------------------------------------------------------------


def add_link(db: Db, user: User, typed: TypedLink) -> Link:
    """Save a link whose page is to be fetched; raise AddressKnownError if its owner has it already."""
    link = Link(owner_id=user.id, owner_username=user.username, **typed_fields(typed))
    link.fetch_state = Link.WAITING
    added: list[ObjectId] = []

    def decide() -> list[Write]:
        known = find_link_to(db, user.id, typed.url)
        added[:] = [known.id if known else link.id]
        if known is None:
            return [insertion(link)]
        if not known.deleted:
            raise AddressKnownError(typed.url)
        return [changing(db, known, **OUT_OF_THE_BIN, **typed_fields(typed))]

    commit(db, user.id, decide)
    return found_again(db, user.id, added[0])


def typed_fields(typed: TypedLink) -> Filter:
    """Return the fields of a link as they were typed."""
    return {
        "url": typed.url,
        "title": typed.title or None,
        "tags": list(typed.tags),
        "is_public": typed.is_public,
    }


def insertion(link: Link, fetch_at: int = 0) -> Write:
    """Return the write of a new link, with the fields that it is found by.

    The page whose `fetch_at` is lowest is fetched first.
    """
    fields = {**link.to_python(), **indexed(link.url, link.title)}
    fields.pop("id", None)
    fields.pop("_id", None)
    if link.fetch_state == Link.WAITING:
        fields |= {**TO_BE_FETCHED, "fetch_at": fetch_at}
    return Write(INSERT, link.id, fields)


def change_link(db: Db, link: Link, **fields: Any) -> Link:
    """Change some fields of a link and return it as it is then; its text goes with its address.

    Raises AddressKnownError if its owner has the new address as another link, LinkGoneError.
    """
    if "title" in fields:
        fields["title"] = fields["title"] or None

    def decide() -> list[Write]:
        stored = found_again(db, link.owner_id, link.id)
        changes = {name: value for name, value in fields.items() if stored[name] != value}
        if "url" in changes:
            check_address(db, stored, changes["url"])
        return [changing(db, stored, **changes)] if changes else []

    commit(db, link.owner_id, decide)
    return found_again(db, link.owner_id, link.id)


def check_address(db: Db, link: Link, url: str) -> None:
    """Raise AddressKnownError if another link of the same owner has an address."""
    other = find_link_to(db, link.owner_id, url)
    if other is not None and other.id != link.id:
        raise AddressKnownError(url)


def changing(db: Db, link: Link, **changes: Any) -> Write:
    """Return the write that changes some fields of a link as it is now."""
    url = changes.get("url", link.url)
    if url != link.url:
        changes |= {**TO_BE_FETCHED, "excerpt": "", "reading_minutes": 0, "place": 0.0}
    if INDEXED_BY & changes.keys():
        article = db.articles.find_one({"_id": link.id, "url": url}, {"text": 1}) or {}
        changes |= indexed(url, changes.get("title", link.title), article.get("text", ""))
    return Write.of(link.id, **changes)


def found_again(db: Db, user_id: ObjectId, link_id: ObjectId) -> Link:
    """Return a link that was there just now; raise LinkGoneError."""
    link = find_link(db, user_id, link_id)
    if link is None:
        raise LinkGoneError
    return link


def set_place(db: Db, user_id: ObjectId, link_id: ObjectId, place: float) -> Link:
    """Remember where a user has stopped reading, as a share of the text; raise LinkGoneError."""
    return change_link(db, found_again(db, user_id, link_id), place=place)


def add_bookmarks(db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
    """Save those bookmarks whose addresses their owner does not have; return how many those were."""
    links = [imported(job, bookmark) for bookmark in bookmarks]
    added: list[Write] = []

    def decide() -> list[Write]:
        owner_id = job["owner_id"]
        addresses = {normal_form(link.url): link for link in reversed(links)}
        asked = {"owner_id": owner_id, "address": {"$in": list(addresses)}}
        known = {item["address"] for item in db.listitems.find(asked, {"address": 1})}
        # Thousands of imported pages do not keep those waiting that somebody saves meanwhile.
        queued_at = curtime()
        added[:] = [
            insertion(link, queued_at) for key, link in addresses.items() if key not in known
        ]
        return added

    commit(db, job["owner_id"], decide)
    return len(added)


def imported(job: Filter, bookmark: Bookmark) -> Link:
    """Return a bookmark as a link of whoever imports it; no time is in the future."""
    now = curtime()
    return Link(
        owner_id=job["owner_id"],
        owner_username=job["owner_username"],
        url=bookmark.url,
        title=bookmark.title or None,
        tags=list(bookmark.tags),
        is_public=bookmark.is_public and job["keep_public"],
        liked=bookmark.liked,
        archived=bookmark.archived,
        created_at=min(bookmark.created_at or now, now),
        fetch_state=Link.WAITING if job["fetch"] else "",
    )
