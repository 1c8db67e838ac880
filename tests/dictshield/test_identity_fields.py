"""Section 4 of the interface: hashes, UUIDs and ObjectIds."""

import importlib
import sys
from typing import Any
from uuid import UUID

import pytest
from bson import ObjectId
from dictshield.base import ShieldException
from dictshield.document import Document
from dictshield.fields import MD5Field, SHA1Field, UUIDField
from dictshield.fields.mongo import ObjectIdField

A_UUID = UUID("12345678123456781234567812345678")
AN_ID = ObjectId("0123456789abcdef01234567")


class Ids(Document):
    """One field of each kind."""

    md5 = MD5Field()
    sha1 = SHA1Field()
    uuid = UUIDField()
    object_id = ObjectIdField()


def reason(**values: Any) -> str | None:
    """Return the reason of a document's first error, or None."""
    errors = Ids(**values).errors()
    return errors[0][1] if errors else None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("md5", "a" * 32, None),
        ("md5", "A9" * 16, None),
        ("md5", "a" * 31, "MD5 value is wrong length"),
        ("md5", "g" * 32, "MD5 value is not hex"),
        ("md5", "0x" + "a" * 30, "MD5 value is not hex"),
        ("md5", "-" + "a" * 31, "MD5 value is not hex"),
        ("md5", " " + "a" * 31, "MD5 value is not hex"),
        ("md5", 5, "Invalid value"),
        ("sha1", "a" * 40, None),
        ("sha1", "a" * 32, "SHA1 value is wrong length"),
        ("sha1", "z" * 40, "SHA1 value is not hex"),
        ("uuid", str(A_UUID), None),
        ("uuid", "no", "Not a valid UUID value"),
        ("uuid", 5, "Not a valid UUID value"),
        ("object_id", str(AN_ID), None),
        ("object_id", "no", "Invalid ObjectId"),
        ("object_id", 5, "Invalid ObjectId"),
    ],
)
def test_ids_have_their_reasons(name: str, value: object, expected: str | None) -> None:
    """Hashes take hexadecimal digits only, and as many as they have."""
    assert reason(**{name: value}) == expected


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("uuid", str(A_UUID), A_UUID),
        ("uuid", A_UUID, A_UUID),
        ("uuid", "no", "no"),
        ("uuid", None, None),
        ("object_id", str(AN_ID), AN_ID),
        ("object_id", AN_ID, AN_ID),
        ("object_id", "no", "no"),
        ("object_id", 5, 5),
        ("md5", "no", "no"),
    ],
)
def test_assignment_converts_ids_and_keeps_the_rest(name: str, given: object, kept: object) -> None:
    """Text becomes an id if it is one; nothing is raised."""
    assert Ids(**{name: given})[name] == kept


def test_ids_are_written_as_text_in_json() -> None:
    """Python keeps the objects."""
    ids = Ids(uuid=A_UUID, object_id=AN_ID, md5="a" * 32)
    assert ids.to_python()["uuid"] is A_UUID
    assert ids.to_python()["object_id"] == AN_ID
    shaped = ids.to_json(encode=False)
    assert (shaped["uuid"], shaped["object_id"]) == (str(A_UUID), str(AN_ID))
    assert shaped["md5"] == "a" * 32


def test_ids_that_are_none_cannot_be_written() -> None:
    """A ShieldException says why."""
    with pytest.raises(ShieldException, match="Not a valid UUID value"):
        Ids(uuid="no").to_python()
    with pytest.raises(ShieldException, match="Invalid ObjectId"):
        Ids(object_id="no").to_json()


@pytest.mark.parametrize("field_class", [UUIDField, ObjectIdField])
def test_auto_fill_gives_each_document_an_id(field_class: Any) -> None:
    """Empty values become new ids, once and for all."""

    class Thing(Document):
        key = field_class(True)
        other = field_class()

    first, second = Thing(), Thing(key="")
    assert first.key == first.key
    assert first.key != second.key
    assert first.other is None
    assert Thing(key=first.key).key == first.key


def test_without_bson_there_are_only_uuids(monkeypatch: pytest.MonkeyPatch) -> None:
    """An implicit id is then a UUID, and nothing fails."""
    monkeypatch.setitem(sys.modules, "bson", None)

    class Thing(Document):
        pass

    assert Thing(id=str(A_UUID)).id == A_UUID
    assert Thing(id="f" * 24).errors() == [("id", "Not a valid UUID value", "f" * 24)]


def test_without_bson_object_ids_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module cannot be imported, and the error ends with the command."""
    monkeypatch.setitem(sys.modules, "bson", None)
    monkeypatch.delitem(sys.modules, "dictshield.fields.mongo")
    with pytest.raises(ImportError, match=r"pip install brubeck\[mongo\]$"):
        importlib.import_module("dictshield.fields.mongo")


def test_a_lone_object_id_field_converts() -> None:
    """`ObjectIdField().for_python(text)` works outside any document."""
    assert ObjectIdField().for_python(str(AN_ID)) == AN_ID
    for value in (None, "no", 5):
        with pytest.raises(ShieldException, match="Invalid ObjectId"):
            ObjectIdField().for_python(value)
