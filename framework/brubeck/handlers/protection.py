"""CsrfProtection: forms of other sites cannot act in the name of our visitors.

The visitor's browser holds a nonce in a signed cookie; every form carries a token derived from
that nonce and from the session. Another site can make the browser send the cookie, but it can
neither read nor compute the token (OWASP: signed double-submit cookie).
"""

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from brubeck.csrf import issue, new_nonce, verify
from brubeck.errors import Forbidden, HTTPError

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.handlers.message import Result
    from brubeck.request import Request

CSRF_COOKIE = "csrf"
CSRF_ARGUMENT = "csrf_token"
CSRF_HEADER = "x-csrf-token"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def may_change_something(message: "Request") -> bool:
    """Tell whether the method of a request is not one of the safe ones (RFC 9110, 9.2.1)."""
    return (message.method or "").upper() not in SAFE_METHODS


class CsrfProtection:
    """What handlers of an application with `csrf=True` need; mixed into every web handler."""

    application: "Brubeck"
    message: "Request"
    get_argument: Any
    get_cookie: Any
    set_cookie: Any

    is_personal: bool

    csrf_exempt = False
    """Set it on handlers that authenticate every request by other means than cookies."""

    _csrf_nonce: str | None = None

    if TYPE_CHECKING:

        def http_error(self, error: HTTPError) -> Result:
            """Answer an error; the handler brings it."""

    @property
    def csrf_token(self) -> str:
        """A token for one page; asking for it sends the cookie that belongs to it."""
        return issue(self._nonce(), self._session_binding(), self._csrf_key())

    @property
    def csrf_field(self) -> Markup:
        """The token as a hidden input, to be put into each form."""
        return Markup('<input type="hidden" name="{}" value="{}">').format(
            CSRF_ARGUMENT, self.csrf_token
        )

    def needs_csrf_check(self) -> bool:
        """Tell whether the request may change something and could have been forged."""
        if not getattr(self.application, "csrf", False) or self.csrf_exempt:
            return False
        return may_change_something(self.message)

    def has_csrf_token(self) -> bool:
        """Tell whether the request carries a token that we issued to this visitor."""
        nonce = self._sent_nonce()
        token = self.message.header(CSRF_HEADER) or self.get_argument(CSRF_ARGUMENT)
        if not nonce or not token:
            return False
        return verify(token, nonce, self._session_binding(), self._csrf_key())

    def csrf_failed(self) -> "Result":
        """Answer a request without a valid token: 403 and what to do about it.

        Override it to show the form again with what was typed, and a fresh token.
        """
        return self.http_error(
            Forbidden(
                detail="This form was open for too long, or was not sent from our own page. "
                "Nothing has been changed. Go back, reload the page and send it again."
            )
        )

    def _session_binding(self) -> str:
        # Not an attribute of this class: a session mixin named after it would be hidden.
        return getattr(self, "session_id", None) or ""

    def _nonce(self) -> str:
        self.is_personal = True
        nonce = self._csrf_nonce or self._sent_nonce()
        if not nonce:
            nonce = new_nonce()
            self.set_cookie(CSRF_COOKIE, nonce, secret=self._csrf_key(), path="/")
        self._csrf_nonce = nonce
        return nonce

    def _sent_nonce(self) -> str | None:
        nonce = self.get_cookie(CSRF_COOKIE, None, self._csrf_key())
        return nonce if isinstance(nonce, str) else None

    def _csrf_key(self) -> Any:
        key = self.application.cookie_secret
        if not key:
            raise RuntimeError("CSRF tokens need a secret. Pass cookie_secret=... to Brubeck(...).")
        return key
