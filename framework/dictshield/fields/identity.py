"""Ids and hashes."""

from string import hexdigits
from typing import Any
from uuid import UUID, uuid4

from dictshield.fields.field import BaseField


class UUIDField(BaseField[UUID]):
    """A UUID; with `auto_fill` every document gets a random one (RFC 9562, version 4)."""

    def __init__(self, auto_fill: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - programs pass it by position
        """`auto_fill` replaces empty values by a new UUID."""
        self.auto_fill = auto_fill
        super().__init__(**options)

    def has_constant_initial(self) -> bool:
        """Say whether all documents may begin with the same value."""
        return not self.auto_fill and super().has_constant_initial()

    def stored(self, value: Any) -> Any:
        """Return `value` as UUID if it is one, or a new one in place of nothing."""
        if not value:
            return uuid4() if self.auto_fill else value
        return as_uuid(value) or value

    def for_python(self, value: Any) -> Any:
        """Return `value` as UUID; raise ShieldException if it is none."""
        return self.validate(value)

    def for_json(self, value: Any) -> str:
        """Return the UUID as text."""
        return str(self.validate(value))

    def validate(self, value: Any) -> Any:
        """Return `value` as UUID."""
        found = as_uuid(value)
        if found is None:
            raise self.refuse("Not a valid UUID value", value)
        return found

    def _jsonschema_type(self) -> str:
        return "string"


class DocumentIdField(UUIDField):
    """The id of a document that chose no other: a UUID, or the ObjectId of the oldest programs."""

    def stored(self, value: Any) -> Any:
        """Return `value` as UUID or ObjectId if it is one."""
        return super().stored(as_object_id(value) or value)

    def validate(self, value: Any) -> Any:
        """Return `value` as UUID or ObjectId."""
        return as_object_id(value) or super().validate(value)


def as_uuid(value: object) -> UUID | None:
    """Return `value` as UUID, or None if it is none."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_object_id(value: Any) -> object:
    """Return `value` as bson's ObjectId, or None if it is none, or bson is not installed."""
    if not isinstance(value, UUID) and value:
        try:
            from bson import ObjectId
        except ImportError:
            return None
        is_text = isinstance(value, str) and ObjectId.is_valid(value)
        return ObjectId(value) if is_text or isinstance(value, ObjectId) else None
    return None


class HashField(BaseField[str]):
    """The hexadecimal text of a hash, of the length and name that subclasses give."""

    hash_length = 0
    hash_name = ""

    def validate(self, value: Any) -> str:
        """Return `value` if it is text of the right length in hexadecimal digits."""
        if not isinstance(value, str):
            raise self.refuse("Invalid value", value)
        if len(value) != self.hash_length:
            raise self.refuse(f"{self.hash_name} value is wrong length", value)
        if not set(value) <= set(hexdigits):
            raise self.refuse(f"{self.hash_name} value is not hex", value)
        return value


class JsonHashMixin:
    """Gives a field the JSON Schema of a hash."""

    hash_length = 0

    def _jsonschema_type(self) -> str:
        return "string"

    def _jsonschema_minLength(self) -> int:  # noqa: N802 - named for JSON Schema's key
        return self.hash_length

    def _jsonschema_maxLength(self) -> int:  # noqa: N802 - named for JSON Schema's key
        return self.hash_length

    def _jsonschema_pattern(self) -> str:
        return "^[0-9a-fA-F]*$"


class MD5Field(JsonHashMixin, HashField):
    """The 32 hexadecimal digits of an MD5 hash."""

    hash_length = 32
    hash_name = "MD5"


class SHA1Field(JsonHashMixin, HashField):
    """The 40 hexadecimal digits of a SHA-1 hash."""

    hash_length = 40
    hash_name = "SHA1"
