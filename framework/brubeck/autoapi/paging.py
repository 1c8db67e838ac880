"""Lists in pages: `?limit=&after=`, and where the next page is."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from brubeck.errors import BadRequest
from brubeck.queryset.places import Page


class Paging:
    """Gives an API its pages."""

    application: Any
    message: Any
    queries: Any
    headers: dict[str, Any]
    add_to_payload: Any
    get_argument: Any

    page_limit = 100
    """How many documents a list has that says nothing about it."""

    max_page_limit = 1000
    """How many documents a list has at most, whatever is asked for."""

    def page_filters(self) -> dict[str, Any]:
        """Return the values that listed documents have: key of the stored dict -> value.

        Override it for filters of your own, and list their keys in the queryset's `filter_keys`.
        """
        return {}

    filter_parameters: ClassVar[Sequence[dict[str, Any]]] = ()
    """The arguments that `page_filters` reads, as OpenAPI describes parameters."""

    def _read_page(self, filters: dict[str, Any]) -> Page:
        after = self.query_argument("after")
        if after == "":
            raise BadRequest("The argument after is empty. Leave it out, or take it from `next`.")
        try:
            page: Page = self.queries.read_page(self._limit(), after, filters)
        except ValueError as error:
            raise BadRequest(f"The argument after is wrong: {error}") from error
        if page.after is not None:
            self._announce("after", page.after)
        return page

    def _limit(self) -> int:
        asked = self.query_argument("limit")
        if asked is None:
            return min(self.page_limit, self.max_page_limit)
        if not (asked.isascii() and asked.isdigit() and asked.strip("0")):
            raise BadRequest("The argument limit is no number above 0. Correct it or leave it out.")
        # Python refuses to read numbers of thousands of digits.
        return min(int(asked[-9:]) if len(asked) < 10 else self.max_page_limit, self.max_page_limit)

    def query_argument(self, name: str) -> str | None:
        """Return an argument of the address, also an empty one, which is a mistake."""
        return dict(parse_qsl(self.message.query, keep_blank_values=True)).get(name)

    def _announce(self, name: str, cursor: str) -> None:
        """Say where the next page is, to programs that read headers and to those that do not."""
        arguments = {**self.message.arguments, name: [cursor]}
        address = f"{self.message.path}?{urlencode(arguments, doseq=True)}"
        self.headers["Link"] = f'<{address}>; rel="next"'
        self.add_to_payload("next", address)
