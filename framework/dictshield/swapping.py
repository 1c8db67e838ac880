# ruff: noqa: SLF001 - `_fields` is a name of the compatible interface.
"""Changing the type of ids after the fact: `User = swap_field(User, ObjectIdField, ["id"])`."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from dictshield.base import InvalidShield
from dictshield.fields.field import BaseField

D = TypeVar("D")


def swap_field(
    klass: type[D], new_field_class: type[BaseField[Any]], names: Iterable[str]
) -> type[D]:
    """Return a subclass of `klass` with the same name and path, whose fields `names` are of the new class.

    A swapped field keeps its name, its serialised name and whether it is required; the id is written as `_id`.
    Raises InvalidShield for a name that is no field.
    """
    document: Any = klass
    attrs: dict[str, Any] = {"__module__": klass.__module__, "__doc__": klass.__doc__}
    attrs["__qualname__"] = klass.__qualname__
    for name in names:
        field_name = document._plan.names.get(name)
        if field_name is None:
            msg = f"{klass.__name__} has no field {name!r} to swap. Name one that it has."
            raise InvalidShield(msg)
        attrs[field_name] = successor(document._fields[field_name], new_field_class)
    new_class: type[D] = type(document)(klass.__name__, (klass,), attrs, is_swapped=True)
    return new_class


def successor(field: BaseField[Any], new_field_class: type[BaseField[Any]]) -> BaseField[Any]:
    """Return the field of the new class that takes the place of `field`."""
    uniq_field = "_id" if field.field_name == "id" else field.uniq_field
    return new_field_class(
        uniq_field=uniq_field,
        required=field.required,
        id_field=field.id_field,
        description=field.description,
        minimized_field_name=field.minimized_field_name,
    )


def diff_id_field(
    field_class: type[BaseField[Any]], names: Iterable[str], klass: type[D] | None = None
) -> type[D] | Callable[[type[D]], type[D]]:
    """Do what `swap_field` does, as a class decorator; or at once, if given `klass`."""
    if klass is not None:
        return swap_field(klass, field_class, names)
    return partial(swap_field, new_field_class=field_class, names=names)
