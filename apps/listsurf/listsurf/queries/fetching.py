"""What is asked about links whose page is still to be fetched.

Notice that the queue is the database. It survives a restart, and it cannot grow beyond the links
themselves. Whoever takes a link out of it puts it off for as long as a fetch may take; if he dies
meanwhile, somebody else takes it then.
"""

from accounts.models import User
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db
from pymongo import ASCENDING
from weblinks.titles import clean_title
from weblinks.typedlinks import DESCRIPTION_LENGTH, TITLE_LENGTH

from listsurf.indexing import HIDDEN, indexed
from listsurf.models import Link
from listsurf.queries.links import link_of

LEASE = 60_000  # milliseconds; longer than any fetch takes


def wait_for_fetch(db: Db, user: User, link: Link) -> None:
    """Put a user's link among those that wait."""
    changes = {"fetch_state": Link.WAITING, "fetch_error": "", "fetch_at": 0}
    db.listitems.update_one({"_id": link.id, "owner": user.id}, {"$set": changes})


def claim_fetch(db: Db) -> Link | None:
    """Take the link that has waited longest; None if there is none that nobody works at."""
    now = curtime()
    found = db.listitems.find_one_and_update(
        {"fetch_state": Link.WAITING, "fetch_at": {"$lte": now}},
        {"$set": {"fetch_at": now + LEASE}},
        sort=[("fetch_at", ASCENDING)],
        projection=HIDDEN,
    )
    return link_of(found) if found else None


def fetch_failed(db: Db, link: Link, reason: str) -> None:
    """Note why the page of a link could not be fetched, unless the address has changed meanwhile."""
    changes = {"fetch_state": Link.FAILED, "fetch_error": reason}
    db.listitems.update_one({"_id": link.id, "url": link.url}, {"$set": changes})


def fetch_succeeded(db: Db, link_id: ObjectId, url: str, title: str, description: str) -> None:
    """Fill in what the user has left empty.

    If he changes the link at this very moment, it is read again: what he types is never overwritten.
    """
    while found := db.listitems.find_one({"_id": link_id, "url": url}, HIDDEN):
        link = filled(link_of(found), title, description)
        changes = {
            "title": link.title,
            "description": link.description,
            "fetch_state": "",
            "fetch_error": "",
            "touched_at": curtime(),
        }
        as_read = {"_id": link_id, "url": url, "updated_at": link.updated_at}
        if db.listitems.update_one(as_read, {"$set": changes | indexed(link)}).matched_count:
            return


def filled(link: Link, title: str, description: str) -> Link:
    """Return a link with title and description of its page where it had none."""
    link.title = link.title or clean_title(title)[:TITLE_LENGTH] or None
    link.description = link.description or clean_title(description)[:DESCRIPTION_LENGTH] or None
    return link
