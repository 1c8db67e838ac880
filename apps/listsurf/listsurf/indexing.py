"""What is stored beside a link so that it is found again: its words, and what it is compared by.

Notice that these fields are made of the others whenever a link is written, in one place. Nobody
reads them but the database: `HIDDEN` keeps them there.
"""

from typing import Any

from weblinks.addresses import normal_form
from weblinks.words import as_phrase, fold, words_of

from listsurf.models import Link

TITLE_KEY_LENGTH = 100  # characters; the id decides between titles that begin with the same ones
BETWEEN_FIELDS = "/"  # no word: a phrase does not go from the end of one field into the next
HIDDEN = {"words": 0, "text": 0, "title_key": 0, "address": 0, "fetch_at": 0}


def indexed(link: Link) -> dict[str, Any]:
    """Return the fields that the database finds a link by."""
    fields = [words_of(text or "") for text in searched_texts(link)]
    return {
        "address": normal_form(link.url),
        "title_key": title_key(link),
        "words": sorted({word for words in fields for word in words}),
        "text": as_phrase([BETWEEN_FIELDS.join(map(as_phrase, fields))]),
    }


def searched_texts(link: Link) -> list[str | None]:
    """Return the texts of a link in which words are looked for."""
    return [link.title, link.description, link.notes, link.url]


def title_key(link: Link) -> str:
    """Return what a link is sorted by among titles."""
    return fold(link.label)[:TITLE_KEY_LENGTH]
