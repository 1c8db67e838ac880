"""Dictionaries of lists."""

from typing import Any

from dictshield.datastructures import MultiValueDict
from dictshield.fields.dictionary import DictField
from dictshield.fields.field import BaseField


class MultiValueDictField(DictField):
    """A dictionary of lists; assignment turns a plain one into a MultiValueDict."""

    def __init__(self, basecls: type[BaseField[Any]] | None = None, **options: Any) -> None:
        """`basecls` is a field class, kept for programs that read it."""
        options.setdefault("default", MultiValueDict)
        super().__init__(basecls, **options)

    def stored(self, value: Any) -> Any:
        """Return a dictionary of lists as MultiValueDict; other things stay."""
        if isinstance(value, MultiValueDict) or not is_dict_of_lists(value):
            return value
        return MultiValueDict(value)

    def for_json(self, value: Any) -> dict[str, Any]:
        """Return a plain dictionary of lists."""
        return dict(MultiValueDict(value).lists())

    def validate(self, value: Any) -> Any:
        """Return `value` if it is a dictionary of lists with keys of plain text."""
        if not isinstance(value, dict):
            reason = "Only dictionaries and MultiValueDicts may be used in a MultiValueDictField"
            raise self.refuse(reason, value)
        if not is_dict_of_lists(value):
            raise self.refuse("Invalid value", value)
        return self.checked(value)


def is_dict_of_lists(value: object) -> bool:
    """Say whether `value` is a dictionary whose values are lists."""
    return isinstance(value, dict) and all(isinstance(v, list) for v in dict.values(value))
