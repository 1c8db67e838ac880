# ruff: noqa: SLF001 - `_plan` and `_get_internal_fields` are DictShield's interface for this
"""Fields that the owner of a document does not see, and so must not set or lose."""

from functools import cache
from typing import Any

from dictshield.document import BaseDocument
from dictshield.schema import reachable


@cache
def hides_something(model: Any) -> bool:
    """Tell whether documents of a model, or those inside them, have hidden fields."""
    return any(hidden_names(each) for each in {model, *reachable(model)})


@cache
def hidden_names(model: Any) -> frozenset[str]:
    """Return the names of the fields that the owner's view leaves out, but for the id."""
    names = model._plan.names
    hidden = {names.get(name, name) for name in model._get_internal_fields()}
    return frozenset(hidden & model._plan.fields.keys() - {model._plan.id_name})


def keep_hidden(document: Any, stored: Any | None) -> None:
    """Give a document's hidden fields the values they have in `stored`, or their defaults.

    Documents inside it are matched by field; in lists, by all that the owner sees of them.
    """
    model: Any = type(document)
    source = stored if stored is not None else model()
    hidden = hidden_names(model)
    for name, field in model._plan.fields.items():
        if name in hidden:
            document[name] = source[name]
        elif field.nests:
            _keep_inside(document[name], None if stored is None else stored[name])


def _keep_inside(value: Any, stored: Any) -> None:
    if isinstance(value, BaseDocument):
        keep_hidden(value, stored if type(stored) is type(value) else None)
    elif isinstance(value, list | tuple):
        known = list(stored) if isinstance(stored, list | tuple) else []
        for item in value:
            _keep_inside(item, _taken(known, item))


def _taken(known: list[Any], item: Any) -> Any:
    """Remove from `known` the first that looks like an item to the owner, and return it."""
    for position, each in enumerate(known):
        if type(each) is type(item) and _seen(each) == _seen(item):
            return known.pop(position)
    return None


def _seen(item: Any) -> Any:
    return type(item).make_ownersafe(item) if isinstance(item, BaseDocument) else item
