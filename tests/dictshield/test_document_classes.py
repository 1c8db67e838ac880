"""Section 6.1 of the interface: how document classes are made."""

from typing import Any

import pytest
from dictshield.base import InvalidShield
from dictshield.document import (
    Document,
    DocumentOptions,
    EmbeddedDocument,
    TopLevelDocumentOptions,
    get_document,
)
from dictshield.fields import IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField


class Media(Document):
    """The root of a family."""

    title = StringField()


class Movie(Media):
    """A child."""

    year = IntField()


class Feature(Movie):
    """A grandchild."""

    length = IntField()


class OwnedMixin(EmbeddedDocument):
    """Fields that leave no trace."""

    owner = StringField(required=True)

    class Meta:
        mixin = True


def test_fields_are_collected_with_those_of_all_bases() -> None:
    """Bases first, in the order of declaration, and the id before all."""
    assert list(Feature._fields) == ["id", "title", "year", "length"]
    assert Feature._fields["title"] is Media.title


def test_the_path_goes_from_the_root_to_the_class() -> None:
    """`_class_name`, and the ancestors in `_superclasses`."""
    assert Feature._class_name == "Media.Movie.Feature"
    assert {"Media": Media, "Media.Movie": Movie} == Feature._superclasses
    assert Media._superclasses == {}


@pytest.mark.parametrize("base", [Document, EmbeddedDocument])
def test_the_base_classes_have_no_fields_and_no_path(base: Any) -> None:
    """Programs ask for them with hasattr."""
    assert not hasattr(base, "_fields")
    assert not hasattr(base, "_class_name")
    assert not hasattr(base, "_superclasses")


@pytest.mark.parametrize("base", [Document, EmbeddedDocument])
def test_the_base_classes_can_still_be_used(base: Any) -> None:
    """As documents without fields."""
    assert base(a=1).to_python() == {}
    assert base().validate() is True


def test_meta_becomes_options() -> None:
    """The inner class disappears; unknown entries are ignored."""

    class Shelf(Document):
        class Meta:
            id_field = StringField
            id_options = {"required": True}
            bucket = "shelves"
            colour = "red"

    options = Shelf._options
    assert isinstance(options, TopLevelDocumentOptions)
    assert (options.id_field, options.id_options) == (StringField, {"required": True})
    assert (options.bucket, options.mixin) == ("shelves", False)
    assert not hasattr(options, "colour")
    assert not hasattr(Shelf, "Meta")
    assert isinstance(OwnedMixin._options, DocumentOptions)
    assert OwnedMixin._options.mixin is True


@pytest.mark.parametrize("name", ["meta", "_meta"])
def test_the_dictionary_of_0_3_is_understood(name: str) -> None:
    """`meta` or `_meta`, kept as `_meta`."""
    entries = {"id_field": StringField, "collection": "shelves", "max_size": 5}
    shelf: Any = type(Document)("Shelf", (Document,), {name: entries})
    assert shelf._meta == entries
    assert type(shelf.id) is StringField
    assert not hasattr(shelf, "meta")


def test_meta_wins_over_the_dictionary() -> None:
    """Where both say something."""

    class Shelf(Document):
        _meta = {"id_field": StringField, "collection": "shelves"}

        class Meta:
            id_field = IntField

    assert type(Shelf.id) is IntField
    assert Shelf._meta["collection"] == "shelves"


def test_without_inheritance_no_class_is_written() -> None:
    """`allow_inheritance` False leaves `_cls` and `_types` out, in subclasses too."""

    class Shelf(Document):
        meta = {"allow_inheritance": False}
        name = StringField()

    class Special(Shelf):
        pass

    assert Shelf(name="x").to_python() == {"name": "x"}
    assert Special(name="x").to_json(encode=False) == {"name": "x"}


def test_a_mixin_gives_fields_and_leaves_no_trace() -> None:
    """Not in the path, not in the types; and the subclass is no mixin."""

    class Item(Document, OwnedMixin):
        name = StringField()

    class SpecialItem(Item):
        pass

    assert set(Item._fields) == {"id", "owner", "name"}
    assert Item._class_name == "Item"
    assert Item(owner="a").to_python()["_types"] == ["Item"]
    assert Item._options.mixin is False
    assert SpecialItem._class_name == "Item.SpecialItem"
    assert Item(name="x").errors() == [("owner", "Required field missing", None)]


def test_a_mixin_may_be_written_in_the_notation_of_0_3() -> None:
    """`meta = {"mixin": True}`; the entry is not inherited."""

    class OldMixin(EmbeddedDocument):
        meta = {"mixin": True}
        when = IntField()

    class Item(Document, OldMixin):
        pass

    class Sub(Item):
        pass

    assert OldMixin._options.mixin is True
    assert Item._class_name == "Item"
    assert Sub._class_name == "Item.Sub"


def test_a_plain_class_may_be_a_mixin_too() -> None:
    """Its fields become each document's own."""

    class Dated:
        when = IntField()
        parent = EmbeddedDocumentField("self")

    class First(EmbeddedDocument, Dated):
        pass

    class Second(EmbeddedDocument, Dated):
        pass

    class Third(First):
        pass

    assert First(when="3").when == 3
    assert type(First(parent={}).parent) is First
    assert type(Second(parent={}).parent) is Second
    assert type(Third(parent={}).parent) is First


def test_a_subclass_may_replace_or_remove_a_field() -> None:
    """The nearest class decides."""

    class Replaced(Media):
        title = StringField(max_length=1)

    class Removed(Media):
        title = None  # type: ignore[assignment]

    assert Replaced(title="ab").errors() == [("title", "String value is too long", "ab")]
    assert Media(title="ab").validate() is True
    assert list(Removed._fields) == ["id"]


def test_several_bases_share_their_fields() -> None:
    """The path follows the first, the types know all."""

    class Book(Media):
        pages = IntField()

    class FilmedBook(Movie, Book):
        pass

    assert set(FilmedBook._fields) == {"id", "title", "year", "pages"}
    assert FilmedBook._class_name == "Media.Movie.FilmedBook"
    assert set(FilmedBook._superclasses) == {"Media", "Media.Movie", "Media.Book"}


def test_classes_are_found_by_name_and_path() -> None:
    """`get_document`, or a clear error."""

    class Root(Document):
        pass

    class OnlyHere(Root):
        pass

    assert get_document("OnlyHere") is OnlyHere
    assert get_document("Root.OnlyHere") is OnlyHere
    with pytest.raises(InvalidShield, match="'Nothing'"):
        get_document("Nothing")


def test_class_keywords_reach_the_program() -> None:
    """`__init_subclass__` works as in any class."""
    seen: list[str] = []

    class Registered(Document):
        def __init_subclass__(cls, label: str = "", **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)
            seen.append(label)

    class Labelled(Registered, label="x"):
        pass

    assert seen == ["x"]
    assert Labelled().to_python() == {
        "_cls": "Registered.Labelled",
        "_types": ["Registered", "Registered.Labelled"],
    }
