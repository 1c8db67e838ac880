"""The description of the API: as a document for programs, and as a page for people.

Notice that the page is made of the document. It needs no script and no other site, and it cannot
say anything else than programs are told.
"""

from typing import Any

from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import Result
from brubeck.jsontext import dumps
from brubeck.templating import Jinja2Rendering
from weblinks.bookmarklet import site_of

from readify.apidoc import api_document

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class DocumentHandler(WebMessageHandler):
    """The OpenAPI document."""

    application: Any  # the API, which imports this module

    def get(self) -> Result:
        """Send it to everybody, pages of other sites included: it holds no secrets."""
        headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
        self.set_body(dumps(api_document(self.application, site_of(self.message))), headers)
        return self.render()


class DocsHandler(Jinja2Rendering):
    """The page that shows the document."""

    application: Any

    def get(self) -> Result:
        """Show it."""
        site = site_of(self.message)
        self.headers["Content-Security-Policy"] = POLICY
        website = self.application.site_address or site.replace("://api.", "://", 1)
        api = api_document(self.application, site)
        return self.render_template("api_docs.html", api=api, site=site, website=website)
