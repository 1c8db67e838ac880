"""What people type, send and import: a value or a refusal with a reason, never a defect."""

import json
from contextlib import suppress
from typing import Any

import pytest
from bookmarks import BadFileError, read_file, read_pasted
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import (
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    GeoPointField,
    IntField,
    StringField,
    URLField,
    UUIDField,
)
from dictshield.fields.compound import EmbeddedDocumentField, ListField
from fuzz.fuzzing import EXAMPLES, TIME_LIMIT, fuzz
from fuzz.test_fuzz_apis import JSON
from fuzz.test_fuzz_requests import PIECES, mutated
from hypothesis import given
from hypothesis import strategies as st
from weblinks.search import BadSearchError, parse

# These look at more in each example than those about messages.
ENOUGH = EXAMPLES // 3

pytestmark = pytest.mark.timeout(TIME_LIMIT)


class Part(EmbeddedDocument):
    name = StringField(max_length=10)
    child = EmbeddedDocumentField("self")


class Whole(Document):
    """A field of each kind that looks at what it gets."""

    _private_fields = ["secret"]
    _public_fields = ["title", "part"]

    title = StringField(max_length=20)
    secret = StringField()
    count = IntField(min_value=0)
    price = DecimalField()
    done = BooleanField()
    made = DateTimeField()
    email = EmailField()
    url = URLField()
    uuid = UUIDField()
    place = GeoPointField()
    facts = DictField()
    tags = ListField(StringField(max_length=5))
    part = EmbeddedDocumentField(Part)
    parts = ListField(EmbeddedDocumentField(Part))


FIELDS = st.sampled_from([*Whole._fields, "_id", "_cls", "_types", "_data", "validate"])


@fuzz(max_examples=ENOUGH)
@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_documents_are_made_or_refused(values: dict[str, Any]) -> None:
    """What fits can be written and read again; strangers never see a private field."""
    try:
        document = Whole(**values)
    except ShieldException:
        return
    if document.errors():
        return
    assert document.validate() is True
    assert Whole(**document.to_python()).to_python() == document.to_python()
    assert isinstance(json.loads(document.to_json()), dict)
    assert set(Whole.make_publicsafe(document)) <= {"title", "part"}


@fuzz(max_examples=ENOUGH)
@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_plain_dictionaries_are_checked(values: dict[str, Any]) -> None:
    """Without a document being made: True, or the first thing that is wrong."""
    with suppress(ShieldException):
        assert Whole.validate_class_fields(dict(values)) is True
    assert all(
        isinstance(error, ShieldException)
        for error in Whole.validate_class_partial(dict(values), validate_all=True) or ()
        if error is not True
    )


SEARCHES = st.lists(
    st.sampled_from(
        ['"', "-", "#", "OR", "or", "(", ")", ":", "$where", "site:", "a", "日本", "\u0301"]
    )
    | PIECES,
    max_size=8,
).map(" ".join)


@fuzz(max_examples=ENOUGH)
@given(SEARCHES)
def test_searches_are_understood_or_refused(text: str) -> None:
    """Whatever was typed, the reason for a refusal is one sentence and more."""
    refused = ""
    try:
        parse(text).filter()
    except BadSearchError as error:
        refused = str(error)
    assert refused == "" or refused.endswith(".")


FILES = st.sampled_from(
    [
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><A HREF='http://a.example' TAGS=x>a</A><DD>d</DL>",
        b'[{"url": "http://a.example", "title": "a", "tags": ["x"], "created_at": 1}]',
        b'{"links": [{"url": "http://a.example"}], "format": "Listsurf 1"}',
        b"url,title,tags\r\nhttp://a.example,a,x y\r\n",
        "\ufeffurl\thttp://a.example".encode("utf-16"),
    ]
)


@fuzz(max_examples=ENOUGH)
@given(mutated(FILES) | st.binary(max_size=300))
def test_files_of_bookmarks_are_read_or_refused(content: bytes) -> None:
    """Damaged ones, ones of other programs, pictures: links of the web, or a reason."""
    with suppress(BadFileError):
        for bookmark in read_file(content).bookmarks:
            assert bookmark.url.startswith(("http://", "https://"))


@fuzz(max_examples=ENOUGH)
@given(PIECES | st.lists(PIECES, max_size=4).map("\n".join))
def test_pasted_addresses_are_read_or_refused(text: str) -> None:
    """One address a line; what is none is remarked on."""
    with suppress(BadFileError):
        for bookmark in read_pasted(text).bookmarks:
            assert bookmark.url.startswith(("http://", "https://"))
