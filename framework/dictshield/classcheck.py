"""Validation of plain dictionaries against a document class, without making a document."""

from collections.abc import Iterator
from typing import Any, ClassVar

from dictshield.base import CHECK_FAILURES, ShieldException, refused
from dictshield.plan import AnyField, Convert, Plan

# Keys of stored documents that a dictionary from outside has no say in.
UNKNOWN = {"id", "_cls", "_types"}


class ClassCheckMixin:
    """Gives a document class its checks of plain dictionaries."""

    _plan: ClassVar[Plan]
    _private_fields: ClassVar[list[str]]

    @classmethod
    def validate_class_fields(cls, values: dict[str, Any], validate_all: bool = False) -> Any:  # noqa: FBT001, FBT002 - programs pass it by position
        """Check `values`, field name -> value; required fields must be there.

        Unknown keys are deleted from `values`. Internal and private fields may not be given. Returns True,
        or raises the first ShieldException; with `validate_all`, returns the list of all.
        """
        return cls._verdict(values, is_whole=True, validate_all=validate_all)

    @classmethod
    def validate_class_partial(cls, values: dict[str, Any], validate_all: bool = False) -> Any:  # noqa: FBT001, FBT002 - programs pass it by position
        """Check `values` as `validate_class_fields` does, but only what is there."""
        return cls._verdict(values, is_whole=False, validate_all=validate_all)

    @classmethod
    def _verdict(cls, values: Any, *, is_whole: bool, validate_all: bool) -> Any:
        if not isinstance(values, dict):
            found = iter(
                [ShieldException("Only dictionaries may be validated", cls.__name__, values)]
            )
        else:
            forget_unknown(cls._plan, values)
            found = cls._class_failures(values, is_whole=is_whole)
        if validate_all:
            return list(found)
        for error in found:
            raise error
        return True

    @classmethod
    def _class_failures(
        cls, values: dict[str, Any], *, is_whole: bool
    ) -> Iterator[ShieldException]:
        plan = cls._plan
        given = {plan.names[key]: value for key, value in values.items()}
        names = plan.names
        refused_names = {names.get(n, n) for n in getattr(cls, "_private_fields", None) or ()}
        if "_id" in values and plan.id_name:
            refused_names.add(plan.id_name)
        for field, _, _, check in plan.checks:
            name = field.field_name
            if name in refused_names:
                yield from overwrites(field, given)
            elif name in given:
                yield from misfits(field, check, given[name])
            elif is_whole and field.required and name != plan.id_name:
                yield field.refuse("Required field missing", None)


def forget_unknown(plan: Plan, values: dict[str, Any]) -> None:
    """Delete from `values` what is no field of the class."""
    for key in list(values):
        if key in UNKNOWN or key not in plan.names:
            del values[key]


def overwrites(field: AnyField, given: dict[str, Any]) -> Iterator[ShieldException]:
    """Yield an error if a field that programs keep to themselves is given another value than its default."""
    if field.field_name not in given:
        return
    value = given[field.field_name]
    if type(value) is not type(field.default) or value != field.default:
        yield field.refuse("Overwrite of internal fields attempted", value)


def misfits(field: AnyField, check: Convert, value: object) -> Iterator[ShieldException]:
    """Yield an error if `value` does not fit; None and blank text are nobody's business."""
    try:
        if value is not None and not (isinstance(value, str) and not value.strip()):
            check(value)
    except CHECK_FAILURES as error:
        yield refused(error, field.field_name, value)
