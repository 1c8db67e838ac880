"""The different values of a field: the command `distinct`."""

from collections.abc import Iterable

from mongolite.paths import candidates, split
from mongolite.values import MISSING, Document, Key, Value, order_key


def distinct_values(documents: Iterable[Document], path: str) -> list[Value]:
    """Return the different values in the order of their first appearance; arrays by element."""
    parts = split(path)
    found: dict[Key, Value] = {}
    for document in documents:
        for value in candidates(document, parts, expand=False):
            for item in value if type(value) is list else [value]:
                if item is not MISSING:
                    found.setdefault(order_key(item), item)
    return list(found.values())
