"""Section 5.1 of the interface: lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from dictshield.base import InvalidShield, ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import DateTimeField, IntField, StringField, UUIDField
from dictshield.fields.compound import EmbeddedDocumentField, ListField, SortedListField


class Comment(EmbeddedDocument):
    """Something to put into lists."""

    text = StringField(required=True, max_length=10)
    likes = IntField()


class Picture(EmbeddedDocument):
    """Something else to put into lists."""

    path = StringField(required=True)


class Post(Document):
    """Lists of all kinds."""

    tags = ListField(StringField(max_length=5))
    numbers = ListField(IntField())
    anything = ListField([])
    either = ListField([IntField(), StringField(max_length=3)])
    rows = ListField(ListField(IntField(max_value=9)))
    comments = ListField(EmbeddedDocumentField(Comment))
    parts = ListField([EmbeddedDocumentField(Comment), EmbeddedDocumentField(Picture)])
    mixed = ListField([EmbeddedDocumentField(Comment), StringField(max_length=3)])


def test_the_fields_of_a_list_are_a_list() -> None:
    """One field or several."""
    only = StringField()
    assert ListField(only).fields == [only]
    assert ListField([only]).fields == [only]
    assert ListField([]).fields == []


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ("x", "list of fields"),
        (StringField, "list of fields"),
        (None, "list of fields"),
        ([StringField], "list of valid fields"),
        ([StringField(), 5], "list of valid fields"),
    ],
)
def test_a_list_of_no_fields_is_a_wrongly_built_field(fields: Any, ending: str) -> None:
    """Two reasons, both InvalidShield."""
    with pytest.raises(InvalidShield, match=f"must be a valid field or {ending}"):
        ListField(fields)


def test_none_becomes_an_empty_list() -> None:
    """And each document has its own."""
    post, other = Post(tags=None), Post()
    post.tags.append("a")
    assert (post.tags, other.tags, Post().tags) == (["a"], [], [])
    assert post.to_python()["tags"] == ["a"]


@pytest.mark.parametrize("value", [5, "abc", {"a": 1}])
def test_only_lists_and_tuples_are_lists(value: object) -> None:
    """Other values are stored unchecked and reported."""
    post = Post(tags=value)
    assert post.tags == value
    assert post.errors() == [("tags", "Only lists and tuples may be used in a list field", value)]
    with pytest.raises(ShieldException, match="Only lists and tuples"):
        post.to_python()
    with pytest.raises(ShieldException, match="Only lists and tuples"):
        Post.validate_class_fields({"tags": value})


def test_a_tuple_comes_out_as_a_list() -> None:
    """Tuples are valid."""
    post = Post(tags=("a", "b"), anything=(1, "x"))
    assert post.validate() is True
    assert post.to_python()["tags"] == ["a", "b"]
    assert post.to_python()["anything"] == [1, "x"]


def test_a_bad_item_is_reported_as_text() -> None:
    """The reason is `Invalid ListField item`, the path has the index, the cause the details."""
    post = Post(numbers=[1, "x", {}])
    with pytest.raises(ShieldException) as caught:
        post.validate()
    error = caught.value
    assert (error.reason, error.field_name, error.field_value) == (
        "Invalid ListField item",
        "numbers",
        "x",
    )
    assert error.path == "numbers.1"
    assert isinstance(error.__cause__, ShieldException)
    assert error.__cause__.reason == "Not Int"
    assert post.errors() == [
        ("numbers.1", "Invalid ListField item", "x"),
        ("numbers.2", "Invalid ListField item", "{}"),
    ]


def test_items_are_converted() -> None:
    """On output, and those that come as text from JSON on assignment."""
    assert Post(numbers=["3"]).to_python()["numbers"] == [3]

    class Log(Document):
        times = ListField(DateTimeField())
        ids = ListField(UUIDField())

    log = Log(times=["2011-01-01T10:00:00", None, "soon"], ids=["1" * 32])
    assert log.times == [datetime(2011, 1, 1, 10), None, "soon"]  # noqa: DTZ001 - as the text says
    assert log.ids == [UUID("1" * 32)]


def test_an_assigned_list_stays_the_same_object() -> None:
    """As long as nothing in it has to be converted."""
    tags, numbers = ["a", "b"], [1, 2]
    post = Post(tags=tags, numbers=numbers)
    tags.append("c")
    assert post.tags is tags
    assert post.numbers == [1, 2]
    assert Post(tags=(x := ("a",))).tags is x


def test_a_list_of_no_field_keeps_its_items() -> None:
    """An empty list of fields accepts anything and loses nothing."""
    post = Post(anything=[1, "a", None, {"b": []}])
    assert post.validate() is True
    assert post.to_python()["anything"] == [1, "a", None, {"b": []}]


def test_the_first_field_that_accepts_an_item_decides() -> None:
    """In validation and in output; the list never grows."""
    post = Post(either=["3", "abc", 5])
    assert post.validate() is True
    assert post.to_python()["either"] == [3, "abc", 5]
    assert post.to_json(encode=False)["either"] == [3, "abc", 5]
    assert Post(either=["abcd"]).errors() == [("either.0", "Invalid ListField item", "abcd")]
    with pytest.raises(ShieldException, match="Not Int"):
        Post(either=["abcd"]).to_python()


def test_lists_in_lists_have_paths() -> None:
    """Each level adds its index."""
    post = Post(rows=[[1], [2, "x", 10], 5])
    assert post.errors() == [
        ("rows.1.1", "Invalid ListField item", "x"),
        ("rows.1.2", "Invalid ListField item", "10"),
        ("rows.2", "Only lists and tuples may be used in a list field", 5),
    ]
    assert Post(rows=[["1"], [2]]).to_python()["rows"] == [[1], [2]]
    with pytest.raises(ShieldException) as caught:
        post.validate()
    assert caught.value.path == "rows.1.1"


def test_dictionaries_become_documents_that_are_validated_at_once() -> None:
    """A bad one raises in the constructor already."""
    post = Post(comments=[{"text": "hi", "likes": "2"}, Comment(text="yo")])
    assert [type(c) for c in post.comments] == [Comment, Comment]
    assert post.comments[0].likes == 2
    with pytest.raises(ShieldException, match="Required field missing - text:None") as caught:
        Post(comments=[{"text": "hi"}, {"likes": 1}])
    assert caught.value.path == "comments.1.text"


def test_items_that_are_no_documents_are_reported() -> None:
    """They are stored, and validation finds them."""
    reason = "Invalid embedded document instance provided to an EmbeddedDocumentField"
    assert Post(comments=[5, "x"]).errors() == [
        ("comments.0", reason, 5),
        ("comments.1", reason, "x"),
    ]
    with pytest.raises(ShieldException, match="Invalid ListField item - comments:5"):
        Post(comments=[5]).validate()


def test_every_error_of_every_document_in_a_list_is_told() -> None:
    """`errors()` looks inside the items; `validate()` names the item and the way to the first error."""
    post = Post(comments=[Comment(text="hi"), Comment(text="x" * 11, likes="many"), Comment()])
    assert post.errors() == [
        ("comments.1.text", "String value is too long", "x" * 11),
        ("comments.1.likes", "Not Int", "many"),
        ("comments.2.text", "Required field missing", None),
    ]
    with pytest.raises(ShieldException) as caught:
        post.validate()
    assert (caught.value.reason, caught.value.path) == (
        "Invalid ListField item",
        "comments.1.text",
    )


def test_the_first_document_that_accepts_a_dictionary_is_made() -> None:
    """Among several embedded fields; if none does, the first one's error is raised."""
    post = Post(parts=[{"path": "a.png"}, {"text": "hi"}])
    assert [type(part) for part in post.parts] == [Picture, Comment]
    assert post.validate() is True
    assert post.to_python()["parts"][0]["path"] == "a.png"
    with pytest.raises(ShieldException, match="Required field missing - text") as caught:
        Post(parts=[{}])
    assert caught.value.path == "parts.0.text"


def test_the_class_that_a_stored_document_names_is_tried_first() -> None:
    """`_cls` decides where both would accept."""

    class Bare(EmbeddedDocument):
        pass

    class Wall(Document):
        parts = ListField([EmbeddedDocumentField(Bare), EmbeddedDocumentField(Comment)])

    stored = Wall(parts=[Comment(text="hi")]).to_python()
    assert isinstance(Wall(**stored).parts[0], Comment)
    assert isinstance(Wall(parts=[{"text": "hi"}]).parts[0], Bare)


@pytest.mark.parametrize("how", ["field", "class", "name"])
def test_the_primary_embedded_field_is_tried_first(how: str) -> None:
    """Given as field, as document class or as its name."""

    class Bare(EmbeddedDocument):
        pass

    first, second = EmbeddedDocumentField(Bare), EmbeddedDocumentField(Picture)
    named = EmbeddedDocumentField("Picture")
    primary = {"field": second, "class": Picture, "name": "Picture"}[how]

    class Wall(Document):
        parts = ListField([first, named if how == "name" else second], primary_embedded=primary)

    assert isinstance(Wall(parts=[{"path": "a.png"}]).parts[0], Picture)


def test_documents_and_plain_items_may_share_a_list() -> None:
    """Dictionaries become documents, other items are left to the other fields."""
    post = Post(mixed=[{"text": "hi"}, "abc", None])
    assert isinstance(post.mixed[0], Comment)
    assert post.errors() == [("mixed.2", "Invalid ListField item", "None")]
    assert Post(mixed=[{"text": "hi"}, "abc"]).to_json(encode=False)["mixed"][1] == "abc"


def test_a_sorted_list_comes_out_sorted() -> None:
    """By value, or by a key of its items; what cannot be compared stays where it is."""

    class Board(Document):
        scores = SortedListField(IntField())
        comments = SortedListField(EmbeddedDocumentField(Comment), ordering="likes")
        words = SortedListField(StringField())

    board = Board(
        scores=["3", 1, 2],
        comments=[{"text": "b", "likes": 2}, {"text": "a", "likes": 1}],
        words=["b", "a"],
    )
    assert board.to_python()["scores"] == [1, 2, 3]
    assert [c["text"] for c in board.to_json(encode=False)["comments"]] == ["a", "b"]
    assert board.scores == [3, 1, 2]
    assert board.to_python()["words"] == ["a", "b"]
    unsortable = Board(comments=[{"text": "b", "likes": 2}, {"text": "a"}])
    assert [c["text"] for c in unsortable.to_python()["comments"]] == ["b", "a"]
    assert unsortable.validate() is True


def test_a_list_shared_by_two_documents_is_two_lists() -> None:
    """The items' fields belong to the right class as well."""
    shared = ListField(EmbeddedDocumentField("self"))

    class First(EmbeddedDocument):
        children = shared

    class Second(EmbeddedDocument):
        children = shared

    assert isinstance(First(children=[{}]).children[0], First)
    assert isinstance(Second(children=[{}]).children[0], Second)
