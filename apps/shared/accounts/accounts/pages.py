"""What every page of a site with accounts has in common: the visitor, and what the browser may do.

Notice the order of the bases: the rendering first, then what a handler knows about its visitor.
The user comes from the session, and the session from a signed cookie that holds nothing but a
random id: logging out, or deleting the session in the database, really ends it.
"""

from typing import Any
from urllib.parse import quote

from brubeck.auth import UserHandlingMixin
from brubeck.errors import Forbidden, HTTPError
from brubeck.handlers.message import Result
from brubeck.handlers.protection import CSRF_COOKIE, may_change_something
from brubeck.request import Request
from brubeck.sessions import SessionHandlingMixin
from brubeck.templating import Jinja2Rendering
from mongostore import DatabaseAway, refusal_of
from weblinks.bookmarklet import site_of

from accounts import people
from accounts.browsers import browser_name
from accounts.credentials import check_credentials
from accounts.members import MembersApplication
from accounts.models import User

NOTE = "note"  # the cookie that carries one message over a redirect
UNDO = "undo"  # the cookie that carries what can be undone
NOTE_LIFE = 60  # seconds
NOTE_LENGTH = 120  # characters: browsers drop cookies of more than 4 KB
STALE_FORM = (
    "Nothing was sent yet: this page had been open for too long, or did not come from {name}. "
    "Please send it again."
)
NEEDS_COOKIES = (
    "Nothing was sent yet: your browser sent no cookies, and {name} needs them to know you. "
    "Allow cookies for this site, then send this again."
)


def shortened(note: str) -> str:
    """Return a note that fits into its cookie, also one in a script without blanks."""
    return note if len(note) <= NOTE_LENGTH else f"{note[:NOTE_LENGTH].rstrip()}..."


class VisitorMixin(SessionHandlingMixin, UserHandlingMixin):
    """Knows who is asking, by the session."""

    application: MembersApplication
    message: Request

    def get_current_user(self) -> User | None:
        """Return the user whose session this is."""
        session = self.session
        return self.find_member(session.user_id) if session else None

    def find_member(self, user_id: str) -> User | None:
        """Return the user with that id, None if there is none (any more)."""
        return people.find_user_by_id(self.application.db_conn, user_id)

    def log_in(self, user: User) -> None:
        """Start a session that the user will recognise in the list of his sessions."""
        browser = browser_name(self.message.header("user-agent", ""))
        self.start_session(user.id, browser=browser)

    def check_credentials(self, name: str, password: str) -> User | None:
        """Return the user that the name and the password belong to, or None.

        Reading is counted in memory, so that it writes nothing (RFC 9110, 9.2.1), all else in the
        database. Raises TooManyRequests.
        """
        app, writes = self.application, may_change_something(self.message)
        throttle = app.login_throttle if writes else app.reading_throttle
        return check_credentials(app.db_conn, throttle, name, password, self.message.remote_addr)


class PageHandler(Jinja2Rendering, VisitorMixin):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: MembersApplication

    @property
    def site(self) -> str:
        """The address of this site as the visitor knows it, without a slash at the end."""
        return site_of(self.message)

    @property
    def api(self) -> str:
        """The address below which programs find the API."""
        return f"{self.site}/api"

    @property
    def api_example(self) -> str:
        """The address that a new token is tried with."""
        return f"{self.api}/links"

    @property
    def policy(self) -> str:
        """What the browser may load for this page (Content-Security-Policy)."""
        return self.application.membership.policy

    def template_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tell templates where the site is, besides what every handler tells them."""
        own = {"site": self.site, "api": self.api, "membership": self.application.membership}
        return {**own, **super().template_context(context)}

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and tell the browser what the page may load."""
        self.headers.setdefault("Content-Security-Policy", self.policy)
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
        """Answer what went wrong; a database that is away or full is nobody's mistake."""
        refusal = refusal_of(err)
        if refusal is None:
            return super().error(err)
        if isinstance(err, DatabaseAway):
            self._current_user = None  # the error page must not ask the database again
            return self.http_error(refusal)
        return self._not_saved(refusal)

    def _not_saved(self, refusal: HTTPError) -> Result:
        """Show the form again: a full database can be read."""
        if self.message.method != "POST":
            return self.http_error(refusal)
        try:
            return self.show_again(refusal)
        except HTTPError:  # what the form was about is gone
            return self.http_error(refusal)

    def csrf_failed(self) -> Result:
        """Show the form again, with a token that is good, and say why nothing was done."""
        has_cookie = CSRF_COOKIE in self.message.cookies
        reason = STALE_FORM if has_cookie else NEEDS_COOKIES
        return self.show_again(Forbidden(reason.format(name=self.application.membership.name)))

    def show_again(self, error: HTTPError) -> Result:
        """Show what was sent once more; a page with a form overrides this."""
        return self.http_error(error)

    def redirect_with_note(self, url: str, note: str, undo: object = "") -> Result:
        """Send the visitor on, and show the note on the page that comes next.

        `undo` names the deletion that a button beside the note takes back.
        """
        self.hand_over(NOTE, shortened(note))
        if undo:
            self.hand_over(UNDO, str(undo))
        return self.redirect(url)

    def take_note(self) -> str:
        """Return the note of the page before, once."""
        return self.take_over(NOTE)

    def take_undo(self) -> str:
        """Return which deletion the page before has made, once."""
        return self.take_over(UNDO)

    def hand_over(self, name: str, text: str) -> None:
        """Keep a text for the page that comes next."""
        self.set_cookie(
            name, text, secret=self.application.cookie_secret, max_age=NOTE_LIFE, path="/"
        )

    def take_over(self, name: str) -> str:
        """Return a text that the page before has kept, once."""
        text = self.get_cookie(name, secret=self.application.cookie_secret, max_age=NOTE_LIFE)
        if name in self.message.cookies:
            self.delete_cookie(name, path="/")
        return text or ""

    @property
    def next_page(self) -> str:
        """The page of this site to go on to; never another site (CWE-601)."""
        wanted = str(self.get_argument("next", "/"))
        is_ours = wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isprintable()
        return wanted if is_ours else "/"
