"""Dotted specifications as trees: what `{'a.b': 1, 'a.c': 0}` asks at each level."""

from collections.abc import Callable, Iterable

from mongolite.errors import MongoError
from mongolite.values import MISSING, Document, Value

Tree = dict[str, Value]
COLLISION = 31250


def insert(tree: Tree, path: str, leaf: Value) -> None:
    """Put a leaf into a tree; raises MongoError (31250) when a path goes through another's end."""
    *heads, last = path.split(".")
    node = tree
    for name in heads:
        node = node.setdefault(name, {})
        if type(node) is not dict:
            raise MongoError(COLLISION, f"Path collision at {path}")
    if last in node:
        raise MongoError(COLLISION, f"Path collision at {path}")
    node[last] = leaf


def add_ancestors(tree: Tree, computed: Tree) -> None:
    """Add what lies above computed fields to a tree of inclusions, but nothing else of it.

    So an array of documents stays one, and each of its elements gets the computed field. Raises
    MongoError (31250) when a field is included whole and computed in part, or the other way round.
    """
    for name, want in computed.items():
        if name in tree and (type(want) is not dict or type(tree[name]) is not dict):
            raise MongoError(COLLISION, f"Path collision at {name}")
        if type(want) is dict:
            add_ancestors(tree.setdefault(name, {}), want)


def included(document: Document, tree: Tree) -> Document:
    """Return the fields that a tree of inclusions names, in the order of the document."""
    kept = {}
    for name, value in document.items():
        if name in tree:
            part = _part(value, tree[name])
            if part is not MISSING:
                kept[name] = part
    return kept


def _part(value: Value, want: Value) -> Value:
    if type(want) is not dict:
        return value
    if type(value) is dict:
        return included(value, want)
    if type(value) is list:
        parts = (_part(item, want) for item in value)
        return [part for part in parts if part is not MISSING]
    return MISSING


def excluded(document: Document, tree: Tree) -> Document:
    """Return a document without the fields that a tree names."""
    kept = {}
    for name, value in document.items():
        if name not in tree:
            kept[name] = value
        elif type(tree[name]) is dict:
            kept[name] = _without(value, tree[name])
    return kept


def _without(value: Value, tree: Tree) -> Value:
    if type(value) is dict:
        return excluded(value, tree)
    if type(value) is list:
        return [_without(item, tree) for item in value]
    return value


def assigned(node: Value, tree: Tree, evaluate: Callable[[Value], Value]) -> Value:
    """Return a node with the computed leaves of a tree set in it, in every element of arrays.

    `evaluate` turns a leaf into a value; MISSING removes the field. What is no document becomes one.
    """
    if type(node) is list:
        return [assigned(item, tree, evaluate) for item in node]
    result = dict(node) if type(node) is dict else {}
    for name, want in tree.items():
        if type(want) is dict:
            value = assigned(result.get(name, MISSING), want, evaluate)
        else:
            value = evaluate(want)
        if value is MISSING:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def leaves(tree: Tree) -> Iterable[Value]:
    """Yield the leaves of a tree."""
    for value in tree.values():
        if type(value) is dict:
            yield from leaves(value)
        else:
            yield value
