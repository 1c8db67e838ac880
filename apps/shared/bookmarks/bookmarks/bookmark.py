"""One bookmark of a file, and what comes out of reading a file.

Notice that a bookmark is checked by the same function as a link that somebody types. What the form
would refuse is refused here, too, and told; what is merely too long is cut, and told.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from brubeck.formerrors import FormErrors
from weblinks.addresses import normal_form
from weblinks.tagnames import MOST_TAGS, unique_tags
from weblinks.titles import clean_notes, clean_title
from weblinks.typedlinks import DESCRIPTION_LENGTH, NOTES_LENGTH, TITLE_LENGTH, check_link

MOST = 50_000  # bookmarks in one file
SHOWN_LENGTH = 200  # characters of an address or a title in a remark
LIMITS = {"title": TITLE_LENGTH, "description": DESCRIPTION_LENGTH, "notes": NOTES_LENGTH}


class BadFileError(ValueError):
    """A file that holds no bookmarks; its text says why and what to do, fit for showing."""


class Bookmark(NamedTuple):
    """What a file says about one page. Times are milliseconds since 1970; 0 where there is none."""

    url: str
    title: str = ""
    description: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    is_public: bool = False
    created_at: int = 0
    updated_at: int = 0
    liked: bool = False
    archived: bool = False

    @property
    def shown(self) -> str:
        """What the bookmark is called in a remark."""
        return clean_title(self.title or self.url)[:SHOWN_LENGTH]


class Remark(NamedTuple):
    """What somebody should know about one bookmark of a file."""

    bookmark: str
    text: str


class Reading(NamedTuple):
    """The bookmarks of a file, each address once and ready to be saved, and what there is to say."""

    bookmarks: list[Bookmark]
    remarks: list[Remark]


def reading_of(found: Iterable[Bookmark]) -> Reading:
    """Return bookmarks as they will be saved; raise BadFileError for too many.

    A page that stands in several folders becomes one bookmark with the tags of all of them.
    """
    by_address: dict[str, Bookmark] = {}
    remarks: list[Remark] = []
    for number, raw in enumerate(found):
        if number >= MOST:
            raise BadFileError(f"There are more than {MOST:,} bookmarks. Divide the file in parts.")
        bookmark = checked(raw, remarks)
        if bookmark:
            address = normal_form(bookmark.url)
            known = by_address.get(address)
            by_address[address] = merged(known, bookmark) if known else bookmark
    return Reading(list(by_address.values()), remarks)


def checked(raw: Bookmark, remarks: list[Remark]) -> Bookmark | None:
    """Return a bookmark as it is saved, None if it cannot be; say what is wrong with it."""
    shortened = [name for name, limit in LIMITS.items() if len(cleaned(raw, name)) > limit]
    values: dict[str, Any] = {name: cleaned(raw, name)[:limit] for name, limit in LIMITS.items()}
    tags = unique_tags(list(raw.tags))
    form = FormErrors({"url": raw.url, "tags": tags[:MOST_TAGS], **values})
    typed = check_link(form)
    if form.failed:
        remarks.append(Remark(raw.shown, f"Left out. {' '.join(form.errors.values())}"))
        return None
    shortened += ["tags"] if len(tags) > MOST_TAGS else []
    if shortened:
        remarks.append(Remark(raw.shown, f"Too long, and shortened: {', '.join(shortened)}."))
    return raw._replace(
        url=typed.url,
        title=typed.title,
        description=typed.description,
        notes=typed.notes,
        tags=tuple(typed.tags),
    )


def cleaned(raw: Bookmark, name: str) -> str:
    """Return one text of a bookmark without signs that are not seen."""
    text = getattr(raw, name)
    return clean_notes(text) if name == "notes" else clean_title(text)


def merged(first: Bookmark, second: Bookmark) -> Bookmark:
    """Return one bookmark out of two of the same page."""
    texts = {name: getattr(first, name) or getattr(second, name) for name in LIMITS}
    tags = tuple(dict.fromkeys([*first.tags, *second.tags]))[:MOST_TAGS]
    return first._replace(tags=tags, **texts)
