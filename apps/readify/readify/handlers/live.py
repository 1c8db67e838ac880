"""Pages whose scripts ask the API: they bring along where it is, and a token that does not live long.

Notice that the cookie of the session never goes to the API, which is another host. What goes there is
a token made for this page, and the browser lets it go nowhere else (connect-src).
"""

from typing import Any

from brubeck.handlers.protection import CSRF_HEADER

from readify.handlers.pages import PageHandler
from readify.livetokens import live_token


class LivePage(PageHandler):
    """A page that follows what happens elsewhere, as far as scripts run."""

    @property
    def policy(self) -> str:
        """What the browser may load, and whom scripts may ask: this site and its API."""
        return f"{super().policy}; connect-src 'self' {self.api}"

    @property
    def is_sent_by_script(self) -> bool:
        """Whether a script of ours waits for the answer, which wants no page."""
        return bool(self.message.header(CSRF_HEADER))

    def api_access(self) -> dict[str, Any]:
        """Return what a template needs to let scripts ask the API in the visitor's name."""
        token = live_token(self.application, self.session)
        return {"api_site": self.api, "api_token": token}
