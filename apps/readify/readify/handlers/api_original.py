"""The unread links as JSON at `/`, as programs of 2011 ask for them: they know a name and a password.

New programs have a token and more to ask: that is api_links.py. Notice what is better than it was: the
items have ids, and a password may stand in the header Authorization (HTTP Basic) or in the body of a
POST, never in the address (CWE-598).
"""

from typing import Any

from accounts.credentials import check_credentials
from accounts.models import User
from accounts.sentcredentials import sent_credentials
from brubeck.errors import BadRequest
from brubeck.handlers import JSONMessageHandler
from brubeck.handlers.message import Result

from readify import queries
from readify.handlers.api import ApiAccess
from readify.models import Link

COUNT = 25  # links on a page, at the most and unless fewer are asked for
LARGEST = 10**15
SHOWN = (
    *("owner_username", "url", "title", "tags", "liked", "archived", "deleted"),
    *("created_at", "updated_at"),
)


class OriginalHandler(ApiAccess, JSONMessageHandler):
    """Lists the links of the user who asks that are neither archived nor in the bin."""

    conditional = False  # each answer has the time at which it was made

    def get(self) -> Result:
        """Answer the links that have changed at `since` (ms) or later, the latest first."""
        count = min(self.number("count", COUNT), COUNT)
        skip = self.number("skip", self.number("page", 0) * count)
        since = self.number("since", 0)
        total, links = queries.unread_since(self.db_conn, self.user.id, since, skip, count)
        self.add_to_payload("data", {"num_items": total, "items": [public(link) for link in links]})
        return self.render(status_code=200)

    def post(self) -> Result:
        """Answer the same to a script that sends its credentials in the body."""
        return self.get()

    @property
    def needed_scope(self) -> str:
        """Both methods only read."""
        return "read"

    def identified(self) -> User:
        """Return the user whose name and password came along, or whose token."""
        credentials = sent_credentials(self.message)
        if credentials is None:
            return super().identified()
        throttle, address = self.application.reading_throttle, self.message.remote_addr
        user = check_credentials(self.db_conn, throttle, *credentials, address)
        if user is None:
            raise self.stranger(
                'Basic realm="Readify", charset="UTF-8"',
                "This name and this password do not belong together. Correct them.",
            )
        return user

    def number(self, name: str, otherwise: int) -> int:
        """Return an argument that is a whole number; raise BadRequest."""
        text = self.get_argument(name)
        if text is None:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= LARGEST):
            raise BadRequest(f"{name} must be a whole number from 0 to {LARGEST}.")
        return int(text)


def public(link: Link) -> dict[str, Any]:
    """Return what such a program knows of a link."""
    return {"id": str(link.id), **{name: link[name] for name in SHOWN}}
