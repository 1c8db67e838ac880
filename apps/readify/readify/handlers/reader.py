"""The reader: an article in peace, the way its reader likes it, at the place where he stopped."""

from pathlib import Path

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest
from brubeck.handlers.message import Result

from readify import queries
from readify.article import PART
from readify.handlers.links import LinkHandler
from readify.handlers.live import LivePage
from readify.handlers.pages import PageHandler
from readify.models import Link
from readify.readingsettings import CHOICES, ReadingSettings
from readify.wanted import Wanted

WORKER = (Path(__file__).parents[2] / "static" / "offline.js").read_text(encoding="utf-8")
MOST_KEPT = 50  # articles that a device keeps
BAD_PLACE = "A place in an article is a number from 0 to 1."


class ReadHandler(LinkHandler):
    """Shows an article."""

    @web_authenticated
    def get(self) -> Result:
        """Show its text, or how far it is with that."""
        link = self.find()
        article = queries.article_of(self.db_conn, link)
        parts = article.html.split(PART) if article and link.fetch_state == "done" else []
        return self.render_template(
            "reader.html",
            link=link,
            language=article.language if article else "",
            parts=parts,
            resume=int((link.place or 0) * len(parts)) if (link.place or 0) < 1 else 0,
            reading=queries.reading_settings(self.db_conn, self.current_user),
            reading_choices=CHOICES,
            note=self.take_note(),
            undo=self.take_undo(),
            **self.api_access(),
        )


class PlaceHandler(LinkHandler):
    """Remembers where somebody has stopped reading."""

    @web_authenticated
    def post(self, link_id: str) -> Result:
        """Remember the place, and show the article there."""
        link = self.find(link_id)
        place = self.place()
        queries.set_place(self.db_conn, self.current_user.id, link.id, place)
        if self.is_sent_by_script:
            return self.render(204)
        return self.redirect_with_note(f"/read/{link.id}", "This place is remembered.")

    def place(self) -> float:
        """Return the place that was sent, as a share of the article; raise BadRequest."""
        try:
            place = float(self.get_argument("place", ""))
        except ValueError:
            raise BadRequest(BAD_PLACE) from None
        if not 0 <= place <= 1:
            raise BadRequest(BAD_PLACE)
        return place


class ReadingHandler(LivePage):
    """Keeps how somebody likes to read."""

    @web_authenticated
    def post(self) -> Result:
        """Keep it, and go back to the article."""
        names = [name for name, _, _ in CHOICES]
        chosen = ReadingSettings.of({name: self.get_argument(name, "") for name in names})
        queries.keep_reading_settings(self.db_conn, self.current_user, chosen)
        return self.render(204) if self.is_sent_by_script else self.redirect(self.next_page)


class OfflineHandler(LivePage):
    """Says what can be read without network, and offers to keep it."""

    @web_authenticated
    def get(self) -> Result:
        """Name the articles that a device would keep, each with its latest change."""
        return self.render_template(
            "offline.html",
            keepable=[f"{link.id}:{link.change}" for link in self.newest()],
            most=MOST_KEPT,
        )

    def newest(self) -> list[Link]:
        """Return the unread articles that were saved last and can be read."""
        user, wanted = self.current_user, Wanted(view="unread")
        found = queries.list_links(self.db_conn, user.id, wanted, count=MOST_KEPT).links
        return [link for link in found if link.fetch_state == "done"]


class WorkerHandler(PageHandler):
    """The service worker, at the top of the site: below /static/ it could serve nothing else."""

    def get(self) -> Result:
        """Send the script; it may talk to this site and to nothing else."""
        self.headers["Content-Type"] = "text/javascript; charset=utf-8"
        self.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
        self.headers["Cache-Control"] = "no-cache"
        self.set_body(WORKER)
        return self.render()
