"""The description of the API: as a document for programs, and as a page for people.

Notice that the page is made of the document. It needs no script and no other site, and it cannot
say anything else than programs are told.
"""

from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import Result
from brubeck.jsontext import dumps
from weblinks.bookmarklet import site_of

from listsurf.apidoc import api_document
from listsurf.handlers.pages import PageHandler


class DocumentHandler(WebMessageHandler):
    """The OpenAPI document."""

    def get(self) -> Result:
        """Send it to everybody, pages of other sites included: it holds no secrets."""
        headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
        self.set_body(dumps(api_document(site_of(self.message))), headers)
        return self.render()


class DocsHandler(PageHandler):
    """The page that shows the document."""

    def get(self) -> Result:
        """Show it."""
        return self.render_template("api_docs.html", api=api_document(self.site))
