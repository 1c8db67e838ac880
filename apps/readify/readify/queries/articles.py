"""What is kept of pages to be read, and which pages are still to be fetched.

Notice that the queue is the database: any number of workers take from it. Whoever takes a link puts
it off for as long as a fetch may take; if he dies meanwhile, somebody else takes it then.
"""

from collections.abc import Callable

from brubeck.timekeeping import curtime
from mongostore import Db
from pymongo import ASCENDING

from readify.article import Article
from readify.indexing import HIDDEN, indexed
from readify.models import TITLE_LENGTH, Link
from readify.queries.changes import AccountGoneError, Write, commit
from readify.queries.links import TO_BE_FETCHED, find_link, found_again, link_of

LEASE = 150_000  # milliseconds; longer than fetching and reading take, and the queue between
EXCERPT_LENGTH = 500  # characters
ERROR_LENGTH = 300

DecideFor = Callable[[Link], Write]


def article_of(db: Db, link: Link) -> Article | None:
    """Return what was kept of the page of a link, None if that is nothing (yet)."""
    found = db.articles.find_one({"_id": link.id, "url": link.url})
    return Article(**{name: found[name] for name in Article._fields}) if found else None


def next_to_fetch(db: Db) -> Link | None:
    """Take the link that has waited longest; None if there is none that nobody works at."""
    now = curtime()
    found = db.listitems.find_one_and_update(
        {"fetch_state": Link.WAITING, "fetch_at": {"$lte": now}},
        {"$set": {"fetch_at": now + LEASE}},
        sort=[("fetch_at", ASCENDING), ("_id", ASCENDING)],
        projection=HIDDEN,
    )
    return link_of(found) if found else None


def save_article(db: Db, link: Link, article: Article) -> None:
    """Keep what was read of the page of a link, unless the link is gone or leads elsewhere now.

    A title that was typed stays.
    """
    kept = {**article._asdict(), "url": link.url, "owner_id": link.owner_id}
    db.articles.replace_one({"_id": link.id}, kept, upsert=True)

    def decide(stored: Link) -> Write:
        title = stored.title or article.title[:TITLE_LENGTH] or None
        return Write.of(
            link.id,
            title=title,
            excerpt=article.excerpt[:EXCERPT_LENGTH],
            reading_minutes=article.minutes,
            fetch_state=Link.DONE,
            fetch_error="",
            **indexed(link.url, title, article.text),
        )

    if not settle_fetch(db, link, decide):
        db.articles.delete_one({"_id": link.id, "url": link.url})


def fetch_failed(db: Db, link: Link, reason: str) -> None:
    """Note why the page of a link could not be fetched, unless the link leads elsewhere now."""
    noted = {"fetch_state": Link.FAILED, "fetch_error": reason[:ERROR_LENGTH]}
    settle_fetch(db, link, lambda stored: Write.of(stored.id, **noted))


def settle_fetch(db: Db, link: Link, decide_for: DecideFor) -> bool:
    """Write how a fetch has ended; False if nobody waits for that page any more."""
    waits = False

    def decide() -> list[Write]:
        nonlocal waits
        stored = find_link(db, link.owner_id, link.id)
        waits = stored is not None and stored.url == link.url
        return [decide_for(stored)] if stored is not None and waits else []

    try:
        commit(db, link.owner_id, decide)
    except AccountGoneError:
        return False
    return waits


def retry_fetch(db: Db, link: Link) -> Link:
    """Put a link back among those that wait; raise LinkGoneError."""
    commit(db, link.owner_id, lambda: [Write.of(link.id, **TO_BE_FETCHED)])
    return found_again(db, link.owner_id, link.id)
