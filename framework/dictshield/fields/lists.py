# ruff: noqa: SLF001 - `_validate`, `_plan` and `_class_name` are names of the compatible interface.
"""Lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter, length_hint
from types import NoneType
from typing import Any, Self, TypeVar, overload

from dictshield.base import (
    CHECK_FAILURES,
    TOO_DEEP,
    InvalidShield,
    ShieldException,
    refused,
    shown,
)
from dictshield.document import BaseDocument
from dictshield.fields.embedded import EmbeddedDocumentField, descendants
from dictshield.fields.field import BaseField
from dictshield.nesting import is_item_pending, is_too_deep, run_with
from dictshield.schema import SchemaWriter

NOT_A_LIST = "Only lists and tuples may be used in a list field"
NOT_AN_ITEM = "Invalid ListField item"

SHAPES = ("for_python", "for_json")

# A constant, because `list | tuple` is made anew each time it is asked for.
LISTS = (list, tuple)

T = TypeVar("T")

AnyField = BaseField[Any]


class ListField(BaseField[list[T]]):
    """A list whose items belong to one field, or to the first of several that accepts them."""

    @overload
    def __init__(
        self, fields: BaseField[T], primary_embedded: object = None, **options: Any
    ) -> None: ...

    @overload
    def __init__(
        self: "ListField[Any]",
        fields: Sequence[AnyField],
        primary_embedded: object = None,
        **options: Any,
    ) -> None: ...

    def __init__(self, fields: Any, primary_embedded: object = None, **options: Any) -> None:
        """`fields` is a field or a list of fields; an empty list accepts anything.

        `primary_embedded` is the embedded field, or its document class, that dictionaries are tried with first.
        Raises InvalidShield for anything else.
        """
        self._use(as_fields(fields))
        self.primary_embedded = primary_embedded
        options.setdefault("default", list)
        super().__init__(**options)

    def named(self, name: str | None, owner: type) -> Self:
        """Return this field as an attribute of `owner`, to which its items then belong as well."""
        field = super().named(name, owner)
        field._use([item_field.named(None, owner) for item_field in field.fields])
        return field

    def _use(self, fields: list[AnyField]) -> None:
        self.fields = fields
        self.nests = any(field.nests for field in fields)
        self._check_item: Callable[[Any], Any] = self.field_for
        self._convert_item: Callable[[Any], Any] | None = None
        self._settled_types: set[type | None] = set()
        self._shapers: dict[str, Callable[[Any], Any] | None] = {}
        if len(fields) == 1:
            self._use_one(fields[0])
        if self.embedded_fields:
            self._convert_item = self.document_of

    def _use_one(self, field: AnyField) -> None:
        # With a choice of fields instead, assignment leaves plain items alone.
        self._check_item = field.checker()
        self._convert_item = field.stored if field.overrides("stored") else None
        self._settled_types = {NoneType, field.settled()}
        self._shapers = {name: field.shaper(name) for name in SHAPES}

    def document_types(self) -> Iterable[Any]:
        """Return the document classes of all item fields."""
        return [found for field in self.fields for found in field.document_types()]

    @property
    def embedded_fields(self) -> list[EmbeddedDocumentField[Any]]:
        """The fields among `fields` that hold documents."""
        return [field for field in self.fields if isinstance(field, EmbeddedDocumentField)]

    def place(self, index: int) -> str:
        """Return the path of an item."""
        return f"{self.field_name}.{index}" if self.field_name else str(index)

    def stored(self, value: Any) -> Any:
        """Return the list with converted items; None becomes an empty list, other things stay."""
        if value is None:
            return []
        convert = self._convert_item
        if convert is None or not isinstance(value, LISTS):
            return value
        if self._settled_types.issuperset(map(type, value)):
            return value
        items = [self.stored_item(index, item, convert) for index, item in enumerate(value)]
        is_changed = any(new is not old for new, old in zip(items, value, strict=True))
        return items if is_changed else value

    def stored_item(self, index: int, item: Any, convert: Callable[[Any], Any]) -> Any:
        """Return one item as it is kept; raise a ShieldException with the way to it."""
        try:
            return item if item is None else convert(item)
        except ShieldException as error:
            raise error.within(self.place(index)) from error.__cause__

    def document_of(self, item: Any) -> Any:
        """Return a dictionary as the first document that accepts it, validated; other items as they are."""
        if not isinstance(item, Mapping):
            return item
        candidates = self.candidates(item)
        if is_item_pending.get() and len(candidates) == 1:
            return candidates[0].built(item)
        errors = []
        for field in candidates:
            try:
                document = run_with(is_item_pending, partial(field.built, item))
                return field.validate(document)
            except ShieldException as error:
                errors.append(error)
        raise errors[0]

    def candidates(self, item: Mapping[str, Any]) -> list[EmbeddedDocumentField[Any]]:
        """Return the embedded fields in the order of trial.

        Those to whose documents the `_cls` of `item` belongs go first, then the primary one.
        """
        class_path = str(item.get("_cls"))
        return sorted(
            self.embedded_fields,
            key=lambda field: (
                class_path not in descendants(field.document_type),
                self.primary_embedded not in (field, field.document_type_obj),
            ),
        )

    def field_for(self, item: Any) -> AnyField:
        """Return the first item field that accepts `item`; raise the first one's error if none does."""
        errors = []
        for field in self.fields:
            try:
                field._validate(item)
            except CHECK_FAILURES as error:
                errors.append(error)
            else:
                return field
        raise errors[0]

    def shaper(self, method: str) -> Callable[[Any], Any] | None:
        """Return `for_python` or `for_json`, or the shorter way where items stay as they are."""
        is_plain = self._shapers.get(method, method) is None
        is_own = type(self).converted is ListField.converted
        return self.copied if is_plain and is_own else super().shaper(method)

    def copied(self, value: Any) -> list[Any]:
        """Return a list of the same items."""
        if not isinstance(value, LISTS):
            raise self.refuse(NOT_A_LIST, value)
        return list(value)

    def for_python(self, value: Any) -> Any:
        """Return a list of converted items."""
        return self.converted(value, "for_python")

    def for_json(self, value: Any) -> Any:
        """Return a list of items for JSON."""
        return self.converted(value, "for_json")

    def converted(self, value: Any, method: str) -> list[Any]:
        """Return a list of what `method` of the responsible field makes of each item."""
        if not isinstance(value, LISTS):
            raise self.refuse(NOT_A_LIST, value)
        if len(self.fields) < 2:
            convert = self._shapers.get(method)
            return list(value) if convert is None else self.each(value, convert)
        return self.each(value, lambda item: getattr(self.field_for(item), method)(item))

    def each(self, items: Sequence[Any], convert: Callable[[Any], Any]) -> list[Any]:
        """Return what `convert` makes of each item; raise a ShieldException with the way to the bad one."""
        rest = iter(items)
        try:
            return [convert(item) for item in rest]
        except CHECK_FAILURES as error:
            index = len(items) - length_hint(rest) - 1
            exception = refused(error, None, items[index])
            raise exception.within(self.place(index)) from error

    def validate(self, value: Any) -> Any:
        """Return `value` if it is a list or tuple whose items all fit."""
        if not isinstance(value, LISTS):
            raise self.refuse(NOT_A_LIST, value)
        if not self.fields and is_too_deep(value):
            raise self.refuse(TOO_DEEP, value)
        check, rest = self._check_item, iter(value if self.fields else ())
        try:
            for item in rest:
                check(item)
        except CHECK_FAILURES as error:
            index = len(value) - length_hint(rest) - 1
            raise self.refused_item(index, item, refused(error, None, item)) from error
        return value

    def misfits(self, value: Sequence[Any]) -> Iterator[tuple[int, Any, ShieldException]]:
        """Yield index, item and error for each item that no field accepts."""
        check = self._check_item
        for index, item in enumerate(value):
            try:
                check(item)
            except CHECK_FAILURES as error:
                yield index, item, refused(error, None, item)

    def refused_item(self, index: int, item: Any, error: ShieldException) -> ShieldException:
        """Return the exception about the whole list for an `error` in one item."""
        exception = self.refuse(NOT_AN_ITEM, shown(item))
        exception.path = ".".join(part for part in (self.place(index), error.path) if part)
        return exception

    def explain(self, value: object, error: ShieldException) -> Iterator[ShieldException]:
        """Yield an error for each item, or everything that is wrong inside items that hold more."""
        found = []
        if isinstance(value, LISTS) and self.fields:
            found = [e for misfit in self.misfits(value) for e in self.explain_item(*misfit)]
        yield from found or [error]

    def explain_item(
        self, index: int, item: Any, error: ShieldException
    ) -> Iterator[ShieldException]:
        """Yield what is wrong with one item."""
        only = self.fields[0] if len(self.fields) == 1 else None
        if isinstance(only, EmbeddedDocumentField | ListField):
            for inner in only.explain(item, error):
                yield inner.within(self.place(index))
        else:
            yield self.refused_item(index, item, error)

    def reduced(
        self,
        value: object,
        convert: Callable[[AnyField, Any], object],
        nested: Callable[[Any, Any], object],
    ) -> object:
        """Return the list with each document reduced to its own view."""
        if not isinstance(value, LISTS) or not self.nests:
            return convert(self, value)
        return [self.reduced_item(item, convert, nested) for item in value]

    def reduced_item(
        self,
        item: object,
        convert: Callable[[AnyField, Any], object],
        nested: Callable[[Any, Any], object],
    ) -> object:
        """Return one item as the responsible field shows it."""
        if isinstance(item, BaseDocument):
            return nested(type(item), item)
        if isinstance(item, dict) and self.embedded_fields:
            return self.candidates(item)[0].reduced(item, convert, nested)
        if item is None:
            return None
        field = self.fields[0] if len(self.fields) == 1 else self.field_for(item)
        return field.reduced(item, convert, nested)

    def schema_within(self, writer: SchemaWriter) -> dict[str, Any]:
        """Return the JSON Schema of the list as a part of what `writer` writes."""
        items = [field.schema_within(writer) for field in self.fields]
        return {**super().for_jsonschema(), "items": items}

    def for_jsonschema(self) -> dict[str, Any]:
        """Return the JSON Schema of the list; `items` is a list of schemas."""
        items = [field.for_jsonschema() for field in self.fields]
        return {**super().for_jsonschema(), "items": items}

    def _jsonschema_type(self) -> str:
        return "array"

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("array",)


class SortedListField(ListField[T]):
    """A list that comes out sorted."""

    def __init__(self, field: BaseField[T], ordering: str | None = None, **options: Any) -> None:
        """`ordering` is the key of the items to sort by, where items are documents or dictionaries."""
        self.ordering = ordering
        super().__init__(field, **options)

    def converted(self, value: Any, method: str) -> list[Any]:
        """Return the converted items sorted; as they are if they cannot be compared."""
        items = super().converted(value, method)
        try:
            return sorted(items, key=itemgetter(self.ordering) if self.ordering else None)
        except (TypeError, LookupError):
            return items

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ()


def as_fields(fields: object) -> list[AnyField]:
    """Return `fields`, a field or a list of fields, as a list; raise InvalidShield for anything else."""
    if isinstance(fields, BaseField):
        return [fields]
    if not isinstance(fields, list | tuple):
        msg = "Argument to ListField constructor must be a valid field or list of fields"
        raise InvalidShield(msg)
    if not all(isinstance(field, BaseField) for field in fields):
        msg = "Argument to ListField constructor must be a valid field or list of valid fields"
        raise InvalidShield(msg)
    return list(fields)
