"""What is kept of a page to be read here."""

from typing import NamedTuple

PART = "<!-- part -->"  # between the parts of an article; comments of pages are left out


class Article(NamedTuple):
    """What is kept of a page: sanitised HTML, the same as plain text, and what there is to say of it.

    `minutes` is the time that reading takes, one at least; `language` a tag like `en-GB`, or empty.
    """

    title: str
    html: str
    text: str
    excerpt: str
    minutes: int
    language: str = ""
