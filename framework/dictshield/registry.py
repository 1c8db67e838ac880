"""Document classes by name."""

from typing import Any
from weakref import WeakValueDictionary

from dictshield.base import InvalidShield

_classes: WeakValueDictionary[str, Any] = WeakValueDictionary()


def register(document_class: Any) -> None:
    """Remember `document_class` by its name and by its path; the newest of a name wins."""
    _classes[document_class.__name__] = document_class
    _classes[document_class._class_name] = document_class  # noqa: SLF001 - the interface's name


def get_document(name: str) -> Any:
    """Return the document class called `name`, or with the path `name` (`Media.Movie`).

    Raises InvalidShield if none is defined (yet).
    """
    try:
        return _classes[name]
    except KeyError:
        msg = f"There is no document class {name!r}. Define it, or import its module, first."
        raise InvalidShield(msg) from None
