"""Section 7 of the interface: what owners and the public see."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import BaseField, DateTimeField, IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField, ListField

WHEN = datetime(2011, 1, 1, tzinfo=UTC)


class Comment(EmbeddedDocument):
    """A document inside."""

    _private_fields = ["ip"]
    _public_fields = ["text"]

    text = StringField()
    author = StringField()
    ip = StringField()


class Post(Document):
    """The document of these tests."""

    _private_fields = ["secret"]
    _public_fields = ["title", "at", "comment", "comments", "times"]

    title = StringField(minimized_field_name="t")
    secret = StringField(uniq_field="hidden")
    note = StringField(uniq_field="n")
    at = DateTimeField()
    comment = EmbeddedDocumentField(Comment)
    comments = ListField(EmbeddedDocumentField(Comment))
    times = ListField(DateTimeField())
    unset = StringField()


def post() -> Post:
    """Return a document with everything in it."""
    return Post(
        id="1" * 32,
        title="x",
        secret="s",
        note="n",
        at=WHEN,
        comment={"text": "a", "author": "b", "ip": "c"},
        comments=[{"text": "d", "ip": "e"}],
        times=[WHEN],
    )


OWNER = {
    "t": "x",
    "note": "n",
    "at": WHEN,
    "comment": {"text": "a", "author": "b"},
    "comments": [{"text": "d"}],
    "times": [WHEN],
}
PUBLIC = {
    "t": "x",
    "at": WHEN,
    "comment": {"text": "a"},
    "comments": [{"text": "d"}],
    "times": [WHEN],
}


def as_json(view: dict[str, Any]) -> dict[str, Any]:
    """Return a view with times as text."""
    return view | {"at": WHEN.isoformat(), "times": [WHEN.isoformat()]}


@pytest.mark.parametrize("source", ["document", "instance method", "dict"])
def test_the_owner_sees_all_but_private_and_internal_fields(source: str) -> None:
    """By attribute names, with minimised ones; embedded documents by their own lists."""
    doc = post()
    if source == "instance method":
        assert doc.make_ownersafe(doc) == OWNER
    else:
        assert Post.make_ownersafe(doc if source == "document" else doc.to_python()) == OWNER


def test_the_public_sees_only_public_fields() -> None:
    """Of documents and dictionaries."""
    assert Post.make_publicsafe(post()) == PUBLIC
    assert Post.make_publicsafe(post().to_python()) == PUBLIC


def test_json_views_are_text_or_ready_for_it() -> None:
    """Every value through its field, lists item by item."""
    assert Post.make_json_ownersafe(post(), encode=False) == as_json(OWNER)
    assert Post.make_json_publicsafe(post(), encode=False) == as_json(PUBLIC)
    assert json.loads(Post.make_json_ownersafe(post())) == as_json(OWNER)
    assert json.loads(Post.make_json_publicsafe(post())) == as_json(PUBLIC)
    keys = list(json.loads(Post.make_json_publicsafe(post(), sort_keys=True)))
    assert keys == sorted(keys)
    assert next(iter(json.loads(Post.make_json_ownersafe(post(), True, True)))) == "at"


def test_json_views_of_dictionaries_take_values_in_any_form() -> None:
    """Text dates as well as datetimes; unknown keys are dropped."""
    values = {"at": WHEN.isoformat(), "title": "", "strange": 1, "times": [WHEN.isoformat()]}
    expected = {"at": WHEN.isoformat(), "t": "", "times": [WHEN.isoformat()]}
    assert Post.make_json_ownersafe(dict(values), encode=False) == expected
    assert Post.make_json_publicsafe(dict(values), encode=False) == expected


def test_a_dictionary_is_changed_in_place() -> None:
    """And returned; unknown keys stay in the plain owner's form, None goes."""
    values = {"_id": 1, "id": 2, "_cls": "Post", "_types": [], "strange": 1, "unset": None}
    values |= {"note": "n", "secret": "s", "nothing": None}
    assert Post.make_ownersafe(values) is values
    assert values == {"strange": 1, "note": "n"}
    assert Post.make_publicsafe(values) is values
    assert values == {}


def test_a_private_field_is_private_under_each_of_its_names() -> None:
    """Also under the serialised one, in which stored documents have it."""
    assert Post.make_ownersafe({"hidden": "s", "secret": "s"}) == {}
    assert Post.make_json_ownersafe({"hidden": "s"}, encode=False) == {}


def test_lists_give_lists() -> None:
    """Of documents, of dictionaries, of both; in JSON an array."""
    assert Post.make_ownersafe([post(), post().to_python()]) == [OWNER, OWNER]
    assert Post.make_publicsafe([post()]) == [PUBLIC]
    assert Post.make_publicsafe(()) == []
    assert json.loads(Post.make_json_ownersafe([post(), post()])) == [as_json(OWNER)] * 2
    assert Post.make_json_publicsafe([post()], encode=False) == [as_json(PUBLIC)]


def test_without_public_fields_the_public_sees_nothing() -> None:
    """An empty dictionary, from documents and dictionaries."""

    class Diary(Document):
        _private_fields = ["secret"]
        text = StringField()
        secret = StringField()

    diary = Diary(id="1" * 32, text="x", secret="y")
    assert Diary.make_publicsafe(diary) == {}
    assert Diary.make_publicsafe(diary.to_python()) == {}
    assert Diary.make_json_publicsafe(diary) == "{}"
    assert Diary.make_ownersafe(diary) == {"text": "x"}


def test_the_internal_fields_are_known() -> None:
    """`_internal_fields`, and with the private ones from `_get_internal_fields()`."""
    assert Post._internal_fields == ["_id", "id", "_cls", "_types"]
    assert Post._get_internal_fields() == {"_id", "id", "_cls", "_types", "secret"}
    assert Document._public_fields is None


@pytest.mark.parametrize("name", ["id", "_id"])
def test_the_id_can_be_public(name: str) -> None:
    """Under the name that the class lists."""

    class Page(Document):
        _public_fields = [name]

    page = Page(id="1" * 32)
    assert Page.make_json_publicsafe(page, encode=False) == {name: str(UUID("1" * 32))}
    assert Page.make_publicsafe({"_id": 5}) == {name: 5}


def test_the_lists_of_a_subclass_count_for_its_documents() -> None:
    """Even if the base class is asked."""

    class Special(Post):
        _private_fields = ["secret", "extra"]
        extra = StringField()

    assert Post.make_ownersafe(Special(title="x", extra="y")) == {
        "t": "x",
        "comments": [],
        "times": [],
    }


def test_another_class_may_be_the_view() -> None:
    """Its lists and fields apply to a document that is none of its own."""

    class Teaser(Post):
        _public_fields = ["title"]

    assert Teaser.make_publicsafe(post()) == {"t": "x"}


def test_nested_dictionaries_are_reduced_by_the_embedded_class() -> None:
    """In lists of several kinds, too; items without a document pass through."""

    class Wall(Document):
        _public_fields = ["parts", "nested", "plain"]
        parts = ListField([EmbeddedDocumentField(Comment), IntField()])
        nested = ListField(ListField(EmbeddedDocumentField(Comment)))
        plain = EmbeddedDocumentField(Comment)

    stored = {"text": "a", "ip": "b", "_cls": "Comment"}
    values = {
        "parts": [dict(stored), 5, None, Comment(text="c", ip="d")],
        "nested": [[dict(stored)]],
        "plain": "broken",
    }
    assert Wall.make_publicsafe(dict(values, parts=[dict(stored), 5, None])) == {
        "parts": [{"text": "a"}, 5, None],
        "nested": [[{"text": "a"}]],
        "plain": "broken",
    }
    wall = Wall(parts=[Comment(text="c", ip="d"), 5])
    assert Wall.make_json_ownersafe(wall, encode=False)["parts"] == [{"text": "c"}, 5]


def test_a_value_that_cannot_be_shown_names_its_field() -> None:
    """Not a traceback of the field's code."""

    class Broken(BaseField[Any]):
        def for_json(self, value: Any) -> Any:
            return value.missing

    class Vase(Document):
        content = Broken()

    with pytest.raises(ShieldException, match="Invalid value - content:x"):
        Vase.make_json_ownersafe({"content": "x"})


def test_make_safe_is_the_shared_worker() -> None:
    """With converters of the program's own, as black list or white list."""
    seen = Post.make_safe(
        post().to_python(),
        lambda field, value: (field.field_name, value),
        lambda document: document.text,
        None,
        ["title", "comment", "comments"],
    )
    assert seen == {"t": ("title", "x"), "comment": "a", "comments": ["d"]}
    text = Post.make_safe(
        post(),
        lambda _, value: value,
        lambda document: document.ip,
        sorted,
        field_list=["title", "at", "times"],
        white_list=False,
    )
    assert text == ["comment", "comments", "id", "note", "secret"]
    assert Post.make_safe(post(), lambda _, v: v, lambda d: d, None) == {}


@pytest.mark.parametrize("view", ["make_ownersafe", "make_json_publicsafe"])
@pytest.mark.parametrize(
    ("given", "path"), [("text", "Post"), (5, "Post"), (None, "Post"), ([{}, "text"], "1.Post")]
)
def test_only_documents_and_dictionaries_have_views(view: str, given: Any, path: str) -> None:
    """Anything else is a ShieldException; text has a method `title`, which nobody means to publish."""
    with pytest.raises(ShieldException, match="Only documents, dictionaries and lists") as caught:
        getattr(Post, view)(given)
    assert caught.value.path == path


def test_the_bad_document_of_a_list_is_named() -> None:
    """By its index, before the name of the field."""

    class Row(Document):
        count = IntField()

    with pytest.raises(ShieldException) as caught:
        Row.make_json_ownersafe([Row(count=1), Row(count="x")])
    assert caught.value.path == "1.count"


def test_lists_of_lists_without_end_are_refused() -> None:
    """As anything that is nested too deeply."""
    deep: Any = {}
    for _ in range(1_000):
        deep = [deep]
    with pytest.raises(ShieldException, match="Nested too deeply"):
        Post.make_ownersafe(deep)
