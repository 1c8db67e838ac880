"""Arguments with types, and mixins for what belongs to someone and flows by in time."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dictshield.document import EmbeddedDocument
from dictshield.fields import StringField, UUIDField

from brubeck.timekeeping import MillisecondField

if TYPE_CHECKING:
    from brubeck.handlers import WebMessageHandler

_LARGEST = 2**63 - 1  # more than databases can compare with


def get_typed_argument(
    arg_name: str,
    default: Any,
    handler: "WebMessageHandler",
    type_fun: Callable[[Any], Any],
) -> Any:
    """Return an argument through `type_fun`, or the default as it is if that fails."""
    value = handler.get_argument(arg_name, default)
    try:
        return type_fun(value)
    except Exception:  # noqa: BLE001 - whatever a conversion raises means "not of this type"
        return default


class OwnedModelMixin(EmbeddedDocument):
    """A document that belongs to a user."""

    owner_id = UUIDField(required=True)
    owner_username = StringField(max_length=30, required=True)

    class Meta:
        """No trace in the documents that it is mixed into."""

        mixin = True


class StreamedModelMixin(EmbeddedDocument):
    """A document with a place in time, in milliseconds since the epoch."""

    created_at = MillisecondField(default=0)
    updated_at = MillisecondField(default=0)

    class Meta:
        """No trace in the documents that it is mixed into."""

        mixin = True


class OwnedHandlerMixin:
    """Whose documents a request asks for."""

    get_argument: Any

    def get_owner_username(
        self, default_username: str | None = None, default_usernam: str | None = None
    ) -> str | None:
        """Return the argument `owner`; the second spelling of the default is historical."""
        default = default_usernam if default_username is None else default_username
        owner: str | None = self.get_argument("owner", default)
        return owner


class StreamedHandlerMixin:
    """Which part of a stream a request asks for."""

    get_argument: Any

    def get_stream_offset(self, default_since: int = 0) -> int:
        """Return the argument `since`, in milliseconds since the epoch."""
        return self._number("since", default_since)

    def get_paging_arguments(
        self, default_page: int = 0, default_count: int = 25, max_count: int | None = 25
    ) -> tuple[int, int, int]:
        """Return (page, count, skip) as the arguments of these names have it, never negative.

        `count` is at most `max_count` (None: no limit); `skip` is page * count unless given.
        """
        page = self._number("page", default_page)
        count = self._number("count", default_count)
        if max_count is not None:
            count = min(count, max_count)
        return page, count, self._number("skip", page * count)

    def _number(self, name: str, default: int) -> int:
        handler: Any = self
        number: int = get_typed_argument(name, default, handler, int)
        return min(max(0, number), _LARGEST)
