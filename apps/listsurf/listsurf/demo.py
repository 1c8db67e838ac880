"""The user `demo` and his links, so that nobody meets an empty site.

Notice that running this twice is harmless, and completes what a killed run has begun: the database
itself refuses a link that is there already.
"""

from accounts.models import User
from accounts.people import find_user, insert_user
from brubeck.timekeeping import curtime

from listsurf.demo_links import LINKS, DemoLink
from listsurf.models import Link
from listsurf.queries import AddressKnownError, Db, insert_link

NAME = "demo"
PASSWORD = "demo-listsurf"  # noqa: S105  public on purpose: the README names it
MINUTE = 60_000  # milliseconds


def fill(db: Db) -> int:
    """Create the demo user and his links where they are missing; return the number of new links."""
    user = find_user(db, NAME) or insert_user(db, User.create_user(NAME, PASSWORD))
    newest_first = enumerate(reversed(LINKS))
    return sum(is_new(db, link_of(user, shown, age)) for age, shown in newest_first)


def is_new(db: Db, link: Link) -> bool:
    """Store a link, and say whether it was missing."""
    try:
        insert_link(db, link)
    except AddressKnownError:
        return False
    return True


def link_of(user: User, shown: DemoLink, age: int) -> Link:
    """Return a link saved the longer ago, the higher `age` is: minutes first, months in the end."""
    saved_at = curtime() - (1 + age**3 * 7) * MINUTE
    return Link(
        owner=user.id,
        username=user.username,
        url=shown.url,
        title=shown.title,
        tags=shown.tags.split(),
        notes=shown.notes or None,
        is_public=shown.is_public,
        created_at=saved_at,
        updated_at=saved_at,
    )
