"""The user `demo` and his links, so that nobody meets an empty site.

Notice that running this twice is harmless: it looks at what is there before it adds anything.
"""

from brubeck.timekeeping import curtime

from listsurf.demo_links import LINKS
from listsurf.models import Link, User
from listsurf.queries import Db, count_links, find_user, insert_link, insert_user

NAME = "demo"
PASSWORD = "demo-listsurf"  # noqa: S105  public on purpose: the README names it
MINUTE = 60_000  # milliseconds


def fill(db: Db) -> int:
    """Create the demo user and his links where they are missing; return the number of new links."""
    user = find_user(db, NAME) or insert_user(db, User.create_user(NAME, PASSWORD))
    if count_links(db, user):
        return 0
    for age, (url, title) in enumerate(reversed(LINKS)):
        insert_link(db, demo_link(user, url, title, age))
    return len(LINKS)


def demo_link(user: User, url: str, title: str, age: int) -> Link:
    """Return a link saved the longer ago, the higher `age` is: minutes first, months in the end."""
    saved_at = curtime() - (1 + age**3 * 7) * MINUTE
    return Link(
        owner=user.id, username=user.username, url=url, title=title,
        created_at=saved_at, updated_at=saved_at,
    )  # fmt: skip
