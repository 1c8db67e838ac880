"""Ids of MongoDB."""

from typing import Any

from dictshield.base import ShieldException
from dictshield.fields.field import BaseField

try:
    from bson import ObjectId
    from bson.errors import InvalidId
except ImportError as error:
    msg = "ObjectIdField needs bson. Install it with: pip install brubeck[mongo]"
    raise ImportError(msg) from error


class ObjectIdField(BaseField[ObjectId]):
    """An ObjectId; with `auto_fill` every document gets a new one."""

    #: Written under MongoDB's own name, or what is read from there would be stored twice.
    id_key = "_id"

    def __init__(self, auto_fill: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - programs pass it by position
        """`auto_fill` replaces empty values by a new ObjectId."""
        self.auto_fill = auto_fill
        super().__init__(**options)

    def has_constant_initial(self) -> bool:
        """Say whether all documents may begin with the same value."""
        return not self.auto_fill and super().has_constant_initial()

    def stored(self, value: Any) -> Any:
        """Return text as ObjectId if it is one, or a new one in place of nothing."""
        if not value:
            return ObjectId() if self.auto_fill else value
        try:
            return self.for_python(value) if isinstance(value, str) else value
        except ShieldException:
            return value

    def for_python(self, value: Any) -> ObjectId:
        """Return `value` as ObjectId; raise ShieldException if it is none."""
        if not isinstance(value, str | bytes | ObjectId):
            raise self.refuse("Invalid ObjectId", value)
        try:
            return ObjectId(value)
        except InvalidId as error:
            raise self.refuse("Invalid ObjectId", value) from error

    def for_json(self, value: Any) -> str:
        """Return the id's 24 hexadecimal digits."""
        return str(self.for_python(value))

    def validate(self, value: Any) -> ObjectId:
        """Return `value` as ObjectId."""
        return self.for_python(value)

    def _jsonschema_type(self) -> str:
        return "string"
