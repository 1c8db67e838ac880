"""All links of a user as a file: for a browser, a program, or a spreadsheet."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bookmarks import csvfile, jsonfile, netscape
from brubeck.auth import web_authenticated
from brubeck.handlers.message import Result

from listsurf import queries
from listsurf.documents import bookmark_of, link_document
from listsurf.handlers.pages import PageHandler
from listsurf.models import Link

FORMAT = "Listsurf links 1; times are milliseconds since 1970, UTC"


class Format(NamedTuple):
    """A format of files: what writes it, and what it is called on the web."""

    write: Callable[[Iterable[Link]], Iterator[str]]
    content_type: str


def as_html(links: Iterable[Link]) -> Iterator[str]:
    """Yield a file for browsers."""
    return netscape.write(map(bookmark_of, links))


def as_json(links: Iterable[Link]) -> Iterator[str]:
    """Yield a file for programs."""
    return jsonfile.write(map(link_document, links), FORMAT)


def as_csv(links: Iterable[Link]) -> Iterator[str]:
    """Yield a file for spreadsheets."""
    return csvfile.write(map(bookmark_of, links))


FORMATS = {
    "html": Format(as_html, "text/html; charset=utf-8"),
    "json": Format(as_json, "application/json"),
    "csv": Format(as_csv, "text/csv; charset=utf-8"),
}


class ExportHandler(PageHandler):
    """Shows which files there are."""

    @web_authenticated
    def get(self) -> Result:
        """Show the choice."""
        total = queries.count_links(self.db_conn, self.current_user)
        return self.render_template("export.html", total=total)


class ExportFileHandler(PageHandler):
    """Sends a file with all links; the format ends the address."""

    @web_authenticated
    def get(self, name: str) -> Result:
        """Send the file, to be saved and not to be shown."""
        kind = FORMATS[name]
        content = "".join(kind.write(queries.all_links(self.db_conn, self.current_user)))
        saved_as = f'attachment; filename="listsurf.{name}"'
        headers = {"Content-Type": kind.content_type, "Content-Disposition": saved_as}
        self.set_body(content, headers)
        return self.render()
