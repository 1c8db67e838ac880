"""What a document class is compiled into when it is defined.

A plan holds one row for each field and each task, with everything decided that can be decided without a
document: which key to read, which function to call, or that none is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dictshield.base import CHECK_FAILURES, ShieldException, refused
from dictshield.fields.field import BaseField

AnyField = BaseField[Any]
Convert = Callable[[Any], Any]
Read = Callable[[Any, type], Any]


# Plain tuples, because named ones take twice as long to unpack.

#: How a field keeps an assigned value: name, settled type, and `stored` or None if values stay as they are.
StoreRow = tuple[str, type | None, Convert | None]

#: How a field is validated: the key of its value, what reads the default if there is one, and the check.
CheckRow = tuple[AnyField, object, Read | None, Convert]

#: How a field is written: key and default as above, the name outside, and what shapes the value, or None.
ShapeRow = tuple[AnyField, object, Read | None, str, Convert | None]


class Failure(NamedTuple):
    """One field's first error, with the value in which there may be more."""

    field: AnyField
    value: object
    error: ShieldException


class Plan:
    """The compiled form of one document class."""

    def __init__(
        self,
        fields: Mapping[str, AnyField],
        id_name: str | None = None,
        lineage: Sequence[str] = (),
    ) -> None:
        """Compile `fields`, name -> field; `id_name` is the field that serves as id, if any.

        `lineage` is the paths of the class and its ancestors, its own at the end, if they are to be written.
        """
        self.lineage = lineage
        self.fields = dict(fields)
        self.id_name = id_name
        self.id_key = self.fields[id_name].uniq_field if id_name else None
        self.nests = any(field.nests for field in self.fields.values())
        self.names = names_by_key(self.fields, id_name)
        self.self_setting = [f for f in fields.values() if f.overrides("__set__")]
        self._compile_construction()
        self.checks: list[CheckRow] = [
            (field, *reading(name, field), field.checker()) for name, field in self.fields.items()
        ]
        self.python_rows = self._shape_rows("for_python")
        self.json_rows = self._shape_rows("for_json")

    def _compile_construction(self) -> None:
        plain = {n: f for n, f in self.fields.items() if f not in self.self_setting}
        constant = {n: f.initial() for n, f in plain.items() if f.has_constant_initial()}
        rows = {name: store_row(name, field) for name, field in plain.items()}
        self._template = dict.fromkeys(self.fields) | constant
        self._initials = [(n, f.initializer()) for n, f in plain.items() if n not in constant]
        self._stores = {key: rows[name] for key, name in self.names.items() if name in rows}

    def _shape_rows(self, method: str) -> list[ShapeRow]:
        return [
            (field, *reading(name, field), field.uniq_field or name, field.shaper(method))
            for name, field in self.fields.items()
        ]

    def construct(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return the data of a new document: defaults, then `values`.

        With it come the keys of `values` that belong to no field, or to one that sets itself.
        """
        data = self._template.copy()
        for name, initial in self._initials:
            data[name] = initial()
        others = []
        stores = self._stores
        for key, value in values.items():
            if key in stores:
                name, settled_type, stored = stores[key]
                if stored is None or type(value) is settled_type:
                    data[name] = value
                else:
                    data[name] = stored(value)
            else:
                others.append(key)
        return data, others

    def failures(
        self, document: object, data: dict[Any, Any], *, only_first: bool = False
    ) -> list[Failure]:
        """Return the first error of each field that has one, or of the first such field."""
        found = []
        for field, key, read_default, check in self.checks:
            value = data.get(key)
            if value is None and read_default is not None:
                value = read_default(document, type(document))
            try:
                if value or is_given(value):
                    check(value)
                    continue
                if not field.required:
                    continue
                error = field.refuse("Required field missing", value)
            except CHECK_FAILURES as problem:
                error = refused(problem, field.field_name, value)
            found.append(Failure(field, value, error))
            if only_first:
                break
        return found

    def shaped(
        self, document: object, data: dict[Any, Any], rows: list[ShapeRow]
    ) -> dict[str, Any]:
        """Return the values that are not None under their serialised names, and the class.

        Raises ShieldException for a value that has no such form.
        """
        out = {}
        for field, key, read_default, written_as, shape in rows:
            value = data.get(key)
            if value is None and read_default is not None:
                value = read_default(document, type(document))
            if value is None:
                continue
            try:
                out[written_as] = value if shape is None else shape(value)
            except CHECK_FAILURES as error:
                # Blank text is a missing value to validation, so it must not stop a valid document here.
                if value != "":
                    raise refused(error, field.field_name, value) from error
                out[written_as] = value
        if self.id_key in out and not out[self.id_key]:
            del out[self.id_key]
        if self.lineage:
            out["_cls"] = self.lineage[-1]
            out["_types"] = list(self.lineage)
        return out


def is_given(value: object) -> bool:
    """Say whether a false value is one at all: None and blank text stand for a missing one."""
    return not (value is None or value == "")


def names_by_key(fields: Mapping[str, AnyField], id_name: str | None) -> dict[str, str]:
    """Return every key under which a value may be given -> the field's name; names go first."""
    keys: dict[str, str] = {}
    if id_name:
        keys |= {"id": id_name, "_id": id_name}
    keys |= {f.minimized_field_name: n for n, f in fields.items() if f.minimized_field_name}
    keys |= {f.uniq_field: n for n, f in fields.items() if f.uniq_field}
    return keys | {name: name for name in fields}


def reading(name: str, field: AnyField) -> tuple[object, Read | None]:
    """Return the key of a field's value, and what to call when there is no value under it.

    A field with its own `__get__` gets a key that no document has, so that it is always called.
    """
    if field.overrides("__get__"):
        return object(), field.__get__
    return name, None if field.default is None else field.__get__


def store_row(name: str, field: AnyField) -> StoreRow:
    """Return how `field` keeps values."""
    return name, field.settled(), field.stored if field.overrides("stored") else None
