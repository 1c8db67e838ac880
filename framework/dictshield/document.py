"""Documents: classes whose fields say what they hold."""

from collections.abc import Iterator
from typing import Any, ClassVar

from dictshield.base import CHECK_FAILURES, ShieldDocException, ShieldException, json
from dictshield.classcheck import ClassCheckMixin
from dictshield.encoding import dumps
from dictshield.fields.field import BaseField, DictFieldNotFound, dictshield_fields
from dictshield.fields.identity import UUIDField
from dictshield.metaclass import DocumentMetaclass, TopLevelDocumentMetaclass
from dictshield.options import DocumentOptions, TopLevelDocumentOptions
from dictshield.plan import Plan
from dictshield.registry import get_document
from dictshield.safeable import SafeableMixin
from dictshield.schema import SchemaMixin, schema_kwargs_to_dictshield
from dictshield.swapping import diff_id_field, swap_field

__all__ = [
    "BaseDocument",
    "BaseDocumentManager",
    "BaseField",
    "DictFieldNotFound",
    "Document",
    "DocumentMetaclass",
    "DocumentOptions",
    "EmbeddedDocument",
    "QueryableDocument",
    "SafeableMixin",
    "ShieldDocException",
    "ShieldException",
    "TopLevelDocumentMetaclass",
    "TopLevelDocumentOptions",
    "UUIDField",
    "dictshield_fields",
    "diff_id_field",
    "get_document",
    "json",
    "schema_kwargs_to_dictshield",
    "swap_field",
]


class BaseDocument(
    SafeableMixin, ClassCheckMixin, SchemaMixin, metaclass=DocumentMetaclass, is_root=True
):
    """What documents and embedded documents have in common.

    Assignment keeps any value, converted where the field can; `validate` or `errors` judge.
    """

    _fields: ClassVar[dict[str, BaseField[Any]]]
    _class_name: ClassVar[str]
    _superclasses: ClassVar[dict[str, Any]]
    _plan: ClassVar[Plan]
    _meta: ClassVar[dict[str, Any]] = {}

    def __init__(self, /, **values: Any) -> None:
        """Fill in defaults, then `values` by field name, serialised name or minimised name.

        Unknown keys become plain attributes, if they can without hiding anything; else they are dropped.
        """
        plan = self._plan
        self._data, others = plan.construct(values)
        for field in plan.self_setting:
            field.__set__(self, field.default_value())
        for key in others:
            self._assign_by_attribute(key, values[key])

    def _assign_by_attribute(self, key: str, value: object) -> None:
        name = self._plan.names.get(key)
        if name is not None:
            setattr(self, name, value)
        elif key.isidentifier() and not key.startswith("_") and not hasattr(type(self), key):
            setattr(self, key, value)

    def validate(self, validate_all: bool = False) -> bool:  # noqa: FBT001, FBT002 - programs pass it by position
        """Return True if every field fits; raise the first field's ShieldException otherwise.

        With `validate_all`, one ShieldDocException carries the first error of each field.
        """
        found = self._plan.failures(self, self._data, only_first=not validate_all)
        if found and validate_all:
            raise ShieldDocException(self._class_name, [failure.error for failure in found])
        if found:
            raise found[0].error
        return True

    def errors(self) -> list[tuple[str, str, object]]:
        """Return everything that is wrong as (path, message, value); an empty list if all is well.

        The path is the field's name, and the way inside it: `author.name`, `comments.3.text`.
        """
        return [(e.path, e.reason, e.field_value) for e in self._every_error()]

    def _every_error(self) -> Iterator[ShieldException]:
        for field, value, error in self._plan.failures(self, self._data):
            yield from field.explain(value, error)

    def to_python(self) -> dict[str, Any]:
        """Return all fields that have a value, private ones too, as Python values."""
        return self._plan.shaped(self, self._data, self._plan.python_rows)

    def to_json(self, encode: bool = True, sort_keys: bool = False) -> Any:  # noqa: FBT001, FBT002 - programs pass it by position
        """Return the same as JSON text, or as a dict ready for it with `encode=False`."""
        shaped = self._plan.shaped(self, self._data, self._plan.json_rows)
        return dumps(shaped, sort_keys=sort_keys) if encode else shaped

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.fields)

    def __getitem__(self, name: str) -> Any:
        if name not in self._plan.fields:
            raise KeyError(name)
        return getattr(self, name)

    def __setitem__(self, name: str, value: object) -> None:
        if name not in self._plan.fields:
            raise KeyError(name)
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and getattr(self, name, None) is not None

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        # A false id is written nowhere, so none is like another.
        id_name = self._plan.id_name
        return all(
            is_same(field, self[name], other[name])
            or (name == id_name and not self[name] and not other[name])
            for name, field in self._plan.fields.items()
        )

    # Documents have always been hashable by identity; defining equality alone would end that.
    __hash__ = object.__hash__

    def __str__(self) -> str:
        unicode_of_python_2 = getattr(self, "__unicode__", None)
        if unicode_of_python_2 is not None:
            return str(unicode_of_python_2())
        return f"{type(self).__name__} object"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"


def is_same(field: BaseField[Any], first: object, second: object) -> bool:
    """Say whether two values of `field` are equal, or mean the same to Python: `"1.50"` and a Decimal."""
    if first == second:
        return True
    if first is None or second is None:
        return False
    try:
        return bool(field.for_python(first) == field.for_python(second))
    except CHECK_FAILURES:
        return False


class EmbeddedDocument(BaseDocument, is_root=True):
    """A document inside another one. It has no id."""


class Document(BaseDocument, metaclass=TopLevelDocumentMetaclass, is_root=True):
    """A document of its own, with an id: `Meta.id_field` says of which type."""

    id: Any


# Names of 0.3.6 that programs import and nothing ever used.
QueryableDocument = Document


class BaseDocumentManager:
    """A name of 0.3.6 that programs import and nothing ever used."""
