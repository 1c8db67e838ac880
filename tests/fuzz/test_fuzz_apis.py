"""APIs, static files and pages under conditions: no request of a stranger is a defect."""

import json
from pathlib import Path
from typing import Any

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import DictQueryset
from brubeck.static import StaticFiles
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import BooleanField, IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField, ListField
from fuzz.fuzzing import TIME_LIMIT, Target, fuzz, message
from fuzz.test_fuzz_requests import BODIES, PIECES
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.timeout(TIME_LIMIT)

KNOWN = "11111111-1111-4111-8111-111111111111"


class Part(EmbeddedDocument):
    name = StringField(max_length=10)


class Thing(Document):
    title = StringField(required=True, max_length=20)
    count = IntField(min_value=0)
    done = BooleanField(default=False)
    tags = ListField(StringField(max_length=5))
    part = EmbeddedDocumentField(Part)

    class Meta:
        id_options = {"auto_fill": True}


class ThingAPI(AutoAPIBase):
    model = Thing
    queries = DictQueryset()


target = Target([])
target.app.register_api(ThingAPI)

IDS = st.lists(st.just(KNOWN) | st.uuids().map(str) | PIECES, max_size=3).map(",".join)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | PIECES
FIELDS = st.sampled_from(["id", "_id", "title", "count", "done", "tags", "part", "_cls", "name"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | PIECES, inner, max_size=6),
    max_leaves=12,
)
THINGS = st.dictionaries(FIELDS, JSON, max_size=6) | st.just({"title": "x", "id": KNOWN})
DOCUMENTS = (THINGS | st.lists(THINGS, max_size=3) | JSON).map(
    lambda value: json.dumps(value).encode()
)
TAGS = st.sampled_from(["*", '"x"', 'W/"x"', "x", '"', ", ,", '"a", "b"']) | PIECES
CONDITIONS = st.dictionaries(
    st.sampled_from(
        [
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "range",
        ]
    ),
    TAGS | st.sampled_from(["bytes=0-1", "bytes=-5", "bytes=9-", "bytes=5-1", "bytes=0-0,2-3"]),
    max_size=3,
)
TYPES = st.sampled_from(
    ["application/json", "application/merge-patch+json", "application/x-www-form-urlencoded", ""]
)
QUERIES = st.builds(
    lambda name, value: f"{name}={value}",
    st.sampled_from(["limit", "after", "data", "sort", "title"]),
    PIECES | st.integers().map(str),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])


@fuzz()
@given(METHODS, IDS, DOCUMENTS | BODIES, TYPES, CONDITIONS, QUERIES)
def test_apis_answer_whatever_they_are_sent(
    method: str, ids: str, body: bytes, kind: str, conditions: dict[str, str], query: str
) -> None:
    """Ids, documents, patches, conditions and cursors: the answer is never a 500."""
    path = f"/thing/{ids.replace(' ', '%20')}"
    headers: dict[str, Any] = {"METHOD": method, "content-type": kind, "QUERY": query}
    target.receive(message(headers | conditions, body, path))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Target:
    """Give an application with one file below /static/."""
    folder: Path = tmp_path_factory.mktemp("static")
    (folder / "a.txt").write_text("0123456789")
    return Target([], static=StaticFiles([folder]))


@fuzz()
@given(METHODS, st.just("a.txt") | PIECES, CONDITIONS)
def test_static_files_answer_whatever_they_are_sent(
    files: Target, method: str, name: str, conditions: dict[str, str]
) -> None:
    """Names, ranges and conditions: a part, the whole, nothing, or an error of the client."""
    path = f"/static/{name.replace(' ', '%20')}"
    files.receive(message({"METHOD": method} | conditions, b"", path))
