# ruff: noqa: SLF001 - `_fields`, `_class_name` and the like are names of the compatible interface.
"""How document classes are made: fields collected, path found, plan compiled."""

import copy
from typing import Any

from dictshield.fields.field import BaseField
from dictshield.fields.identity import DocumentIdField
from dictshield.options import (
    DocumentOptions,
    TopLevelDocumentOptions,
    take_meta_class,
    take_meta_dict,
)
from dictshield.plan import Plan
from dictshield.registry import register

AnyField = BaseField[Any]


class DocumentMetaclass(type):
    """Makes embedded documents."""

    options_class: type[DocumentOptions] = DocumentOptions

    _fields: dict[str, AnyField]
    _class_name: str
    _superclasses: dict[str, "DocumentMetaclass"]
    _meta: dict[str, Any]
    _options: DocumentOptions
    _plan: Plan

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        attrs: dict[str, Any],
        *,
        is_root: bool = False,
        is_swapped: bool = False,
        **options: Any,
    ) -> "DocumentMetaclass":
        """Make a class; `is_root` marks those that programs derive from, `is_swapped` those of swap_field."""
        new_style = {} if is_root else take_meta_class(attrs)
        old_style = {} if is_root else take_meta_dict(attrs)
        new_class = super().__new__(mcs, name, bases, attrs, **options)
        new_class._plan = Plan({})
        if not is_root:
            new_class._read_options(new_style, old_style)
            new_class._take_place(is_swapped=is_swapped)
            new_class._compile({**old_style, **new_style}, is_old_style=bool(old_style))
            register(new_class)
        return new_class

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, attrs)

    def _read_options(cls, new_style: dict[str, Any], old_style: dict[str, Any]) -> None:
        inherited: dict[str, Any] = {}
        for base in reversed(cls._document_bases()):
            inherited |= base._options.inheritable()
        cls._options = cls.options_class({**inherited, **old_style, **new_style})
        cls._meta = {**cls._meta, **old_style}

    def _document_bases(cls) -> list["DocumentMetaclass"]:
        return [
            b for b in cls.__bases__ if isinstance(b, DocumentMetaclass) and "_fields" in vars(b)
        ]

    def _take_place(cls, *, is_swapped: bool) -> None:
        parents = [base for base in cls._document_bases() if not base._options.mixin]
        if is_swapped:
            cls._class_name, cls._superclasses = parents[0]._class_name, parents[0]._superclasses
            return
        cls._superclasses = {}
        for parent in parents:
            cls._superclasses |= {**parent._superclasses, parent._class_name: parent}
        cls._class_name = ".".join([*(p._class_name for p in parents[:1]), cls.__name__])

    def _compile(cls, own_options: dict[str, Any], *, is_old_style: bool) -> None:  # noqa: ARG002 - for documents with an id
        cls._fields = cls._collect_fields()
        cls._plan = Plan(cls._fields, lineage=cls._lineage())

    def _lineage(cls) -> list[str]:
        is_written = cls._meta.get("allow_inheritance", True)
        return [*cls._superclasses, cls._class_name] if is_written else []

    def _collect_fields(cls) -> dict[str, AnyField]:
        fields: dict[str, AnyField] = {}
        for klass in reversed(cls.__mro__):
            for name, value in list(vars(klass).items()):
                if isinstance(value, BaseField):
                    fields[name] = cls._adopted(name, value, klass)
                else:
                    fields.pop(name, None)
        return fields

    def _adopted(cls, name: str, field: AnyField, klass: type) -> AnyField:
        nearest = next(k for k in cls.__mro__ if name in vars(k))
        is_inherited = klass is not cls and isinstance(klass, DocumentMetaclass)
        if is_inherited or nearest is not klass:
            return field
        # A plain mixin may serve many documents: each gets a field of its own.
        own = field.named(name, cls) if klass is cls else copy.copy(field).named(name, cls)
        if own is not field:
            setattr(cls, name, own)
        return own


class TopLevelDocumentMetaclass(DocumentMetaclass):
    """Makes documents: classes with an id."""

    options_class = TopLevelDocumentOptions
    _options: TopLevelDocumentOptions

    def _compile(cls, own_options: dict[str, Any], *, is_old_style: bool) -> None:
        own_id = vars(cls).get("id")
        if isinstance(own_id, BaseField):
            own_id.uniq_field = own_id.uniq_field or own_id.id_key
        fields = cls._collect_fields()
        id_name = marked_as_id(cls.__name__, fields) or "id"
        if id_name != "id":
            fields.pop("id", None)
            setattr(cls, "id", property(*alias_of(id_name), doc="The value of the id field."))  # noqa: B010 - not declared on the metaclass
        elif "id" not in fields or (
            own_id is None and own_options.keys() & {"id_field", "id_options"}
        ):
            fields["id"] = cls._new_id(is_old_style=is_old_style)
        cls._fields = {id_name: fields.pop(id_name), **fields}
        cls._plan = Plan(cls._fields, id_name, cls._lineage())

    def _new_id(cls, *, is_old_style: bool) -> AnyField:
        chosen = cls._options.id_options
        field: AnyField = (cls._options.id_field or DocumentIdField)(**(chosen or {}))
        has_mongo_key = chosen is not None or (is_old_style and cls._options.id_field is not None)
        field.uniq_field = field.uniq_field or ("_id" if has_mongo_key else field.id_key)
        own = field.named("id", cls)
        setattr(cls, "id", own)  # noqa: B010 - not declared on the metaclass
        return own


def marked_as_id(class_name: str, fields: dict[str, AnyField]) -> str | None:
    """Return the name of the field that was made with `id_field=True`; raise ValueError for two."""
    marked = [name for name, field in fields.items() if field.id_field]
    if len(marked) > 1:
        msg = f"{class_name} has {len(marked)} id fields ({', '.join(marked)}). Mark only one."
        raise ValueError(msg)
    return marked[0] if marked else None


def alias_of(name: str) -> tuple[Any, Any]:
    """Return a getter and a setter of the attribute `name`."""
    return (lambda self: getattr(self, name), lambda self, value: setattr(self, name, value))
