"""Deleting links, one or several, and bringing them back.

Notice that deleting asks no second question where several links are chosen: it can be undone, with
the button beside the note, and for a week from the page of what was deleted.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, NotFound
from brubeck.handlers.message import Result
from bson import ObjectId

from listsurf import queries
from listsurf.handlers.links import LinkHandler
from listsurf.handlers.pages import PageHandler
from listsurf.models import Link

SHOWN = 100  # deleted links on the page that lists them
NOTHING_THERE = (
    "There is nothing to bring back: it is back already, or it was deleted more than a week ago."
)


def counted(number: int) -> str:
    """Return a number of links in words."""
    return "1 link" if number == 1 else f"{number:,} links"


class DeleteHandler(LinkHandler):
    """Deletes a link, after asking."""

    @web_authenticated
    def get(self) -> Result:
        """Ask whether that is meant."""
        return self.ask(self.find())

    @web_authenticated
    def post(self) -> Result:
        """Delete the link."""
        link = self.find()
        batch = queries.delete_links(self.db_conn, self.current_user, [link.id])
        return self.redirect_with_note(self.next_page, f"Deleted: {link.label}", undo=batch)

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask again."""
        return self.ask(self.find(), note=error.detail, status_code=error.status_code)

    def ask(self, link: Link, note: str = "", status_code: int = 200) -> Result:
        """Show the question."""
        return self.render_template(
            "confirm_delete.html",
            _status_code=status_code,
            link=link,
            note=note,
            next_page=self.next_page,
        )


class UndoHandler(PageHandler):
    """Brings the links of one deletion back."""

    @web_authenticated
    def post(self) -> Result:
        """Bring them back, and say which could not come."""
        text = self.get_argument("batch", "")
        if not ObjectId.is_valid(text):
            raise NotFound(NOTHING_THERE)
        back = queries.undo_delete(self.db_conn, self.current_user, ObjectId(text))
        if not any(back):
            raise NotFound(NOTHING_THERE)
        return self.redirect_with_note(self.next_page, told(back))


def told(back: queries.Restored) -> str:
    """Return what has become of an attempt to bring links back."""
    if not back.known:
        return f"Back again: {counted(back.links)}."
    return f"Back again: {counted(back.links)}. You saved {counted(back.known)} anew meanwhile."


class TrashHandler(PageHandler):
    """Shows what was deleted last."""

    @web_authenticated
    def get(self) -> Result:
        """List the links, each with a button that brings it back with those deleted beside it."""
        found = queries.list_trash(self.db_conn, self.current_user, SHOWN)
        return self.render_template("trash.html", deleted=found, note=self.take_note())
