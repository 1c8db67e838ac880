"""What is stored beside a link so that it is found again.

Notice that these fields are made of the others whenever a link is written, in one place. Nobody
reads them but the database: `HIDDEN` keeps them there. A long article is found by the words of its
first part; to find it by its last page is worth less than a list that loads at once.
"""

from typing import Any

from weblinks.addresses import host_of, normal_form
from weblinks.words import as_phrase, words_of

MOST_TEXT = 30_000  # characters of an article in which phrases are looked for
MOST_WORDS = 2_000  # different words of an article
BETWEEN_FIELDS = "/"  # no word: a phrase does not go from the end of one field into the next
HIDDEN = {"words": 0, "text": 0, "address": 0, "feed": 0, "fetch_at": 0}


def indexed(url: str, title: str | None, text: str = "") -> dict[str, Any]:
    """Return the fields that the database finds a link by, given the text of its article."""
    fields = [words_of(part) for part in (title or "", url)]
    fields.append(words_of(text[:MOST_TEXT]))
    return {
        "address": normal_form(url),
        "site": host_of(url),
        "words": sorted({*fields[0], *fields[1], *list(dict.fromkeys(fields[2]))[:MOST_WORDS]}),
        "text": as_phrase([BETWEEN_FIELDS.join(map(as_phrase, fields))]),
    }
