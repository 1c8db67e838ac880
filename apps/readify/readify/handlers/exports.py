"""All links of a user as a file: for a browser, a program, a spreadsheet, an e-book reader."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bookmarks import Bookmark, csvfile, jsonfile, netscape
from brubeck.auth import web_authenticated
from brubeck.concurrency import current
from brubeck.handlers.message import Result

from readify import epub, queries
from readify.documents import link_document
from readify.handlers.pages import PageHandler
from readify.models import Link
from readify.wanted import Wanted

MOST_CHAPTERS = 100
LONGEST_BOOK = 20_000_000  # characters of HTML; what does not fit any more is left out
FORMAT = "Readify links 1; times are milliseconds since 1970, UTC"


class Format(NamedTuple):
    """A format of files: what writes it, and what it is called on the web."""

    write: Callable[[Iterator[Link]], Iterator[str]]
    content_type: str


def bookmark_of(link: Link) -> Bookmark:
    """Return a link as files know it."""
    return Bookmark(
        url=link.url,
        title=link.title or "",
        description=link.excerpt,
        tags=tuple(link.tags),
        is_public=link.is_public,
        created_at=link.created_at,
        updated_at=link.updated_at,
        liked=link.liked,
        archived=link.archived,
    )


FORMATS = {
    "html": Format(
        lambda links: netscape.write(map(bookmark_of, links)), "text/html; charset=utf-8"
    ),
    "json": Format(
        lambda links: jsonfile.write(map(link_document, links), FORMAT), "application/json"
    ),
    "csv": Format(
        lambda links: csvfile.write(map(bookmark_of, links), csvfile.READING_COLUMNS),
        "text/csv; charset=utf-8",
    ),
}


class ExportHandler(PageHandler):
    """Shows which files there are."""

    @web_authenticated
    def get(self) -> Result:
        """Show the choice."""
        user = self.current_user
        return self.render_template(
            "export.html",
            total=queries.count_links(self.db_conn, user.id, Wanted(view="all")),
            unread=queries.count_links(self.db_conn, user.id, Wanted(view="unread")),
            most=MOST_CHAPTERS,
        )


class ExportFileHandler(PageHandler):
    """Sends a file, to be saved and not to be shown."""

    def send(self, name: str, content: str | bytes, content_type: str) -> Result:
        """Answer with the file."""
        saved_as = f'attachment; filename="readify.{name}"'
        self.set_body(content, {"Content-Type": content_type, "Content-Disposition": saved_as})
        return self.render()


class LinksFileHandler(ExportFileHandler):
    """Sends a file with all links; the format ends the address."""

    @web_authenticated
    def get(self, name: str) -> Result:
        """Send the file."""
        kind = FORMATS[name]
        links = queries.all_links(self.db_conn, self.current_user.id, Wanted(view="all"))
        return self.send(name, "".join(kind.write(links)), kind.content_type)


class BookHandler(ExportFileHandler):
    """Sends a book of the unread articles."""

    @web_authenticated
    def get(self) -> Result:
        """Send the book; a thread binds it, for a hundred articles take a while."""
        title = f"Unread articles of {self.current_user.username}"
        book = current().run_in_thread(epub.book_of, list(self.chapters()), title, "Readify")
        return self.send("epub", book, epub.CONTENT_TYPE)

    def chapters(self) -> Iterator[epub.Chapter]:
        """Yield the newest unread articles that have a text."""
        user, wanted, room = self.current_user, Wanted(view="unread"), LONGEST_BOOK
        found = queries.list_links(self.db_conn, user.id, wanted, count=MOST_CHAPTERS)
        for link in found.links:
            article = queries.article_of(self.db_conn, link)
            room -= len(article.html) if article else 0
            if article and room >= 0:
                yield epub.Chapter(link.label, link.site, link.url, article.html)
