"""The links as JSON at `/api`, as programs of 2011 ask for them: they know a name and a password.

New programs have a token and more to ask: that is handlers/api.py. Notice what differs from the
pages: a stranger gets 401 and not a form, errors are documents, and a
script may log in with each request (HTTP Basic, or `username` and `password` in the body of a
POST; never in the address, where logs and histories would keep the password, CWE-598).
"""

from typing import TYPE_CHECKING

from accounts.models import User
from accounts.pages import VisitorMixin
from accounts.sentcredentials import sent_credentials
from brubeck.auth import authenticated
from brubeck.errors import BadRequest
from brubeck.handlers import JSONMessageHandler
from brubeck.handlers.message import Result
from mongostore import refusal_of
from weblinks.paging import MAX_PAGE_SIZE, PAGE_SIZE, BadCursorError, Cursor, Page

from listsurf import queries
from listsurf.models import Link

if TYPE_CHECKING:
    from listsurf.app import Listsurf

SHOWN = ("username", "url", "title", "created_at", "updated_at")


class OriginalHandler(JSONMessageHandler, VisitorMixin):
    """Lists the links of the user who asks, newest first, a page at a time."""

    application: "Listsurf"
    csrf_exempt = True  # it changes nothing, whoever makes the browser ask

    @authenticated
    def get(self) -> Result:
        """Answer `num_items` (all there are), `items` of this page, and `next` (address or null)."""
        user, count = self.current_user, self.count()
        page = queries.list_links(self.db_conn, user, self.place(), count)
        self.set_status(200)
        self.add_to_payload("num_items", queries.count_links(self.db_conn, user))
        self.add_to_payload("items", [public(link) for link in page.links])
        self.add_to_payload("next", next_address(page, count))
        return self.render()

    @authenticated
    def post(self) -> Result:
        """Answer the same to a script that sends its credentials in the body."""
        return self.get()

    def get_current_user(self) -> User | None:
        """Return the user of the session, else the one whose credentials came with the request."""
        credentials = sent_credentials(self.message)
        if credentials is None:
            return super().get_current_user()
        return self.check_credentials(*credentials)

    def auth_error(self) -> None:
        """Say how to log in (RFC 9110, 11.6.1)."""
        self.headers["WWW-Authenticate"] = 'Basic realm="Listsurf", charset="UTF-8"'
        self.add_to_payload("detail", "Log in, or send your name and password with the request.")

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a database that is away or full is nobody's mistake."""
        refusal = refusal_of(err)
        return self.http_error(refusal) if refusal else super().error(err)

    def place(self) -> Cursor | None:
        """Return the place in the list that `before` asks for."""
        text = self.get_argument("before")
        try:
            return Cursor.parse(text) if text else None
        except BadCursorError as error:
            raise BadRequest(str(error)) from error

    def count(self) -> int:
        """Return how many links the page may have."""
        text = self.get_argument("count", str(PAGE_SIZE))
        if not (text.isascii() and text.isdigit() and int(text[:9])):
            raise BadRequest(f"count is no number of links. Use 1 to {MAX_PAGE_SIZE}.")
        return min(int(text[:9]), MAX_PAGE_SIZE)


def public(link: Link) -> dict[str, object]:
    """Return what such a program knows of a link."""
    return {"id": str(link.id), **{name: getattr(link, name) for name in SHOWN}}


def next_address(page: Page, count: int) -> str | None:
    """Return the address of the page that follows."""
    return f"/api?before={page.next}&count={count}" if page.next else None
