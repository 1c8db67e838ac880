"""Doing one thing with several links of a page: tag, untag, delete.

Notice that the ids that come with the form are only wishes. The queries take the owner along, so
that ids of foreign links change nothing.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest
from brubeck.handlers.message import Result
from bson import ObjectId
from weblinks.paging import MAX_PAGE_SIZE
from weblinks.tagnames import MOST_TAGS, clean_tag

from listsurf import queries
from listsurf.handlers.deletion import counted
from listsurf.handlers.pages import PageHandler

NOTHING_CHOSEN = "No link was chosen. Tick the boxes of some links first."
NO_TAG = "No tag was typed. Type one beside the button, with at least one letter or digit."


class BulkHandler(PageHandler):
    """Does what the button says with the links that were ticked."""

    @web_authenticated
    def post(self) -> Result:
        """Do it, and go back to the list with a note."""
        actions = {"tag": self.tag, "untag": self.untag, "delete": self.delete_all}
        action = actions.get(self.get_argument("action", ""))
        if action is None:
            raise BadRequest("This page does not know what to do. Use one of its buttons.")
        if not self.chosen():
            return self.back(NOTHING_CHOSEN)
        return action()

    def tag(self) -> Result:
        """Give the links a tag."""
        tag = self.typed_tag()
        if not tag:
            return self.back(NO_TAG)
        tagged = queries.tag_links(self.db_conn, self.current_user, self.chosen(), tag)
        missing = len(self.chosen()) - tagged
        full = f" {counted(missing)} could not: {MOST_TAGS} tags is the most." if missing else ""
        return self.back(f"Tagged #{tag}: {counted(tagged)}.{full}")

    def untag(self) -> Result:
        """Take a tag from the links."""
        tag = self.typed_tag()
        if not tag:
            return self.back(NO_TAG)
        number = queries.untag_links(self.db_conn, self.current_user, self.chosen(), tag)
        return self.back(f"Without #{tag} now: {counted(number)}.")

    def delete_all(self) -> Result:
        """Delete the links."""
        batch = queries.delete_links(self.db_conn, self.current_user, self.chosen())
        return self.back(f"Deleted: {counted(len(self.chosen()))}." if batch else "", batch)

    def back(self, note: str, undo: object = "") -> Result:
        """Go back to the list that the form was in."""
        return self.redirect_with_note(self.next_page, note or NOTHING_CHOSEN, undo=undo)

    def typed_tag(self) -> str:
        """Return the tag beside the buttons."""
        return clean_tag(self.get_argument("bulk_tag", ""))

    def chosen(self) -> list[ObjectId]:
        """Return the ids that were ticked, as many as a page can have."""
        typed = (self.get_arguments("id") or [])[:MAX_PAGE_SIZE]
        return [ObjectId(text) for text in dict.fromkeys(typed) if ObjectId.is_valid(text)]
