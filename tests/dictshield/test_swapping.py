"""Section 8 of the interface: changing the type of ids."""

from typing import Any

import pytest
from bson import ObjectId
from dictshield.base import InvalidShield
from dictshield.document import Document, EmbeddedDocument, diff_id_field, swap_field
from dictshield.fields import StringField, UUIDField
from dictshield.fields.compound import EmbeddedDocumentField
from dictshield.fields.mongo import ObjectIdField

AN_ID = ObjectId("0123456789abcdef01234567")


class Profile(Document):
    """The document whose ids are swapped."""

    _private_fields = ["owner_id"]

    owner_id = UUIDField(required=True, uniq_field="owner", minimized_field_name="o")
    name = StringField()


def swap(how: str) -> Any:
    """Return the swapped class, made in one of the three ways."""
    names = ["id", "owner_id"]
    if how == "swap_field":
        return swap_field(Profile, ObjectIdField, names)
    if how == "decorator":
        return diff_id_field(ObjectIdField, names)(Profile)  # type: ignore[operator]
    return diff_id_field(ObjectIdField, names, Profile)


@pytest.mark.parametrize("how", ["swap_field", "decorator", "at once"])
def test_all_named_fields_are_swapped(how: str) -> None:
    """Values are kept, written for Mongo, and validated by the new class."""
    swapped = swap(how)
    profile = swapped(_id=str(AN_ID), owner_id=str(AN_ID), name="x")
    assert (profile.id, profile.owner_id) == (AN_ID, AN_ID)
    assert profile.validate() is True
    assert profile.to_python() == {
        "_id": AN_ID,
        "owner": AN_ID,
        "name": "x",
        "_cls": "Profile",
        "_types": ["Profile"],
    }
    assert swapped(owner_id="no").errors() == [("owner_id", "Invalid ObjectId", "no")]


@pytest.mark.parametrize("how", ["swap_field", "decorator", "at once"])
def test_a_swapped_class_stays_who_it_was(how: str) -> None:
    """Name, path, module, text and private fields; and it is a subclass."""
    swapped = swap(how)
    assert issubclass(swapped, Profile)
    assert (swapped.__name__, swapped._class_name) == ("Profile", "Profile")
    assert (swapped.__module__, swapped.__doc__) == (Profile.__module__, Profile.__doc__)
    assert swapped._private_fields == ["owner_id"]
    assert swapped._superclasses == {}


def test_a_swapped_field_keeps_what_it_was() -> None:
    """Name, serialised names and whether it is required."""
    field = swap("swap_field").owner_id
    assert isinstance(field, ObjectIdField)
    assert (field.field_name, field.uniq_field, field.required, field.minimized_field_name) == (
        "owner_id",
        "owner",
        True,
        "o",
    )


def test_the_original_class_is_untouched() -> None:
    """It keeps its own fields."""
    swap("swap_field")
    assert isinstance(Profile.owner_id, UUIDField)
    assert isinstance(Profile.id, UUIDField)
    assert Profile.id.uniq_field == "id"


def test_subclasses_of_a_swapped_class_have_the_right_path() -> None:
    """Nothing is counted twice."""
    swapped: Any = swap("swap_field")

    class Special(swapped):
        pass

    assert Special._class_name == "Profile.Special"
    assert Special().to_python()["_types"] == ["Profile", "Profile.Special"]
    assert isinstance(Special.id, ObjectIdField)


def test_a_field_marked_as_id_can_be_swapped() -> None:
    """By its own name or as `id`."""

    class Page(Document):
        slug = StringField(id_field=True)

    for name in ("slug", "id"):
        swapped: Any = swap_field(Page, ObjectIdField, [name])
        assert swapped(id=str(AN_ID)).slug == AN_ID
        assert swapped(id=AN_ID).to_python()["_id"] == AN_ID


def test_embedded_documents_can_be_swapped() -> None:
    """Fields of theirs, that is."""

    class Owned(EmbeddedDocument):
        owner_id = UUIDField()

    class Box(Document):
        content = EmbeddedDocumentField(swap_field(Owned, ObjectIdField, ["owner_id"]))

    assert Box(content={"owner_id": str(AN_ID)}).content.owner_id == AN_ID


def test_a_name_that_is_no_field_is_refused() -> None:
    """The error names it."""
    with pytest.raises(InvalidShield, match="'nothing'"):
        swap_field(Profile, ObjectIdField, ["nothing"])
