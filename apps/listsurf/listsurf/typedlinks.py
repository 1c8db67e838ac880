"""A link as somebody types it, in a form or in a program: checked, cleaned, and made one of his.

Notice that the page and the API ask the same function. It reads from the form what was typed, and
writes beside each field what is wrong with it: all complaints at once, and nothing typed is lost.
"""

from collections.abc import Iterable
from typing import NamedTuple

from brubeck.formerrors import FormErrors
from brubeck.timekeeping import curtime

from listsurf.addresses import BadAddressError, clean_address
from listsurf.models import DESCRIPTION_LENGTH, NOTES_LENGTH, TITLE_LENGTH, Link, User
from listsurf.tagnames import MOST_TAGS, split_tags, unique_tags
from listsurf.titles import clean_notes, clean_title

YES = {"yes", "on", "true", "1"}


class TypedLink(NamedTuple):
    """What a user may decide about a link. Empty texts stand for what was left out."""

    url: str
    title: str = ""
    description: str = ""
    notes: str = ""
    tags: list[str] = []
    is_public: bool = False


def check_link(form: FormErrors) -> TypedLink:
    """Return what the values of a form mean, after writing down all that is wrong with them."""
    return TypedLink(
        url=checked_address(form),
        title=within(form, "title", clean_title(form.value("title")), TITLE_LENGTH),
        description=within(
            form, "description", clean_title(form.value("description")), DESCRIPTION_LENGTH
        ),
        tags=checked_tags(form),
        notes=within(form, "notes", clean_notes(form.value("notes")), NOTES_LENGTH),
        is_public=is_yes(form.value("is_public", False)),
    )


def checked_address(form: FormErrors) -> str:
    """Return the address as it is stored."""
    try:
        return clean_address(form.value("url"))
    except BadAddressError as error:
        form.add("url", str(error))
        return ""


def within(form: FormErrors, field: str, text: str, limit: int) -> str:
    """Return a text, after complaining if it is too long."""
    if len(text) > limit:
        form.add(field, f"This {field} is too long: {limit:,} characters at most.")
    return text


def checked_tags(form: FormErrors) -> list[str]:
    """Return the tags, typed as a text or given as a list."""
    typed = form.value("tags")
    tags = split_tags(typed) if isinstance(typed, str) else unique_tags(list(typed))
    if len(tags) > MOST_TAGS:
        form.add("tags", f"These are {len(tags)} tags: {MOST_TAGS} at most.")
    return tags


def is_yes(value: object) -> bool:
    """Say whether a box was ticked, or a program has said true."""
    return value is True or (isinstance(value, str) and value.lower() in YES)


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


def as_typed(link: Link) -> dict[str, object]:
    """Return a link as the values of the form in which it is changed."""
    texts = {name: link[name] or "" for name in ("url", "title", "description", "notes")}
    return {**texts, "tags": join_tags(link.tags), "is_public": link.is_public}


def join_tags(tags: Iterable[str]) -> str:
    """Return tags as they are typed."""
    return " ".join(tags)
