"""Lists of links as Atom feeds (RFC 4287), for feed readers.

Notice that the document is made by the standard library's XML writer, not by a template: whatever a
title holds, it cannot end an element. What XML does not allow at all is left out.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from weblinks.filters import iso_time

ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
SECRET = re.compile(r"^(/feed/)[\w-]+")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


class FeedLink(Protocol):
    """What a feed says about a link. Times are milliseconds since 1970."""

    id: Any  # what the link is known by in its application, for ever
    url: Any
    tags: Any
    created_at: Any
    updated_at: Any

    @property
    def label(self) -> str:
        """Its title, or what stands in for it."""

    @property
    def summary(self) -> str | None:
        """What it is about."""


class Feed(NamedTuple):
    """What a feed says about itself, and its links, the newest first.

    `address` is the page that shows the same links, `self_address` that of the feed; both are
    complete. `application` is the name of the program, which the ids of all entries begin with.
    `updated_at` is when the list began, in milliseconds since 1970, in case it is empty.
    """

    title: str
    address: str
    self_address: str
    links: Sequence[FeedLink]
    application: str
    author: str
    updated_at: int = 0


def atom(feed: Feed) -> str:
    """Return the feed as an XML document."""
    root = Element("feed", xmlns=ATOM)
    add(root, "id", feed.self_address)
    add(root, "title", feed.title)
    add(SubElement(root, "author"), "name", feed.author)
    newest = max((link.updated_at for link in feed.links), default=feed.updated_at)
    add(root, "updated", iso_time(newest))
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.address)
    SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.self_address)
    for link in feed.links:
        add_entry(root, link, feed.application)
    return DECLARATION + tostring(root, encoding="unicode")


def add_entry(root: Element, link: FeedLink, application: str) -> None:
    """Add one link; its notes stay with its owner."""
    entry = SubElement(root, "entry")
    add(entry, "id", f"urn:{application.lower()}:{link.id}")
    add(entry, "title", link.label)
    add(entry, "published", iso_time(link.created_at))
    add(entry, "updated", iso_time(link.updated_at))
    SubElement(entry, "link", rel="alternate", href=allowed(link.url))
    for tag in link.tags:
        SubElement(entry, "category", term=allowed(tag))
    if link.summary:
        add(entry, "summary", link.summary)


def hide_secret(record: logging.LogRecord) -> bool:
    """Leave the secret of a feed out of the access log (CWE-532); every line is wanted."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            SECRET.sub(r"\1...", arg) if isinstance(arg, str) else arg for arg in record.args
        )
    return True


def add(parent: Element, name: str, text: str) -> None:
    """Add an element with a text."""
    SubElement(parent, name).text = allowed(text)


def allowed(text: str) -> str:
    """Return a text without the signs that XML forbids."""
    return NOT_IN_XML.sub("", text)
