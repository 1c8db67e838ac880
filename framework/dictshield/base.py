"""What goes wrong, and the names that programs import from here."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from dictshield.document import (
        BaseDocument,
        DocumentMetaclass,
        TopLevelDocumentMetaclass,
        get_document,
    )
    from dictshield.fields.field import BaseField
    from dictshield.fields.identity import UUIDField
    from dictshield.fields.mongo import ObjectIdField as ObjectIdField  # noqa: PLC0414 - re-exported, but not by *

__all__ = [
    "BaseDocument",
    "BaseField",
    "DictPunch",
    "DocumentMetaclass",
    "InvalidShield",
    "ShieldDocException",
    "ShieldException",
    "TopLevelDocumentMetaclass",
    "UUIDField",
    "get_document",
    "json",
    "subclass_exception",
]

# Names of the first releases, looked up when they are asked for, because their modules import this one.
LATER = {
    "BaseDocument": "dictshield.document",
    "BaseField": "dictshield.fields.field",
    "DocumentMetaclass": "dictshield.document",
    "ObjectIdField": "dictshield.fields.mongo",
    "TopLevelDocumentMetaclass": "dictshield.document",
    "UUIDField": "dictshield.fields.identity",
    "get_document": "dictshield.document",
}

TOO_DEEP = "Nested too deeply"

# What a check may raise when it is handed something that it was not written for.
MISFITS = (ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, LookupError)


class ShieldException(Exception):  # noqa: N818 - the name that programs catch
    """A value that does not fit its field.

    `reason` says why, `field_name` and `field_value` which, and `path` where in the whole document
    (`author.name`, `comments.3.text`).
    """

    def __init__(
        self, reason: str, field_name: str | None, field_value: object, *args: object
    ) -> None:
        super().__init__(*args)
        self.reason = reason
        self.field_name = field_name
        self.field_value = field_value
        self.path = field_name or ""

    def within(self, place: object) -> Self:
        """Return this exception as seen from outside `place`, a field name or an index."""
        self.path = f"{place}.{self.path}" if self.path else str(place)
        return self

    def __str__(self) -> str:
        return f"{self.reason} - {self.field_name}:{shown(self.field_value)}"

    def __repr__(self) -> str:
        value = shown(self.field_value, repr)
        return f"{type(self).__name__}({self.reason!r}, {self.field_name!r}, {value})"

    def __reduce__(self) -> tuple[Any, ...]:
        arguments = (self.reason, self.field_name, self.field_value, *self.args)
        return type(self), arguments, {"path": self.path}


DictPunch = ShieldException


class RefusedAssignment(ShieldException, TypeError):  # noqa: N818 - named like its family
    """A value that cannot even be stored: programs expect TypeError, forms a ShieldException."""


class ShieldDocException(Exception):  # noqa: N818 - the name that programs catch
    """All the errors of one document: `error_list` holds a ShieldException for each."""

    def __init__(self, doc_name: str, error_list: list[ShieldException], *args: object) -> None:
        super().__init__(*args)
        self.doc = doc_name
        self.error_list = error_list

    @property
    def errors_list(self) -> list[ShieldException]:
        """The same list by the name that the original's README used."""
        return self.error_list

    def __str__(self) -> str:
        texts = [str(error) for error in self.error_list]
        return f"Document had {len(texts)} errors - {texts}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.doc!r}, {self.error_list!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.doc, self.error_list, *self.args)


class InvalidShield(Exception):  # noqa: N818 - the name that programs catch
    """A field or a document class that is built wrongly."""


def subclass_exception(name: str, parents: tuple[type, ...], module: str) -> type:
    """Return a new exception class called `name`, as if it were defined in `module`."""
    return type(name, parents, {"__module__": module})


def shown(value: object, text_of: Callable[[object], str] = str) -> str:
    """Return the text of `value`, whatever it is: an error must not fail while it is told."""
    try:
        return text_of(value)
    except (*MISFITS, RecursionError):
        return f"<{type(value).__name__}>"


def refused(error: Exception, field_name: str | None, value: object) -> ShieldException:
    """Return `error`, which a check raised about `value`, as the ShieldException that it means."""
    if isinstance(error, ShieldException):
        return error
    reason = TOO_DEEP if isinstance(error, RecursionError) else "Invalid value"
    exception = ShieldException(reason, field_name, value)
    exception.__cause__ = error
    return exception


# What the functions of this package catch around a field's own code.
CHECK_FAILURES = (ShieldException, RecursionError, *MISFITS)


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
