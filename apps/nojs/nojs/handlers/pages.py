"""What every page of no.js has in common: the visitor, the headers, and errors that help.

Notice what is missing: no page has a script, an inline style or an inline handler, and the policy
that goes with each forbids all three.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from brubeck.errors import Forbidden, HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.handlers.protection import CSRF_COOKIE
from brubeck.request import Request
from brubeck.templating import MustacheRendering
from redisstore import refusal_of

from nojs import queries
from nojs.keys import digest
from nojs.models import Visitor
from nojs.policy import HEADERS
from nojs.queries.store import MONTH
from nojs.visits import home_of, key_of, new_secret

if TYPE_CHECKING:
    from nojs.app import NoJs

VISIT_COOKIE = "visit"
STALE_FORM = (
    "Nothing was sent yet: this page had been open for too long, or did not come from no.js. "
    "Please send it again."
)
NEEDS_COOKIES = (
    "Nothing was sent yet: your browser sent no cookie. Allow cookies for this site and send it "
    "again, or go on without them."
)
AWAY = (
    "The place where the messages lie does not answer, so nothing was read or sent. "
    "This page comes back by itself as soon as it does."
)


class PageHandler(MustacheRendering):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: "NoJs"
    message: Request

    _visitor: Visitor | None = None

    # -- who is asking -------------------------------------------------------------------------

    @property
    def store(self) -> queries.Store:
        """Where everything is kept."""
        return self.application.store

    @property
    def home(self) -> str:
        """What every address begins with for this visitor."""
        return home_of(self.message)

    @property
    def secret(self) -> str:
        """The secret that came with the request: by the address, else by a cookie."""
        cookie = self.get_cookie(VISIT_COOKIE, "", self.application.cookie_secret, max_age=MONTH)
        return key_of(self.message) or str(cookie or "")

    @property
    def visitor(self) -> Visitor:
        """Who is asking; somebody new has neither name nor id."""
        if self._visitor is None:
            secret = self.secret
            self._visitor = (
                queries.find_visitor(self.store, digest(secret)) if secret else Visitor()
            )
        return self._visitor

    def recognise(self) -> Visitor:
        """Return the visitor with an id; somebody new gets a cookie to be known by."""
        visitor = self.visitor
        if not visitor.id:
            secret = new_secret()
            visitor.id = digest(secret)
            self.give_cookie(secret)
        return visitor

    def give_cookie(self, secret: str) -> None:
        """Let the browser keep a secret."""
        key = self.application.cookie_secret
        self.set_cookie(VISIT_COOKIE, secret, secret=key, max_age=MONTH, path="/")

    @property
    def is_read_by_people(self) -> bool:
        """Whether somebody sees the page: neither HEAD nor a browser that fetches ahead."""
        return not (self.message.is_head or self.message.header("sec-purpose"))

    def renew(self) -> None:
        """Keep the name of somebody who is here for another month."""
        if self.visitor.name and self.is_read_by_people:
            queries.renew(self.store, self.visitor)

    def needs_csrf_check(self) -> bool:
        """Tell whether the browser may have been made to send this: never by a key it was given."""
        return not key_of(self.message) and super().needs_csrf_check()

    # -- answers -------------------------------------------------------------------------------

    def typed(self, name: str) -> str:
        """Return a field of the form; nothing that changes something is read from an address."""
        return str(self.message.body_arguments.get(name, [""])[-1])

    def template_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tell templates where the visitor's addresses begin, and who he is."""
        common = super().template_context(self.application.common_context())
        if self.home:
            common["csrf_field"] = ""
        # Mustache cannot ask whether a list is empty.
        lists = {f"has_{name}": bool(value) for name, value in context.items()}
        ours = {"home": self.home, "visitor": self.known_visitor, "now": self.current_time}
        return {**common, **ours, **lists, **context}

    @property
    def known_visitor(self) -> dict[str, Any] | None:
        """The visitor as templates see him, None without a name."""
        return self.visitor.to_python() if self.visitor.name else None

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and tell the browser what the page may load."""
        for name, value in HEADERS:
            self.headers.setdefault(name, value)
        return super().render(*args, **kwargs)

    def redirect(self, url: str, status_code: int = 302) -> Result:
        """Send the visitor on; whole addresses, for clients older than RFC 7231 want no others."""
        has_host = bool(self.message.header("host"))
        return super().redirect(urljoin(self.message.url, url) if has_host else url, status_code)

    def go(self, path: str) -> Result:
        """Send the visitor to an address of this site."""
        return self.redirect(self.home + path)

    def show_form(self, template: str, form: FormErrors, status: int = 200, **more: Any) -> Result:
        """Show a form with what is wrong and what was typed."""
        errors = [form.message, *form.errors.values()]
        return self.render_template(
            template, _status_code=status, errors=list(filter(None, errors)), **form.values, **more
        )

    # -- when something is wrong ---------------------------------------------------------------

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a Redis that is away or full is nobody's mistake."""
        if isinstance(err, queries.StoreAway):
            self._visitor = Visitor()  # the error page must not ask Redis again
            return self.http_error(refusal_of(err, AWAY))
        return super().error(err)

    def _is_expected(self, error: Exception) -> bool:
        return isinstance(error, queries.StoreAway) or super()._is_expected(error)

    def _error_context(self, status_code: int, context: dict[str, Any]) -> dict[str, Any]:
        """Let a page that was only read come back by itself, and lose nothing that was typed."""
        shown = super()._error_context(status_code, context)
        is_read = self.message.method == "GET"
        shown["comes_back"] = status_code == 503 and is_read
        shown["was_typed"] = "" if is_read else self.what_was_typed()
        return shown

    def csrf_failed(self) -> Result:
        """Say why nothing was done; who refuses cookies gets another way."""
        if CSRF_COOKIE in self.message.cookies:
            return self.show_again(Forbidden(STALE_FORM))
        return self.render_template(
            "cookies",
            _status_code=403,
            detail=NEEDS_COOKIES,
            key=new_secret(),
            back=self.form_path,
            was_typed=self.what_was_typed(),
        )

    def what_was_typed(self) -> str:
        """Return the field that somebody would have to type again."""
        return next(filter(None, map(self.typed, ("text", "name", "room"))), "")

    @property
    def form_path(self) -> str:
        """Where the form is that is sent here."""
        return self.message.path

    def show_again(self, error: HTTPError) -> Result:
        """Show what was sent once more; a page with a form overrides this."""
        return self.http_error(error)
