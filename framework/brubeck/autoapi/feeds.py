"""What has changed since a client asked last: `?since=`, from querysets that know it."""

from typing import Any

from brubeck.errors import BadRequest, HTTPError
from brubeck.queryset.base import Changes


class Feeds:
    """Gives an API its feed of changes."""

    queries: Any
    add_to_payload: Any
    _announce: Any
    query_argument: Any
    _limit: Any

    has_feed = False
    """Whether the queryset has `read_changes`, and clients may ask it with `?since=`."""

    def _asked_since(self) -> str | None:
        """Return from where on a client wants to know what has changed; None if he does not."""
        since: str | None = self.query_argument("since") if self.has_feed else None
        return since

    def _read_changes(self, since: str, filters: dict[str, Any]) -> Changes:
        """Return what has changed, after saying from where on to ask next time, and for the rest."""
        try:
            found: Changes = self.queries.read_changes(self._limit(), since, filters)
        except ValueError as error:
            raise BadRequest(f"The argument since is wrong: {error}") from error
        except LookupError as error:
            raise HTTPError(
                "The argument since is ahead of what there is: it belongs to another account, or to "
                "what was stored before a backup was put back. Begin again with 0.",
                status_code=409,
            ) from error
        self.add_to_payload("since", found.since)
        if not found.is_all:
            self._announce("since", found.since)
        return found
