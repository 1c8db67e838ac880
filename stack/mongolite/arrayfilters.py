"""`arrayFilters`: which elements `$[name]` in an update path stands for."""

from collections.abc import Callable, Iterable, Sequence

from mongolite.errors import BadValueError, FailedToParseError
from mongolite.filters import compile_filter
from mongolite.values import Document, Value


class ArrayFilters:
    """The filters of one update by their identifiers."""

    def __init__(self, filters: Sequence[Document]) -> None:
        self._filters: dict[str, Document] = {}
        for one in filters:
            names = set(_identifiers(one))
            if len(names) != 1:
                raise FailedToParseError("Each array filter must use a single top-level field name")
            name = names.pop()
            if name in self._filters:
                raise FailedToParseError(
                    f"Found multiple array filters with the same name '{name}'"
                )
            self._filters[name] = one

    def matcher(self, part: str) -> Callable[[Value], bool]:
        """Return the test for the elements that a path component `$[]` or `$[name]` means."""
        name = part[2:-1]
        if not name:
            return lambda _: True
        if name not in self._filters:
            raise BadValueError(f"No array filter found for identifier '{name}'")
        matches = compile_filter(self._filters[name])
        return lambda element: matches({name: element})

    def check_used(self, paths: Iterable[Sequence[str]]) -> None:
        """Raise MongoError for a filter that no path uses, or a path that lacks its filter."""
        used = {part[2:-1] for path in paths for part in path if part.startswith("$[")} - {""}
        for name in used - self._filters.keys():
            raise BadValueError(f"No array filter found for identifier '{name}'")
        for name in self._filters.keys() - used:
            raise FailedToParseError(
                f"The array filter for identifier '{name}' was not used in the update"
            )


def _identifiers(one: Document) -> Iterable[str]:
    if type(one) is not dict or not one:
        raise FailedToParseError("Cannot use an expression without a top-level field name")
    for name, argument in one.items():
        if name.startswith("$"):
            for part in argument if type(argument) is list else []:
                yield from _identifiers(part)
        else:
            yield name.partition(".")[0]
