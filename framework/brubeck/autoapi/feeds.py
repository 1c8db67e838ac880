"""What has changed since a client asked last: `?since=`, from querysets that know it."""

from typing import Any
from urllib.parse import parse_qsl

from brubeck.errors import BadRequest, HTTPError
from brubeck.queryset.base import Changes


class Feeds:
    """Gives an API its feed of changes."""

    message: Any
    queries: Any
    add_to_payload: Any
    _announce: Any
    _limit: Any

    has_feed = False
    """Whether the queryset has `read_changes`, and clients may ask it with `?since=`."""

    def _asked_since(self) -> str | None:
        """Return from where on a client wants to know what has changed; None if he does not."""
        if not self.has_feed:
            return None
        # An empty one is a mistake: who sent it would take all links for news.
        return dict(parse_qsl(self.message.query, keep_blank_values=True)).get("since")

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
