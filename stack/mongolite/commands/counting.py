"""Counting without looking at documents: what an index knows already."""

from collections.abc import Sequence

from mongolite.commands.registry import Context
from mongolite.commands.request import Request
from mongolite.filters import Scope, compile_filter
from mongolite.values import Document, Value


def known_count(context: Context, request: Request, query: Document) -> int | None:
    """Return how many documents of the collection match, if that needs no look at them; else None.

    Raises MongoError for a filter that cannot be understood.
    """
    compile_filter(query, Scope(request.document("let"), lambda _: False))
    if request.body.get("hint"):
        return None
    with context.catalog.database(request.database).lock:
        collection = context.catalog.get(request.database, request.collection)
        return collection.count(query) if collection else None


def counted(
    context: Context, request: Request, query: Document, stages: Sequence[Value]
) -> list[Document] | None:
    """Return what stages make of the documents that match if all they do is to count; else None.

    That is `$count`, and the group that drivers send for `count_documents`.
    """
    names: list[str]
    match stages:
        case [{"$count": str(name), **others}] if not others:
            head: Document = {}
            names = [name]
        case [{"$group": {"_id": None | int() as group, **sums}, **others}] if not others:
            if not all(map(_is_count, sums.values())):
                return None
            head, names = {"_id": group}, [str(name) for name in sums]
        case _:
            return None
    number = known_count(context, request, query)
    if number is None:
        return None
    return [head | dict.fromkeys(names, number)] if number else []


def _is_count(accumulator: Value) -> bool:
    return accumulator == {"$sum": 1} and type(accumulator["$sum"]) is int
