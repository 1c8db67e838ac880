"""What a document class says about itself in `Meta`, or, in 0.3's notation, in a dict `meta`."""

from collections.abc import Mapping
from typing import Any

OLD_NAMES = ("_meta", "meta")


class DocumentOptions:
    """The options of an embedded document. Unknown entries are ignored."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        """Read what is known from `entries`."""
        self.mixin: bool = entries.get("mixin", False)

    def inheritable(self) -> dict[str, Any]:
        """Return the entries that subclasses take over."""
        return {}


class TopLevelDocumentOptions(DocumentOptions):
    """The options of a document: also what its id is."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        """Read what is known from `entries`; `id_options` stays None unless given."""
        super().__init__(entries)
        self.id_field: type | None = entries.get("id_field")
        self.id_options: dict[str, Any] | None = entries.get("id_options")
        self.bucket: str | None = entries.get("bucket")

    def inheritable(self) -> dict[str, Any]:
        """Return the entries that subclasses take over."""
        own = {"id_field": self.id_field, "id_options": self.id_options, "bucket": self.bucket}
        return {key: value for key, value in own.items() if value is not None}


def take_meta_class(attrs: dict[str, Any]) -> dict[str, Any]:
    """Remove the inner class `Meta` from a class's `attrs`; return its entries."""
    meta = attrs.pop("Meta", None)
    return {} if meta is None else {k: getattr(meta, k) for k in dir(meta) if k[:2] != "__"}


def take_meta_dict(attrs: dict[str, Any]) -> dict[str, Any]:
    """Remove the dict `meta` or `_meta` from a class's `attrs`; return its entries."""
    found = [name for name in OLD_NAMES if isinstance(attrs.get(name), dict)]
    entries: dict[str, Any] = {}
    for name in found:
        entries = {**attrs.pop(name), **entries}
    return entries
