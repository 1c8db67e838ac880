"""Files of services that are gone: what people have saved there comes along."""

import json

from bookmarks import csvfile, jsonfile, read_file
from bookmarks.bookmark import Bookmark

POCKET = """title,url,time_added,tags,status
A whale,https://example.org/whale,1700000000,sea|to read,unread
https://example.org/bare,https://example.org/bare,1600000000,,archive
"Hill, and dale",http://example.net/,1500000000,hill,unread
,not an address,1500000000,,unread
"""
OMNIVORE = [
    {
        "id": "3b1c",
        "slug": "a-whale-18c",
        "title": "A whale",
        "description": "Far out",
        "author": None,
        "url": "https://example.org/whale",
        "state": "Active",
        "readingProgress": 40,
        "thumbnail": None,
        "labels": ["sea", "To Read"],
        "savedAt": "2023-11-14T22:13:20.000Z",
        "updatedAt": "2023-11-15T22:13:20.000Z",
        "publishedAt": None,
    },
    {"url": "https://example.org/old", "state": "Archived", "labels": [], "savedAt": "yesterday"},
]


def test_pocket_is_read() -> None:
    """Tags with blanks in them, the time of saving, and what has been read; the rest is told."""
    reading = read_file(POCKET.encode())
    whale, bare, hill = reading.bookmarks
    assert (whale.title, whale.tags, whale.archived) == ("A whale", ("sea", "to-read"), False)
    assert whale.created_at == 1_700_000_000_000
    assert (bare.archived, bare.tags) == (True, ())
    assert hill.title == "Hill, and dale"
    assert ["Left out" in remark.text for remark in reading.remarks] == [True]


def test_omnivore_is_read() -> None:
    """Labels are tags, an archived page is archived, a date that is none counts as missing."""
    whale, old = read_file(json.dumps(OMNIVORE).encode()).bookmarks
    assert (whale.title, whale.description) == ("A whale", "Far out")
    assert (whale.tags, whale.created_at) == (("sea", "to-read"), 1_700_000_000_000)
    assert whale.updated_at - whale.created_at == 86_400_000
    assert (old.archived, old.created_at) == (True, 0)


def test_what_is_liked_and_archived_comes_back() -> None:
    """From tables and from documents of our own."""
    kept = Bookmark("https://example.org/", "A", liked=True, archived=True, created_at=1000)
    table = "".join(csvfile.write([kept], csvfile.READING_COLUMNS))
    document = "".join(jsonfile.write([kept._asdict()], "Test 1"))
    for text in (table, document):
        (back,) = read_file(text.encode()).bookmarks
        assert (back.liked, back.archived, back.created_at) == (True, True, 1000)


def test_values_of_strange_kinds_count_as_missing() -> None:
    """No file can crash the reader."""
    strange = [{"savedAt": 7, "url": "https://example.org/", "labels": "x", "state": ["Archived"]}]
    (read,) = jsonfile.read(json.dumps(strange))
    assert (read.tags, read.created_at, read.archived) == ((), 0, False)
