# ruff: noqa: SLF001 - `_public_fields` and the like are names of the compatible interface.
"""Views of documents for their owner and for the public."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from dictshield.base import CHECK_FAILURES, ShieldException, refused
from dictshield.encoding import dumps
from dictshield.fields.field import BaseField
from dictshield.plan import Plan

INTERNAL = ["_id", "id", "_cls", "_types"]

Convert = Callable[[BaseField[Any], Any], object]
Nested = Callable[[Any, Any], object]


@dataclass(frozen=True)
class View:
    """Which fields are shown and how: the field names that stay, each with its key in the result."""

    plan: Plan
    shown: Mapping[str, str]
    convert: Convert
    nested: Nested
    hidden_keys: frozenset[str] = frozenset()
    keeps_unknown: bool = False

    def of_document(self, document: Any) -> dict[str, Any]:
        """Return the view of a document: read by field names."""
        pairs = [(name, getattr(document, name, None)) for name in self.shown]
        return {self.shown[n]: self.value(n, value) for n, value in pairs if value is not None}

    def of_dict(self, values: dict[str, Any]) -> dict[str, Any]:
        """Reduce the dictionary `values` to its view, in place, and return it."""
        items = list(values.items())
        values.clear()
        for key, value in items:
            name = self.plan.names.get(key)
            if name is not None and name in self.shown and value is not None:
                values[self.shown[name]] = self.value(name, value)
            elif name is None and value is not None and self.shows_unknown(key):
                values[key] = value
        return values

    def shows_unknown(self, key: str) -> bool:
        """Say whether a key that is no field stays."""
        return self.keeps_unknown and key not in self.hidden_keys

    def value(self, name: str, value: object) -> object:
        """Return the value of field `name` as the view shows it."""
        field = self.plan.fields[name]
        try:
            return field.reduced(value, self.convert, self.nested)
        except CHECK_FAILURES as error:
            raise refused(error, name, value) from error


class SafeableMixin:
    """Gives a document class its safe views.

    `_private_fields` are hidden from the owner, `_public_fields` are all that the public sees. A dictionary
    is changed in place and returned; a list gives a list.
    """

    _plan: ClassVar[Plan]
    _internal_fields: ClassVar[list[str]] = INTERNAL
    _public_fields: ClassVar[list[str] | None] = None
    _private_fields: ClassVar[list[str]]

    @classmethod
    def make_ownersafe(cls, doc: Any) -> Any:
        """Return `doc` without internal and private fields, and without None."""
        return cls._seen(doc, is_public=False, convert=as_it_is, nested=owner_view)

    @classmethod
    def make_publicsafe(cls, doc: Any) -> Any:
        """Return of `doc` what `_public_fields` names: nothing, unless the class says so."""
        return cls._seen(doc, is_public=True, convert=as_it_is, nested=public_view)

    @classmethod
    def make_json_ownersafe(cls, doc: Any, encode: bool = True, sort_keys: bool = False) -> Any:  # noqa: FBT001, FBT002 - programs pass it by position
        """Return the owner's view as JSON text, or ready for it with `encode=False`."""
        seen = cls._seen(doc, is_public=False, convert=as_json, nested=json_owner_view)
        return dumps(seen, sort_keys=sort_keys) if encode else seen

    @classmethod
    def make_json_publicsafe(cls, doc: Any, encode: bool = True, sort_keys: bool = False) -> Any:  # noqa: FBT001, FBT002 - programs pass it by position
        """Return the public view as JSON text, or ready for it with `encode=False`."""
        seen = cls._seen(doc, is_public=True, convert=as_json, nested=json_public_view)
        return dumps(seen, sort_keys=sort_keys) if encode else seen

    @classmethod
    def make_safe(
        cls,
        doc: Any,
        field_converter: Convert,
        doc_converter: Callable[[Any], object],
        doc_encoder: Callable[[Any], Any] | None,
        field_list: Iterable[str] | None = None,
        white_list: bool = True,  # noqa: FBT001, FBT002 - programs pass it by position
    ) -> Any:
        """Return a view of your own.

        `field_converter(field, value)` shapes plain values, `doc_converter(document)` embedded documents, and
        `doc_encoder` the result. `field_list` names what stays, or what goes without `white_list`.
        """

        def nested(document_class: Any, value: Any) -> object:
            return doc_converter(document_class(**value) if isinstance(value, dict) else value)

        names = list(field_list or ())
        seen = cls._through(
            doc,
            names,
            is_white=white_list,
            convert=field_converter,
            nested=nested,
        )
        return seen if doc_encoder is None else doc_encoder(seen)

    @classmethod
    def _get_internal_fields(cls) -> set[str]:
        return {*cls._internal_fields, *(getattr(cls, "_private_fields", None) or ())}

    @classmethod
    def _seen(cls, doc: Any, *, is_public: bool, convert: Convert, nested: Nested) -> Any:
        if isinstance(doc, list | tuple):
            look = partial(cls._seen, is_public=is_public, convert=convert, nested=nested)
            return [seen_item(look, index, item) for index, item in enumerate(doc)]
        viewer = type(doc) if isinstance(doc, cls) else cls
        names = viewer._public_fields or () if is_public else viewer._get_internal_fields()
        return viewer._through(doc, names, is_white=is_public, convert=convert, nested=nested)

    @classmethod
    def _through(
        cls, doc: Any, names: Iterable[str], *, is_white: bool, convert: Convert, nested: Nested
    ) -> Any:
        shown = shown_only(cls._plan, names) if is_white else shown_but(cls._plan, names)
        view = View(
            cls._plan,
            shown,
            convert,
            nested,
            hidden_keys=frozenset(names),
            keeps_unknown=not is_white and convert is as_it_is,
        )
        if isinstance(doc, dict):
            return view.of_dict(doc)
        if not isinstance(doc, SafeableMixin):
            reason = "Only documents, dictionaries and lists of them have a view"
            raise ShieldException(reason, cls.__name__, doc)
        return view.of_document(doc)


def seen_item(look: Callable[[Any], object], index: int, item: Any) -> object:
    """Return what `look` makes of one item of a list; raise a ShieldException with the way to it."""
    try:
        return look(item)
    except CHECK_FAILURES as error:
        raise refused(error, None, item).within(index) from error


def shown_only(plan: Plan, names: Iterable[str]) -> dict[str, str]:
    """Return field name -> key in the view for the fields that `names` lists."""
    found = {plan.names[name]: name for name in names if name in plan.names}
    return {name: plan.fields[name].minimized_field_name or key for name, key in found.items()}


def shown_but(plan: Plan, names: Iterable[str]) -> dict[str, str]:
    """Return field name -> key in the view for the fields that `names` does not list."""
    hidden = {plan.names.get(name, name) for name in names}
    return {
        name: field.minimized_field_name or name
        for name, field in plan.fields.items()
        if name not in hidden
    }


def as_it_is(_: BaseField[Any], value: object) -> object:
    """Return `value` untouched."""
    return value


def as_json(field: BaseField[Any], value: Any) -> object:
    """Return `value` for JSON; dictionaries may hold it in any form that assignment takes."""
    return field.for_json(field.stored(value) if value else value)


def owner_view(document_class: type[SafeableMixin], value: Any) -> object:
    """Return an embedded document as its owner sees it."""
    return document_class.make_ownersafe(value)


def public_view(document_class: type[SafeableMixin], value: Any) -> object:
    """Return an embedded document as the public sees it."""
    return document_class.make_publicsafe(value)


def json_owner_view(document_class: type[SafeableMixin], value: Any) -> object:
    """Return an embedded document as its owner sees it, ready for JSON."""
    return document_class.make_json_ownersafe(value, encode=False)


def json_public_view(document_class: type[SafeableMixin], value: Any) -> object:
    """Return an embedded document as the public sees it, ready for JSON."""
    return document_class.make_json_publicsafe(value, encode=False)
