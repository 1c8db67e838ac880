"""Section 6.3 of the interface: the id and the name under which it is written."""

from typing import Any
from uuid import UUID

import pytest
from bson import ObjectId
from dictshield.document import Document, EmbeddedDocument, swap_field
from dictshield.fields import IntField, StringField, UUIDField
from dictshield.fields.mongo import ObjectIdField

A_UUID = UUID("12345678123456781234567812345678")
AN_ID = ObjectId("0123456789abcdef01234567")


def made(**attrs: Any) -> Any:
    """Return a document class with these attributes."""
    meta = attrs.pop("Meta", None)
    if meta is not None:
        attrs["Meta"] = type("Meta", (), meta)
    return type(Document)("Made", (Document,), attrs)


def test_every_document_has_an_id() -> None:
    """A UUIDField, not filled, absent from output; embedded documents have none."""
    document_class = made()
    assert isinstance(document_class.id, UUIDField)
    assert document_class.id.field_name == "id"
    assert document_class().id is None
    assert set(document_class().to_python()) == {"_cls", "_types"}
    assert not hasattr(type(EmbeddedDocument)("E", (EmbeddedDocument,), {}), "id")


@pytest.mark.parametrize(
    ("attrs", "value", "key"),
    [
        ({}, A_UUID, "id"),
        ({"Meta": {"id_field": StringField}}, "x", "id"),
        ({"Meta": {"id_options": {"auto_fill": True}}}, A_UUID, "_id"),
        ({"Meta": {"id_field": StringField, "id_options": {"max_length": 3}}}, "x", "_id"),
        ({"Meta": {"id_field": StringField, "id_options": {}}}, "x", "_id"),
        ({"Meta": {"id_options": {"uniq_field": "key"}}}, A_UUID, "key"),
        ({"Meta": {"id_field": ObjectIdField}}, AN_ID, "_id"),
        (
            {"Meta": {"id_field": ObjectIdField, "id_options": {"uniq_field": "id"}}},
            AN_ID,
            "id",
        ),
        ({"meta": {"id_field": StringField}}, "x", "_id"),
        ({"id": StringField()}, "x", "id"),
        ({"id": ObjectIdField()}, AN_ID, "_id"),
        ({"id": ObjectIdField(uniq_field="key")}, AN_ID, "key"),
        ({"slug": StringField(id_field=True)}, "x", "_id"),
    ],
)
def test_the_id_is_written_under(attrs: dict[str, Any], value: object, key: str) -> None:
    """`id` or `_id`, as the class decides; both are read."""
    document_class = made(**attrs)
    for name in ("id", "_id"):
        document = document_class(**{name: value})
        assert document.id == value
        assert document.to_python()[key] == value
        assert ("id" in document.to_python()) is (key == "id")
        assert key in document.to_json(encode=False)


def test_a_swapped_id_is_written_for_mongo() -> None:
    """`_id`, whatever the new type is."""
    assert swap_field(made(), StringField, ["id"])(id="x").to_python()["_id"] == "x"


def test_auto_fill_gives_each_document_an_id() -> None:
    """Through id_options."""
    document_class = made(Meta={"id_options": {"auto_fill": True}})
    assert document_class().id != document_class().id
    assert isinstance(document_class().to_python()["_id"], UUID)


def test_a_false_id_is_dropped() -> None:
    """An empty text or 0 is no id."""
    assert "id" not in made(Meta={"id_field": IntField})(id=0).to_python()
    assert "id" not in made(Meta={"id_field": StringField})(id="").to_json(encode=False)


def test_the_oldest_programs_have_object_ids() -> None:
    """An id whose type nobody chose takes ObjectIds and their text as well as UUIDs."""
    document_class = made()
    for value in (AN_ID, str(AN_ID)):
        document = document_class(_id=value)
        assert document.id == AN_ID
        assert document.validate() is True
        assert document.to_json(encode=False)["id"] == str(AN_ID)
    assert document_class(id=str(A_UUID)).id == A_UUID
    assert document_class(id="no").errors() == [("id", "Not a valid UUID value", "no")]
    assert document_class(id=5).errors() == [("id", "Not a valid UUID value", 5)]


def test_the_choice_of_an_id_is_inherited() -> None:
    """Class and options; an own Meta wins."""

    class Base(Document):
        class Meta:
            id_field = StringField
            id_options = {"max_length": 3}

    class Child(Base):
        pass

    class WithOptions(Base):
        class Meta:
            id_options = {"max_length": 5}

    class WithField(Base):
        class Meta:
            id_field = StringField
            id_options = {"min_length": 2}

    class WithOwn(Base):
        id = IntField()

        class Meta:
            id_field = StringField

    assert Child.id is Base.id
    assert (WithOptions.id.max_length, type(WithOptions.id)) == (5, StringField)
    assert (WithField.id.max_length, WithField.id.min_length) == (None, 2)
    assert type(WithOwn.id) is IntField


def test_a_field_may_be_the_id() -> None:
    """`id_field=True`: `doc.id` is an alias, and there is no other id."""

    class Page(Document):
        slug = StringField(id_field=True, required=True)

    class Special(Page):
        note = StringField()

    page = Special(slug="a")
    assert page.id == page.slug == "a"
    page.id = "b"
    assert page.slug == "b"
    assert list(Special._fields) == ["slug", "note"]
    assert page.to_python()["_id"] == "b"
    assert "id" not in page.to_python()


def test_a_second_id_field_is_a_value_error() -> None:
    """In one class, or in a subclass."""
    with pytest.raises(ValueError, match="Mark only one"):
        made(a=StringField(id_field=True), b=StringField(id_field=True))

    class Page(Document):
        slug = StringField(id_field=True)

    with pytest.raises(ValueError, match="2 id fields"):
        type(Document)("Sub", (Page,), {"other": StringField(id_field=True)})


def test_a_field_id_replaces_an_inherited_one() -> None:
    """The implicit id of the base disappears."""

    class Base(Document):
        name = StringField()

    class Child(Base):
        slug = StringField(id_field=True)

    assert list(Child._fields) == ["slug", "name"]
    assert Child(id="x").slug == "x"
