"""Dictionaries without a class of their own."""

from typing import Any

from dictshield.base import TOO_DEEP, InvalidShield
from dictshield.fields.field import BaseField, BaseFieldMetaClass
from dictshield.nesting import is_too_deep

KEY_REASON = 'Invalid dictionary key name - keys may not contain "." or "$" characters'


class DictField(BaseField[dict[str, Any]]):
    """A dictionary of anything; MongoDB wants no `.` and no `$` in its keys."""

    def __init__(self, basecls: object = None, **options: Any) -> None:
        """`basecls` is a field class, kept for programs that read it."""
        self.basecls = basecls or BaseField
        if not isinstance(self.basecls, BaseFieldMetaClass):
            msg = f"{type(self).__name__} wants a field class, not {basecls!r}. Pass one."
            raise InvalidShield(msg)
        options.setdefault("default", dict)
        super().__init__(**options)

    def validate(self, value: Any) -> Any:
        """Return `value` if it is a dictionary with keys of plain text."""
        if not isinstance(value, dict):
            raise self.refuse("Only dictionaries may be used in a DictField", value)
        return self.checked(value)

    def checked(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the dictionary `value`; raise for its keys or its depth."""
        if any("." in key or "$" in key for key in value):
            raise self.refuse(KEY_REASON, value)
        if is_too_deep(value):
            raise self.refuse(TOO_DEEP, value)
        return value

    def _jsonschema_type(self) -> str:
        return "object"

    def _jsonschema_propertyNames(self) -> dict[str, str]:  # noqa: N802 - named for JSON Schema's key
        return {"pattern": "^[^.$]*$"}
