"""What is asked about links."""

from collections.abc import Iterator
from functools import partial

from accounts.models import User
from brubeck.timekeeping import curtime
from bson import ObjectId
from bson.errors import InvalidId
from mongostore import Db, Filter
from pymongo.errors import DuplicateKeyError
from savedlinks.link import AddressKnownError
from weblinks.paging import PAGE_SIZE, Cursor, Order, Page

from listsurf.indexing import HIDDEN, indexed, title_key
from listsurf.models import Link
from listsurf.wanted import Wanted

KNOWN_FIELDS = {"_id", *Link._fields} - {"id"}
CHANGEABLE = (
    "url",
    "title",
    "description",
    "notes",
    "tags",
    "is_public",
    "updated_at",
    "touched_at",
)


def list_links(
    db: Db,
    user: User,
    before: Cursor | None = None,
    count: int = PAGE_SIZE,
    wanted: Wanted | None = None,
) -> Page[Link]:
    """Return one page of a user's links in the wanted order, those behind `before` if it is given.

    Raises BadCursorError for a place in a list of another order.
    """
    wanted = wanted or Wanted()
    found = db.listitems.find(page_filter(user, wanted, before), HIDDEN)
    links = [link_of(item) for item in found.sort(wanted.order.sorting).limit(count + 1)]
    return Page.of(links, count, partial(place_of, wanted.order))


def place_of(order: Order, link: Link) -> Cursor:
    """Return the place behind a link in a list of that order."""
    return Cursor(title_key(link) if order.is_text else link[order.field], link.id)


def page_filter(user: User, wanted: Wanted, before: Cursor | None) -> Filter:
    """Return the condition for the links behind a place in the list."""
    condition = wanted.filter(user.id)
    return {"$and": [condition, before.behind(wanted.order)]} if before else condition


def count_links(db: Db, user: User, wanted: Wanted | None = None) -> int:
    """Return how many of the wanted links a user has."""
    return db.listitems.count_documents((wanted or Wanted()).filter(user.id))


def all_links(db: Db, user: User) -> Iterator[Link]:
    """Yield all links of a user, the oldest first, without holding them all in memory."""
    for item in db.listitems.find({"owner": user.id}, HIDDEN).sort("created_at"):
        yield link_of(item)


def find_link(db: Db, user: User, link_id: str) -> Link | None:
    """Return a user's link; None if it is somebody else's, does not exist, or the id is none."""
    try:
        found = db.listitems.find_one({"_id": ObjectId(link_id), "owner": user.id}, HIDDEN)
    except InvalidId:
        return None
    return link_of(found) if found else None


def find_link_to(db: Db, user: User, url: str) -> Link | None:
    """Return a user's link to that page, however its address was written."""
    address = indexed(Link(url=url))["address"]
    found = db.listitems.find_one({"owner": user.id, "address": address}, HIDDEN)
    return link_of(found) if found else None


def insert_link(db: Db, link: Link) -> None:
    """Store a new link; raise AddressKnownError if its owner has that address already."""
    try:
        db.listitems.insert_one(document_of(link))
    except DuplicateKeyError as error:
        raise AddressKnownError(link.url) from error


def document_of(link: Link) -> Filter:
    """Return a link as it is stored, with the fields that it is found by."""
    return {**link.to_python(), **indexed(link), **fetching_of(link)}


def fetching_of(link: Link) -> Filter:
    """Return what brings a link that waits for its page to the fetcher, at once."""
    return {"fetch_state": Link.WAITING, "fetch_at": 0} if link.fetch_state == Link.WAITING else {}


def update_link(db: Db, user: User, link: Link) -> None:
    """Store what a user has changed about a link, which moves to the top of the list.

    Raises AddressKnownError if he has the new address as another link.
    """
    link.updated_at = link.touched_at = curtime()
    changes = {name: link[name] for name in CHANGEABLE} | indexed(link) | fetching_of(link)
    try:
        db.listitems.update_one({"_id": link.id, "owner": user.id}, {"$set": changes})
    except DuplicateKeyError as error:
        raise AddressKnownError(link.url) from error


def link_of(item: Filter) -> Link:
    """Return a link as it is stored, of whatever version."""
    return Link(**{name: value for name, value in item.items() if name in KNOWN_FIELDS})
