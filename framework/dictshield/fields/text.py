"""Text: plain, addresses, URLs."""

import re
from collections.abc import Iterable
from typing import Any

from dictshield.addresses import is_email, is_url
from dictshield.fields.field import BaseField
from dictshield.reachability import is_reachable


class StringField(BaseField[str]):
    """Text, with limits of length and a regular expression that it must begin with."""

    settled_type = str

    def __init__(
        self,
        regex: str | re.Pattern[str] | None = None,
        max_length: int | None = None,
        min_length: int | None = None,
        **options: Any,
    ) -> None:
        """`regex` is matched from the start of the text; lengths are counted in characters."""
        self.regex = re.compile(regex) if regex else None
        self.max_length = max_length
        self.min_length = min_length
        self.has_limits = any(limit is not None for limit in (self.regex, max_length, min_length))
        super().__init__(**options)

    def stored(self, value: Any) -> Any:
        """Return `value`; bytes become text if they are UTF-8."""
        if isinstance(value, bytes):
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value
        return value

    def validate(self, value: Any) -> str:
        """Return `value` if it is text that meets all limits."""
        if not isinstance(value, str):
            raise self.refuse("Invalid value", value)
        if self.max_length is not None and len(value) > self.max_length:
            raise self.refuse("String value is too long", value)
        if self.min_length is not None and len(value) < self.min_length:
            raise self.refuse("String value is too short", value)
        if self.regex is not None and self.regex.match(value) is None:
            raise self.refuse("String value did not match validation regex", value)
        return value

    def _jsonschema_type(self) -> str:
        return "string"

    def _jsonschema_maxLength(self) -> int | None:  # noqa: N802 - named for JSON Schema's key
        return self.max_length

    def _jsonschema_minLength(self) -> int | None:  # noqa: N802 - named for JSON Schema's key
        return self.min_length

    def _jsonschema_pattern(self) -> str | None:
        return self.regex.pattern if self.regex else None

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("string",)

    @classmethod
    def _from_jsonschema_formats(cls) -> Iterable[str | None]:
        return (None, "phone")


class URLField(StringField):
    """The address of a page: http or https."""

    def __init__(self, verify_exists: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - programs pass it by position
        """With `verify_exists`, validation asks the server for the page: it blocks, for seconds at most."""
        self.verify_exists = verify_exists
        super().__init__(**options)

    def validate(self, value: Any) -> str:
        """Return `value` if it is a URL."""
        text: str = value
        if self.has_limits or type(value) is not str:
            super().validate(value)
        if not is_url(text):
            raise self.refuse("Invalid URL", value)
        if self.verify_exists and not is_reachable(text):
            raise self.refuse("URL does not exist", value)
        return text

    def _jsonschema_format(self) -> str:
        return "url"

    @classmethod
    def _from_jsonschema_formats(cls) -> Iterable[str | None]:
        return ("url",)


class EmailField(StringField):
    """An e-mail address."""

    def validate(self, value: Any) -> str:
        """Return `value` if it is an e-mail address."""
        text: str = value
        if self.has_limits or type(value) is not str:
            super().validate(value)
        if not is_email(text):
            raise self.refuse("Invalid email address", value)
        return text

    def _jsonschema_format(self) -> str:
        return "email"

    @classmethod
    def _from_jsonschema_formats(cls) -> Iterable[str | None]:
        return ("email",)
