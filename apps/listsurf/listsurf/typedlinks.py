"""What somebody has typed, made one of his links."""

from accounts.models import User
from brubeck.timekeeping import curtime
from weblinks.typedlinks import TypedLink

from listsurf.models import Link


def new_link(user: User, typed: TypedLink) -> Link:
    """Return a link of the user, not stored yet, whose page is to be fetched."""
    now = curtime()
    link = Link(owner=user.id, username=user.username, created_at=now, updated_at=now)
    change_link(link, typed)
    link.fetch_state = Link.WAITING
    return link


def change_link(link: Link, typed: TypedLink) -> None:
    """Write what was typed into a link; a link to another page without a title will get one."""
    if link.url != typed.url and not typed.title:
        link.fetch_state, link.fetch_error = Link.WAITING, ""
    link.url, link.tags, link.is_public = typed.url, typed.tags, typed.is_public
    link.title = typed.title or None
    link.description = typed.description or None
    link.notes = typed.notes or None
