"""What every page of Listsurf has in common: the visitor, and what the browser may do.

Notice the order of the bases: the rendering first, then what a handler knows about its visitor.
The user comes from the session, and the session from a signed cookie that holds nothing but a
random id: logging out, or deleting the session in the database, really ends it.
"""

from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from brubeck.auth import UserHandlingMixin
from brubeck.errors import Forbidden, ServiceUnavailable
from brubeck.handlers.message import Result
from brubeck.handlers.protection import CSRF_COOKIE
from brubeck.sessions import SessionHandlingMixin
from brubeck.templating import Jinja2Rendering

from listsurf import queries
from listsurf.models import User

if TYPE_CHECKING:
    from listsurf.app import Listsurf

# Nothing but our own style sheets and pictures; no scripts at all, and no frames around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NOTE = "note"  # the cookie that carries one message over a redirect
NOTE_LIFE = 60  # seconds
NOTE_LENGTH = 120  # characters: browsers drop cookies of more than 4 KB
DATABASE_AWAY = (
    "The database does not answer, so nothing was read or saved. "
    "Wait a moment, then go back and send your request again."
)
STALE_FORM = (
    "Nothing was sent yet: this page had been open for too long, or did not come from Listsurf. "
    "Please send it again."
)
NEEDS_COOKIES = (
    "Nothing was sent yet: your browser sent no cookies, and Listsurf needs them to know you. "
    "Allow cookies for this site, then send this again."
)


class VisitorMixin(SessionHandlingMixin, UserHandlingMixin):
    """Knows who is asking, by the session."""

    application: "Listsurf"

    def get_current_user(self) -> User | None:
        """Return the user whose session this is."""
        session = self.session
        return (
            queries.find_user_by_id(self.application.db_conn, session.user_id) if session else None
        )


class PageHandler(Jinja2Rendering, VisitorMixin):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: "Listsurf"

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and tell the browser what the page may load."""
        self.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return super().render(*args, **kwargs)

    @property
    def login_url(self) -> str:
        """Where strangers are sent; from there they come back to the page that they wanted."""
        return f"/login?next={quote(self.wanted_page(), safe='')}"

    def wanted_page(self) -> str:
        """Return the address to come back to; a form that was sent cannot be sent again."""
        if self.message.method != "GET":
            return "/"
        return self.message.path + (f"?{query}" if (query := self.message.query) else "")

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a database that is away is nobody's mistake."""
        if isinstance(err, queries.DatabaseAway):
            self._current_user = None  # the error page must not ask the database again
            return self.http_error(ServiceUnavailable(DATABASE_AWAY))
        return super().error(err)

    def csrf_failed(self) -> Result:
        """Show the form again, with a token that is good, and say why nothing was done."""
        has_cookie = CSRF_COOKIE in self.message.cookies
        return self.show_again(STALE_FORM if has_cookie else NEEDS_COOKIES)

    def show_again(self, reason: str) -> Result:
        """Show what was sent once more; a page with a form overrides this."""
        return self.http_error(Forbidden(detail=reason))

    def redirect_with_note(self, url: str, note: str) -> Result:
        """Send the visitor on, and show the note on the page that comes next."""
        note = shorten(note, NOTE_LENGTH, placeholder="...")
        self.set_cookie(
            NOTE, note, secret=self.application.cookie_secret, max_age=NOTE_LIFE, path="/"
        )
        return self.redirect(url)

    def take_note(self) -> str:
        """Return the note of the page before, once."""
        note = self.get_cookie(NOTE, secret=self.application.cookie_secret, max_age=NOTE_LIFE)
        if NOTE in self.message.cookies:
            self.delete_cookie(NOTE, path="/")
        return note or ""
