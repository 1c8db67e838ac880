"""What every page of SpotiChat has in common: the person, what the browser may do, helpful errors.

Notice the policy: no script and no style stands in a page itself, and nothing is loaded from
elsewhere but Spotify's covers.
"""

from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from brubeck.errors import Forbidden, HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.handlers.protection import CSRF_COOKIE
from brubeck.templating import Jinja2Rendering
from redisstore import StoreAway, refusal_of

from spotichat.identity import IdentityMixin
from spotichat.spotify.api import PICTURE_HOST

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    f"img-src 'self' https://{PICTURE_HOST}; base-uri 'none'; frame-ancestors 'none'"
)
NOTE = "note"  # the cookie that carries one message over a redirect
NOTE_LIFE = 60  # seconds
NOTE_LENGTH = 120  # characters
AWAY = (
    "The place where the messages lie does not answer, so nothing was read or sent. "
    "This page comes back by itself as soon as it does."
)
STALE_FORM = (
    "Nothing was sent yet: this page had been open for too long, or did not come from SpotiChat. "
    "Please send it again."
)
NEEDS_COOKIES = (
    "Nothing was sent yet: your browser sent no cookie, and SpotiChat needs one to know you. "
    "Allow cookies for this site, then send this again."
)


class PageHandler(Jinja2Rendering, IdentityMixin):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: "SpotiChat"

    store_is_away = False

    # -- answers -------------------------------------------------------------------------------

    def typed(self, name: str) -> str:
        """Return a field of the form; nothing that changes something is read from an address."""
        return str(self.message.body_arguments.get(name, [""])[-1])

    def template_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tell templates who is asking, and whether Spotify is there."""
        ours = {
            "person": None if self.store_is_away else self.person,
            "spotify_offered": self.application.spotify is not None,
        }
        return {**super().template_context(ours), **context}

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and tell the browser what the page may load and where its forms may lead."""
        policy = f"{CONTENT_SECURITY_POLICY}; form-action {' '.join(self.form_targets)}"
        self.headers.setdefault("Content-Security-Policy", policy)
        return super().render(*args, **kwargs)

    @property
    def form_targets(self) -> list[str]:
        """Where forms may lead, redirects included: here, and to Spotify for signing in."""
        parts = urlsplit(self.application.settings.spotify_accounts_url)
        return ["'self'", f"{parts.scheme}://{parts.netloc}"]

    def take_name(self, form: FormErrors) -> int:
        """Take the nickname of a form; else write into it why not, and return the status."""
        try:
            self.become(str(form.value("nickname")))
        except HTTPError as error:
            form.add("nickname", str(error.detail))
            return error.status_code
        return 200

    # -- Spotify -------------------------------------------------------------------------------

    @property
    def person_id(self) -> str:
        """The id of who is asking, nothing for somebody without a name."""
        return str(self.person.id) if self.person else ""

    @property
    def is_connected(self) -> bool:
        """Whether the person has connected Spotify."""
        spotify = self.application.spotify
        return bool(spotify and self.person_id and spotify.accounts.is_connected(self.person_id))

    @property
    def follows(self) -> bool:
        """Whether the person's page goes along with his music."""
        spotify = self.application.spotify
        return bool(spotify and self.person_id and spotify.listeners.follows(self.person_id))

    # -- one message over a redirect -----------------------------------------------------------

    def redirect_with_note(self, url: str, note: str) -> Result:
        """Send the visitor on, and show the note on the page that comes next."""
        text = shorten(note, NOTE_LENGTH, placeholder="...")
        secret = self.application.cookie_secret
        self.set_cookie(NOTE, text, secret=secret, max_age=NOTE_LIFE, path="/")
        return self.redirect(url)

    def take_note(self) -> str:
        """Return the note of the page before, once."""
        text = self.get_cookie(NOTE, secret=self.application.cookie_secret, max_age=NOTE_LIFE)
        if NOTE in self.message.cookies:
            self.delete_cookie(NOTE, path="/")
        return str(text or "")

    def back_to(self, page: str) -> str:
        """Return a page of this site to go back to; never another site (CWE-601)."""
        is_ours = page.startswith("/") and page[1:2] not in {"/", "\\"} and page.isprintable()
        return page if is_ours else "/settings"

    # -- when something is wrong ---------------------------------------------------------------

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a Redis that is away or full is nobody's mistake."""
        if isinstance(err, StoreAway):
            self.store_is_away = True  # the error page must not ask Redis again
            return self.http_error(refusal_of(err, AWAY))
        return super().error(err)

    def _is_expected(self, error: Exception) -> bool:
        return isinstance(error, StoreAway) or super()._is_expected(error)

    def _error_context(self, status_code: int, context: dict[str, Any]) -> dict[str, Any]:
        """Let a page that was only read come back by itself, and lose nothing that was typed."""
        shown = super()._error_context(status_code, context)
        is_read = self.message.method == "GET"
        shown["comes_back"] = status_code == 503 and is_read
        shown["was_typed"] = "" if is_read else self.typed("text")
        return shown

    def csrf_failed(self) -> Result:
        """Say why nothing was done."""
        has_cookie = CSRF_COOKIE in self.message.cookies
        return self.show_again(Forbidden(STALE_FORM if has_cookie else NEEDS_COOKIES))

    def show_again(self, error: HTTPError) -> Result:
        """Show what was sent once more; a page with a form overrides this."""
        return self.http_error(error)
