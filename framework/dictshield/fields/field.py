# ruff: noqa: SLF001 - `_data` and `_fields` are names of the compatible interface.
"""The field that all others are made from."""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, Self, TypeVar, overload

from dictshield.base import ShieldException

T = TypeVar("T")

MUTABLE = (list, dict, set)


class DictFieldNotFound(Exception):  # noqa: N818 - the name that programs catch
    """No field class is registered for a type and format of JSON Schema."""


#: JSON Schema's (type, format) -> the field class that reads it; format is None for the plain type.
dictshield_fields: dict[tuple[str, str | None], Any] = {}


class BaseFieldMetaClass(type):
    """Registers each field class that names the JSON Schema types or formats it reads."""

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, object]) -> None:
        super().__init__(name, bases, attrs)
        if {"_from_jsonschema_types", "_from_jsonschema_formats"} & attrs.keys():
            register(cls)


def register(field_class: Any) -> None:
    """Remember which field class reads which types and formats of JSON Schema."""
    for type_name in field_class._from_jsonschema_types():
        for format_name in field_class._from_jsonschema_formats():
            dictshield_fields[type_name, format_name] = field_class


class BaseField(Generic[T], metaclass=BaseFieldMetaClass):
    """A named value of a document: anything at all, unless a subclass narrows it.

    To make a field type, subclass and write `validate`: return the value, or raise ShieldException.
    `for_python` and `for_json` change how a value is shaped, `stored` what assignment keeps of it.

    Fields are data descriptors: `Document.title` is the field, `document.title` its value, or the
    default while there is none.
    """

    #: The serialised name of a document's id that is of this type.
    id_key = "id"

    #: Values of exactly this type are what `stored` would return. It holds for the class that says it,
    #: and for subclasses that leave `stored` alone.
    settled_type: type | None = None

    #: Whether values may hold documents.
    nests = False

    def __init__(
        self,
        uniq_field: str | None = None,
        field_name: str | None = None,
        required: bool = False,  # noqa: FBT001, FBT002 - programs pass it by position
        default: object = None,
        id_field: bool = False,  # noqa: FBT001, FBT002 - likewise
        validation: Callable[[Any], object] | None = None,
        choices: Sequence[Any] | None = None,
        description: str | None = None,
        minimized_field_name: str | None = None,
    ) -> None:
        """Describe the field.

        `uniq_field` is the key in serialised form, `minimized_field_name` the one in owner and public
        forms. `default` may be callable. `validation` is a callable whose false result refuses a value.
        """
        self.uniq_field = "_id" if id_field else uniq_field
        self.field_name = field_name
        self.required = required
        self.default = default
        self.id_field = id_field
        self.validation = validation
        self.choices = choices
        self.description = description
        self.minimized_field_name = minimized_field_name
        self.owner_document: type | None = None

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...

    def __get__(self, instance: Any, owner: type | None = None) -> Self | T:
        if instance is None:
            return self
        value = instance._data.get(self.field_name)
        if value is None and self.default is not None:
            value = self.initial()
            if isinstance(value, MUTABLE):
                instance._data[self.field_name] = value
        return value  # type: ignore[no-any-return]

    def __set__(self, instance: Any, value: object) -> None:
        instance._data[self.field_name] = self.stored(value)

    def named(self, name: str | None, owner: type) -> Self:
        """Return this field as attribute `name` of `owner`: a copy if it already is another's."""
        field = self if self.owner_document is None else copy.copy(self)
        if field.uniq_field in {None, field.field_name}:
            field.uniq_field = name
        field.field_name = name
        field.owner_document = owner
        return field

    def document_types(self) -> Iterable[Any]:
        """Return the document classes that values of this field may hold."""
        return ()

    def default_value(self) -> object:
        """Return the default for one more document, which may then change it."""
        if callable(self.default):
            return self.default()
        if isinstance(self.default, MUTABLE):
            return copy.deepcopy(self.default)
        return self.default

    def initial(self) -> Any:
        """Return what a new document stores before it is given a value."""
        return self.stored(self.default_value())

    def initializer(self) -> Callable[[], Any]:
        """Return the shortest function that does what `initial` does."""
        is_empty_container = self.default in (list, dict)
        return self.default if is_empty_container else self.initial  # type: ignore[return-value]

    def has_constant_initial(self) -> bool:
        """Say whether `initial()` may be evaluated once for all documents."""
        return not (callable(self.default) or isinstance(self.default, MUTABLE))

    def stored(self, value: Any) -> Any:
        """Return what assignment keeps of `value`; a value that fits nothing stays as it is."""
        return value

    def for_python(self, value: Any) -> Any:
        """Return `value` as Python programs want it."""
        return value

    def for_json(self, value: Any) -> Any:
        """Return `value` as JSON can hold it."""
        return self.for_python(value)

    def validate(self, value: Any) -> Any:
        """Return `value`, converted; raise ShieldException if it does not fit."""
        return value

    def _validate(self, value: Any) -> Any:
        if self.choices is not None and value not in self.choices:
            raise self.refuse(f"Value must be one of {self.choices}.", value)
        if self.validation is not None:
            self._validate_by_program(self.validation, value)
        return self.validate(value)

    def _validate_by_program(self, validation: object, value: object) -> None:
        if not callable(validation):
            msg = "The validation argument must be a callable. Pass a function of one value."
            raise ValueError(msg)  # noqa: TRY004 - programs catch the original's ValueError
        if not validation(value):
            raise self.refuse("Value does not match custom validation method.", value)

    @classmethod
    def overrides(cls, method: str) -> bool:
        """Say whether this class has its own version of BaseField's `method`."""
        return getattr(cls, method) is not getattr(BaseField, method)

    @classmethod
    def settled(cls) -> type | None:
        """Return `settled_type`, unless a class below the one that says it has a `stored` of its own."""
        words = {"stored", "settled_type"}
        speaker = next(klass for klass in cls.__mro__ if words & vars(klass).keys())
        return vars(speaker).get("settled_type")

    def shaper(self, method: str) -> Callable[[Any], Any] | None:
        """Return `for_python` or `for_json`; None if it would return what it is given."""
        is_needed = self.overrides("for_python") or self.overrides(method)
        return getattr(self, method) if is_needed else None

    def checker(self) -> Callable[[Any], Any]:
        """Return the shortest function that does all of `_validate`."""
        is_plain = self.choices is None and self.validation is None
        is_direct = is_plain and not self.overrides("_validate")
        return self.validate if is_direct else self._validate

    def refuse(self, reason: str, value: object) -> ShieldException:
        """Return the exception that refuses `value` for `reason`."""
        return ShieldException(reason, self.field_name, value)

    def explain(self, value: object, error: ShieldException) -> Iterator[ShieldException]:  # noqa: ARG002 - for subclasses
        """Yield every error inside `value`, of which `error` is the first."""
        yield error

    def reduced(
        self,
        value: object,
        convert: Callable[["BaseField[Any]", Any], object],
        nested: Callable[[Any, Any], object],  # noqa: ARG002 - for subclasses
    ) -> object:
        """Return `value` for an owner's or public view.

        `convert(field, value)` shapes plain values, `nested(document_class, value)` documents.
        """
        return convert(self, value)

    def for_jsonschema(self) -> dict[str, Any]:
        """Return the field's JSON Schema: what each method `_jsonschema_<key>` gives, unless None."""
        prefix = "_jsonschema_"
        found = {
            name.removeprefix(prefix): getattr(self, name)()
            for name in dir(self)
            if name.startswith(prefix)
        }
        return {key: value for key, value in found.items() if value is not None}

    def schema_within(self, writer: Any) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """Return the field's JSON Schema as a part of what `writer` writes."""
        return self.for_jsonschema()

    def _jsonschema_type(self) -> str:
        return "any"

    def _jsonschema_title(self) -> str | None:
        return self.field_name

    def _jsonschema_description(self) -> str | None:
        return self.description

    def _jsonschema_default(self) -> object:
        if self.default is None or callable(self.default):
            return None
        return self.for_json(self.initial())

    def _jsonschema_required(self) -> bool | None:
        return True if self.required else None

    def _jsonschema_enum(self) -> list[object] | None:
        return None if self.choices is None else [self.for_json(c) for c in self.choices]

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("any",)

    @classmethod
    def _from_jsonschema_formats(cls) -> Iterable[str | None]:
        return (None,)
