"""What an index is declared to be: fields, directions, options."""

from dataclasses import dataclass, field
from functools import cached_property

from mongolite.filters import Matcher, compile_filter
from mongolite.keys import split_all
from mongolite.paths import position
from mongolite.values import Document, Value

ID_INDEX = "_id_"


@dataclass(frozen=True)
class IndexSpec:
    """What was declared: the fields with their directions and the options, as MongoDB lists them."""

    name: str
    fields: dict[str, Value]
    options: dict[str, Value] = field(default_factory=dict)

    def listed(self) -> Document:
        """Return the entry for `listIndexes`."""
        return {"v": 2, "key": dict(self.fields), "name": self.name} | self.options

    @classmethod
    def from_listed(cls, entry: Document) -> "IndexSpec":
        """Return the specification that `listed` wrote."""
        options = {key: entry[key] for key in entry if key not in {"v", "key", "name"}}
        return cls(entry["name"], entry["key"], options)

    @cached_property
    def unique(self) -> bool:
        """Whether two documents may not share a key."""
        return bool(self.options.get("unique")) or self.name == ID_INDEX

    @cached_property
    def sparse(self) -> bool:
        """Whether documents without any of the fields are left out."""
        return bool(self.options.get("sparse"))

    @cached_property
    def ordered(self) -> bool:
        """Whether this is an ordinary index, not a text or wildcard one."""
        return not self.text and not any("$**" in name for name in self.fields)

    @cached_property
    def text(self) -> bool:
        """Whether this is a text index."""
        return "text" in self.fields.values()

    @cached_property
    def hashed(self) -> bool:
        """Whether one of the fields is hashed: such an index refuses arrays."""
        return "hashed" in self.fields.values()

    @cached_property
    def serves_equality(self) -> bool:
        """Whether every document with a given value is found in it."""
        numbered = any(position(part) is not None for path in self.paths for part in path)
        return self.ordered and not numbered and "partialFilterExpression" not in self.options

    @cached_property
    def paths(self) -> list[tuple[str, ...]]:
        """The fields as path components."""
        return split_all(list(self.fields))

    @cached_property
    def covers(self) -> Matcher:
        """The matcher of `partialFilterExpression`."""
        return compile_filter(self.options.get("partialFilterExpression", {}))
