"""A link as somebody types it, in a form or in a program: checked and cleaned.

Notice that the page and the API ask the same function. It reads from the form what was typed, and
writes beside each field what is wrong with it: all complaints at once, and nothing typed is lost.
"""

from collections.abc import Iterable
from typing import NamedTuple

from brubeck.formerrors import FormErrors

from weblinks.addresses import BadAddressError, clean_address
from weblinks.tagnames import MOST_TAGS, split_tags, unique_tags
from weblinks.titles import clean_notes, clean_title

TITLE_LENGTH = 300  # characters
DESCRIPTION_LENGTH = 1000
NOTES_LENGTH = 5000
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


def as_typed(link: object) -> dict[str, object]:
    """Return a link of any application as the values of the form in which it is changed."""
    names = ("url", "title", "description", "notes")
    texts = {name: getattr(link, name, None) or "" for name in names}
    tags = join_tags(getattr(link, "tags", ()))
    return {**texts, "tags": tags, "is_public": getattr(link, "is_public", False)}


def join_tags(tags: Iterable[str]) -> str:
    """Return tags as they are typed."""
    return " ".join(tags)
