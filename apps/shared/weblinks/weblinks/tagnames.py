"""What a tag looks like: one word in small letters, whatever was typed.

Notice that a tag never holds a blank, a comma or a `#`: lists of tags are typed with blanks or commas
between them, and the search says `#tag`.
"""

import re
import unicodedata

from weblinks.titles import clean_title

TAG_LENGTH = 50  # characters
MOST_TAGS = 30  # tags of one link
BETWEEN = re.compile(r"[\s,]+")
NOT_IN_A_TAG = re.compile(r"[\"#<>&?/\\%|\s,]+")


def clean_tag(text: str) -> str:
    """Return a text as one tag, with hyphens in place of blanks; empty if nothing is left."""
    visible = clean_title(unicodedata.normalize("NFKC", text)).lower()
    tag = NOT_IN_A_TAG.sub("-", unicodedata.normalize("NFC", visible)).strip("-")
    return tag[:TAG_LENGTH].strip("-")


def split_tags(text: str) -> list[str]:
    """Return the tags that were typed with blanks or commas between them, each once."""
    return unique_tags(BETWEEN.split(text))


def unique_tags(texts: list[str]) -> list[str]:
    """Return texts as tags, each once, in their order."""
    return list(dict.fromkeys(filter(None, map(clean_tag, texts))))
