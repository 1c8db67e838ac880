"""What strangers send: deep, large, strange, and never a raw traceback."""

from collections.abc import Callable
from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import DictField, IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField, ListField
from dictshield.nesting import MAX_DEPTH, is_too_deep

DEPTH = 1_000


class Node(EmbeddedDocument):
    """A document that may hold itself in every way."""

    label = StringField()
    child = EmbeddedDocumentField("self")
    children = ListField(EmbeddedDocumentField("self"))
    facts = DictField()
    anything = ListField([])


class Tree(Document):
    """The document of these tests."""

    root = EmbeddedDocumentField(Node)
    nodes = ListField(EmbeddedDocumentField(Node))
    facts = DictField()
    anything = ListField([])
    numbers = ListField(IntField())


def nested(wrap: Callable[[Any], Any], depth: int, inner: Any) -> Any:
    """Return `inner` wrapped `depth` times."""
    for _ in range(depth):
        inner = wrap(inner)
    return inner


def errors_of(**values: Any) -> list[tuple[str, str]]:
    """Return path and message of what is wrong with a tree, from the constructor or from errors()."""
    try:
        return [(path, message) for path, message, _ in Tree(**values).errors()]
    except ShieldException as error:
        return [(error.path, error.reason)]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"root": nested(lambda v: {"child": v}, DEPTH, {})}, "root"),
        ({"root": nested(lambda v: {"children": [v]}, DEPTH, {})}, "root"),
        ({"nodes": [nested(lambda v: {"child": v}, DEPTH, {})]}, "nodes.0"),
        ({"root": {"label": nested(lambda v: [v], DEPTH, [])}}, "root"),
        ({"facts": nested(lambda v: {"a": v}, DEPTH, {})}, "facts"),
        ({"anything": nested(lambda v: [v], DEPTH, [])}, "anything"),
        ({"anything": [nested(lambda v: {"a": [v]}, DEPTH, [])]}, "anything"),
        ({"root": {"facts": nested(lambda v: {"a": v}, DEPTH, {})}}, "root"),
    ],
)
def test_a_thousand_levels_are_refused(values: dict[str, Any], path: str) -> None:
    """Through documents, lists and dictionaries, with the field's path."""
    assert errors_of(**values) == [(path, "Nested too deeply")]


@pytest.mark.parametrize("wrap", [lambda v: {"child": v}, lambda v: {"children": [v]}])
def test_what_mongo_can_store_is_accepted(wrap: Callable[[Any], Any]) -> None:
    """Some fifty levels of documents are made, checked, written and compared."""
    tree = Tree(root=nested(wrap, 40, {"label": "deep"}))
    assert tree.validate() is True
    assert tree.errors() == []
    assert Tree(**tree.to_python()) == tree
    assert tree.to_json().count("label") == 1


def test_documents_chained_by_hand_are_refused_too() -> None:
    """Where no constructor could look."""
    node = Node()
    for _ in range(DEPTH):
        node = Node(child=node)
    tree = Tree(root=node)
    with pytest.raises(ShieldException, match="Nested too deeply"):
        tree.validate()
    assert errors_of(root=node) == [("root", "Nested too deeply")]
    with pytest.raises(ShieldException, match="Nested too deeply"):
        tree.to_json()


@pytest.mark.parametrize("view", ["make_ownersafe", "make_json_ownersafe"])
def test_views_of_deep_dictionaries_are_refused(view: str) -> None:
    """They have no constructor either."""
    values = {"root": nested(lambda v: {"child": v}, DEPTH, {})}
    with pytest.raises(ShieldException, match="Nested too deeply"):
        getattr(Tree, view)(values)


@pytest.mark.parametrize("check", ["validate_class_fields", "validate_class_partial"])
def test_deep_dictionaries_are_refused_by_the_class(check: str) -> None:
    """As by documents."""
    found = getattr(Tree, check)({"facts": nested(lambda v: [v], DEPTH, [])}, True)
    assert [e.reason for e in found] == ["Only dictionaries may be used in a DictField"]
    found = getattr(Tree, check)({"facts": nested(lambda v: {"a": v}, DEPTH, {})}, True)
    assert [e.reason for e in found] == ["Nested too deeply"]


@pytest.mark.parametrize("wrap", [lambda v: {"child": v}, lambda v: {"children": [v]}])
def test_the_work_grows_with_the_depth_not_with_its_square(
    wrap: Callable[[Any], Any],
) -> None:
    """Each document is checked a fixed number of times, however deep it lies."""
    checked = []

    class Counted(StringField):
        def validate(self, value: Any) -> Any:
            checked.append(value)
            return value

    class Link(EmbeddedDocument):
        label = Counted()
        child = EmbeddedDocumentField("self")
        children = ListField(EmbeddedDocumentField("self"))

    class Chain(Document):
        links = ListField(EmbeddedDocumentField(Link))

    def counts(depth: int) -> int:
        checked.clear()
        inner: dict[str, Any] = {"label": "x"}
        for _ in range(depth):
            inner = {"label": "x", **wrap(inner)}
        assert Chain(links=[inner]).validate() is True
        return len(checked)

    assert counts(40) <= 2.2 * counts(20)


def test_what_contains_itself_is_too_deep() -> None:
    """Also when it does so in many ways."""
    loop: dict[str, Any] = {}
    loop |= {"a": loop, "b": [loop, loop]}
    assert is_too_deep(loop)
    assert errors_of(facts=loop) == [("facts", "Nested too deeply")]


def test_the_limit_is_counted_in_levels() -> None:
    """MAX_DEPTH levels of containers pass, one more does not; width does not matter."""
    assert not is_too_deep(nested(lambda v: [v, v, v], MAX_DEPTH, 1))
    assert is_too_deep(nested(lambda v: [v, v, v], MAX_DEPTH + 1, 1))
    assert not is_too_deep("text")


def test_a_huge_list_is_just_long() -> None:
    """All of it is checked, and the bad item is found."""
    numbers = list(range(100_000))
    assert Tree(numbers=numbers).validate() is True
    numbers[99_999] = "x"  # type: ignore[call-overload]
    assert errors_of(numbers=numbers) == [("numbers.99999", "Invalid ListField item")]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"root": {1: 2}}, "root"),
        ({"root": {"child": {None: 1}}}, "root.child"),
        ({"nodes": [{}, {(1,): 2}]}, "nodes.1"),
    ],
)
def test_keys_that_are_no_text_are_refused(values: dict[str, Any], path: str) -> None:
    """With the path of the document that has them."""
    assert errors_of(**values) == [(path, "Names of fields must be text")]


def test_broken_unicode_is_a_value_like_any() -> None:
    """Lone surrogates neither crash the check nor the output."""
    tree = Tree(facts={"a": "\udc80"}, root={"label": "\udc80"})
    assert tree.validate() is True
    assert "\\udc80" in tree.to_json()


def test_a_value_that_compares_strangely_is_still_judged() -> None:
    """An object whose truth raises is invalid, not a traceback."""

    class Moody:
        def __bool__(self) -> bool:
            raise ValueError

    assert errors_of(numbers=Moody()) == [("numbers", "Invalid value")]
    found = Tree.validate_class_fields({"numbers": Moody()}, validate_all=True)
    assert len(found) == 1
