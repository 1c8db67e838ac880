# ruff: noqa: SLF001 - `_fields` and `_private_fields` are names of the compatible interface.
"""HTML forms for documents."""

from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import Any

from dictshield.base import shown
from dictshield.document import Document, TopLevelDocumentMetaclass

default_field_map = {"BooleanField": "radio"}
default_name_map = {"password": "password"}

# What nobody should find again in the source of a page.
SECRET_TYPES = {"password"}


class FormPunch(Exception):  # noqa: N818 - the name that programs catch
    """A form that is asked for in a way that cannot work."""


class HtmlText(str):
    """Text that is HTML already: templates that escape leave it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


class Form:
    """The inputs for a document class.

    The id, internal fields and private fields are left out.
    """

    def __init__(
        self,
        model: Any,
        private_fields: Collection[str] | None = None,
        field_map: Mapping[str, str] = default_field_map,
        name_map: Mapping[str, str] = default_name_map,
    ) -> None:
        """Describe a form for `model`.

        `private_fields` replaces the model's own list. `name_map` gives the type of input for a field's name,
        `field_map` for the name of its class; others are text. Raises FormPunch if `model` is no Document class.
        """
        if not isinstance(model, TopLevelDocumentMetaclass):
            msg = f"A form needs a Document class, not {model!r}. Pass one."
            raise FormPunch(msg)
        self.model: Any = model
        own = getattr(model, "_private_fields", None) or ()
        self.private_fields = own if private_fields is None else private_fields
        self.field_map = field_map
        self.name_map = name_map

    def as_p(
        self,
        values: Any = None,
        p_class: str | None = None,
        input_class: str | None = None,
        skip_fields: Collection[str] | None = None,
    ) -> HtmlText:
        """Return a paragraph for each field. `values` is a document or a dictionary by field names.

        Raises FormPunch for other values.
        """
        opening = tag("p", {"class": p_class})
        return HtmlText(
            "\n".join(
                f"{opening}{title_of(name)}: {self.input(name, value, input_class)}</p>"
                for name, value in self.shown(values, skip_fields)
            )
        )

    def as_div(
        self,
        values: Any = None,
        div_class: str | None = None,
        label_class: str | None = None,
        input_class: str | None = None,
        skip_fields: Collection[str] | None = None,
    ) -> HtmlText:
        """Return a div with a label and an input for each field, as `as_p` returns paragraphs."""
        opening = tag("div", {"class": div_class})
        return HtmlText(
            "\n".join(
                f"{opening}\n"
                f"    {self.label(name, label_class)}\n"
                f"    {self.input(name, value, input_class, html_id=self.html_id(name))}\n"
                "</div>"
                for name, value in self.shown(values, skip_fields)
            )
        )

    def shown(
        self, values: Any, skip_fields: Collection[str] | None
    ) -> Iterator[tuple[str, object]]:
        """Yield name and value of each field that the form has, in the order of declaration."""
        value_of = self.reader(values)
        left_out = {*self.model._internal_fields, *self.private_fields, *(skip_fields or ())}
        for name, field in self.model._fields.items():
            is_id = name == self.model._plan.id_name
            if not is_id and not left_out & {name, field.uniq_field}:
                yield name, value_of(name)

    def reader(self, values: Any) -> Any:
        """Return a function that gives the value for a field's name."""
        if not values and not isinstance(values, Document):
            return lambda _: None
        if isinstance(values, Mapping):
            return values.get
        if isinstance(values, self.model):
            return values.__getitem__
        msg = (
            f"The values of this form are a dictionary or a {self.model.__name__}, "
            f"not {shown(values, repr)}."
        )
        raise FormPunch(msg)

    def input_type(self, name: str) -> str:
        """Return the type of input for a field."""
        if name in self.name_map:
            return self.name_map[name]
        classes = type(self.model._fields[name]).__mro__
        found = [self.field_map[k.__name__] for k in classes if k.__name__ in self.field_map]
        return found[0] if found else "text"

    def input(
        self, name: str, value: object, input_class: str | None, html_id: str | None = None
    ) -> str:
        """Return the input of a field; a secret is never filled in."""
        kind = self.input_type(name)
        text = text_of(value) if value and kind not in SECRET_TYPES else None
        attributes = {
            "class": input_class,
            "type": kind,
            "name": name,
            "value": text,
            "id": html_id,
        }
        return tag("input", attributes)

    def label(self, name: str, label_class: str | None) -> str:
        """Return the label of a field's input."""
        opening = tag("label", {"class": label_class, "for": self.html_id(name)})
        return f"{opening}{title_of(name)}</label>"

    def html_id(self, name: str) -> str:
        """Return the id by which the label finds its input."""
        return f"{self.model.__name__}-{name}"


def tag(name: str, attributes: Mapping[str, str | None]) -> str:
    """Return an opening tag with those attributes that have a value, escaped."""
    written = "".join(f' {k}="{escape(v)}"' for k, v in attributes.items() if v)
    return f"<{name}{written}>"


def title_of(name: str) -> str:
    """Return the title for a field's name: `user_name` is User Name."""
    return escape(name.replace("_", " ").title())


def text_of(value: object) -> str:
    """Return what an input shows of `value`: lists with commas between."""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return shown(value)
