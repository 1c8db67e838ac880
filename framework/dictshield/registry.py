"""Document classes by name."""

import sys
from typing import Any
from weakref import WeakValueDictionary

from dictshield.base import InvalidShield

_classes: WeakValueDictionary[str, Any] = WeakValueDictionary()


def register(document_class: Any) -> None:
    """Remember `document_class` by its name and by its path; the newest of a name wins."""
    _classes[document_class.__name__] = document_class
    _classes[document_class._class_name] = document_class  # noqa: SLF001 - the interface's name


def document_class(name: str, near: type | None) -> Any:
    """Return the document class that `name` means in the module of the class `near`, or anywhere."""
    module = sys.modules.get(near.__module__) if near else None
    found = getattr(module, name, None)
    return found if hasattr(found, "_plan") else get_document(name)


def get_document(name: str) -> Any:
    """Return the document class called `name`, or with the path `name` (`Media.Movie`).

    Raises InvalidShield if none is defined (yet).
    """
    try:
        return _classes[name]
    except KeyError:
        msg = f"There is no document class {name!r}. Define it, or import its module, first."
        raise InvalidShield(msg) from None
