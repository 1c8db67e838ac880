"""The list of links, and what one does with a single one: add, edit, ask for its title again.

Notice that no handler looks at whose link it is. The queries take the user along, and a link of
somebody else is simply not found: its id gets the same 404 as one that never existed.
"""

from collections.abc import Sequence
from typing import ClassVar

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from savedlinks import linkforms
from savedlinks.counting import Counted
from weblinks.paging import BadCursorError, Cursor, Page
from weblinks.search import BadSearchError
from weblinks.typedlinks import TypedLink

from listsurf import queries
from listsurf.handlers.pages import PageHandler
from listsurf.listaddress import list_address
from listsurf.models import Link
from listsurf.typedlinks import change_link, new_link
from listsurf.wanted import ORDERS, Wanted

NOT_FOUND = "None of your links is here. It may have been deleted already: look at your list."


class ListHandler(PageHandler):
    """Shows a user's links, narrowed by a search and by tags, in one of several orders."""

    @web_authenticated
    def get(self) -> Result:
        """Show one page; a search that cannot be made shows the field with what was typed."""
        try:
            wanted = self.wanted(self.get_argument("q", ""))
        except BadSearchError as error:
            return self.show(self.wanted(""), status_code=400, search_error=str(error))
        return self.show(wanted)

    def wanted(self, text: str) -> Wanted:
        """Return which links the address asks for; raise BadSearchError."""
        tags, order = self.get_arguments("tag") or [], self.get_argument("order", "")
        return Wanted.parse(text, tags=tags, order=order)

    def show(self, wanted: Wanted, status_code: int = 200, search_error: str = "") -> Result:
        """Show the links that are wanted."""
        user, before = self.current_user, self.place()
        return self.render_template(
            "links.html",
            _status_code=status_code,
            page=self.page(wanted, before),
            total=queries.count_links(self.db_conn, user, wanted),
            wanted=wanted,
            typed=self.get_argument("q", ""),
            search_error=search_error,
            orders=ORDERS,
            before=before,
            list_address=list_address,
            this_page=list_address(wanted, before=before),
            note=self.take_note(),
            undo=self.take_undo(),
        )

    def page(self, wanted: Wanted, before: Cursor | None) -> Page[Link]:
        """Return the page of the list that begins at a place."""
        try:
            return queries.list_links(self.db_conn, self.current_user, before, wanted=wanted)
        except BadCursorError as error:
            raise BadRequest(f"{error} Start again at the top of your list.") from error

    def place(self) -> Cursor | None:
        """Return the place in the list that the address asks for."""
        text = self.get_argument("before")
        try:
            return Cursor.parse(text) if text else None
        except BadCursorError as error:
            raise BadRequest(f"{error} Start again at the top of your list.") from error


class LinkHandler(PageHandler):
    """A page about one link, whose id ends the address."""

    def find(self) -> Link:
        """Return the user's link; raise NotFound if he has none of that id."""
        link_id = self.message.path.rpartition("/")[2]
        link = queries.find_link(self.db_conn, self.current_user, link_id)
        if link is None:
            raise NotFound(NOT_FOUND)
        return link


class LinkForm(LinkHandler):
    """What the forms for links ask the database."""

    fields: ClassVar[Sequence[str]] = ("url", "title", "description", "notes", "tags", "is_public")

    def known_tags(self) -> list[Counted]:
        """Return the tags of the user, which the form proposes."""
        return queries.list_tags(self.db_conn, self.current_user)


class AddHandler(LinkForm, linkforms.AddHandler[Link]):
    """Saves a new link."""

    def add(self, typed: TypedLink) -> Link:
        """Save a link of the user, whose title will be fetched."""
        link = new_link(self.current_user, typed)
        queries.insert_link(self.db_conn, link)
        self.application.fetcher.wake()
        return link

    def find_link_to(self, url: str) -> Link | None:
        """Return the user's link with that address."""
        return queries.find_link_to(self.db_conn, self.current_user, url)


class EditHandler(LinkForm, linkforms.EditHandler[Link]):
    """Changes a link."""

    def change(self, link: Link, typed: TypedLink) -> Link:
        """Store what was typed and return the link."""
        change_link(link, typed)
        queries.update_link(self.db_conn, self.current_user, link)
        self.application.fetcher.wake()
        return link


class RetryHandler(LinkHandler):
    """Has the page of a link fetched once more."""

    @web_authenticated
    def post(self) -> Result:
        """Put the link back among those that wait."""
        link = self.find()
        queries.wait_for_fetch(self.db_conn, self.current_user, link)
        self.after_answer(self.application.fetcher.wake)
        return self.redirect_with_note(self.next_page, f"Asked again: {link.host}")
