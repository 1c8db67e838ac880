"""What a form needs to be shown again: every error beside its field, and what was typed.

Fill it from a document (`add_errors`) and from the program's own checks (`add`), test it for
truth, and hand it to the template:

    form = FormErrors(typed)
    form.add_errors(document.errors())
    if form.failed:
        return self.render_template("form.html", _status_code=400, form=form)
"""

from collections.abc import Iterable, Mapping
from typing import Any

_SECRET_WORDS = ("password", "secret", "token")


class FormErrors:
    """Messages by field, and the values to put back into the fields.

    `messages` maps a message of the model to the words that a visitor should read instead.
    `values` has what was typed: neither fields that hold secrets, nor None for a blank one.
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        messages: Mapping[str, str] | None = None,
    ) -> None:
        self.values = {
            name: value
            for name, value in (values or {}).items()
            if value is not None and not _is_secret(name)
        }
        self._messages = dict(messages or {})
        self._by_field: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_field)

    def __contains__(self, field: str) -> bool:
        return field in self._by_field

    def __len__(self) -> int:
        return sum(map(len, self._by_field.values()))

    def add(self, field: str, message: str) -> None:
        """Add a message to a field; the empty name stands for the form as a whole."""
        known = self._by_field.setdefault(field, [])
        message = self._messages.get(message, message)
        if message not in known:
            known.append(message)

    def add_errors(self, errors: Iterable[tuple[Any, str, Any]]) -> None:
        """Add what `errors()` of a document returned: (path, message, value) triples."""
        for path, message, _ in errors:
            self.add(_field_of(path), message)

    def of(self, field: str) -> list[str]:
        """Return the messages of a field, in the order they were added."""
        return list(self._by_field.get(field, ()))

    def value(self, field: str, default: Any = "") -> Any:
        """Return what was typed into a field."""
        return self.values.get(field, default)

    @property
    def failed(self) -> bool:
        """Whether there is anything to complain about."""
        return bool(self)

    @property
    def errors(self) -> dict[str, str]:
        """What to write beside each field: all its messages as one text."""
        return {name: " ".join(self.of(name)) for name in self._by_field if name}

    @property
    def message(self) -> str:
        """What to write above the form: the messages of the form as a whole."""
        return " ".join(self.of(""))


def _field_of(path: Any) -> str:
    """Return the form's field for a place in a document: `tags` for ('tags', 2) and `tags.2`."""
    if isinstance(path, str):
        return path.split(".", 1)[0]
    return str(path[0]) if path else ""


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)
