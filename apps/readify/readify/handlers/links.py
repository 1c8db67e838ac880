"""The lists of articles, and what one does with a single link: save, edit, have it fetched again.

Notice that no handler looks at whose link it is. The queries take the user along, and a link of
somebody else is simply not found: its id gets the same 404 as one that never existed.
"""

from functools import partial

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from savedlinks import linkforms
from savedlinks.counting import Counted
from weblinks.paging import BadCursorError, Cursor
from weblinks.search import BadSearchError
from weblinks.typedlinks import TypedLink

from readify import queries
from readify.handlers.acts import ACTS, ActingHandler
from readify.handlers.live import LivePage
from readify.listaddress import list_address
from readify.models import Link
from readify.wanted import ORDERS, Wanted

HEADINGS = {"unread": "Unread", "liked": "Liked", "archived": "Archive", "bin": "Bin"}
NOT_FOUND = "None of your links is here. It may have been purged already: look at your list."


def changes_of(typed: TypedLink) -> dict[str, object]:
    """Return what a form says about a link as its fields."""
    return {name: getattr(typed, name) for name in ("url", "title", "tags", "is_public")}


class ListHandler(ActingHandler):
    """Shows one of a user's lists, narrowed by a search, by tags, by a site."""

    view = "unread"

    @web_authenticated
    def get(self) -> Result:
        """Show one page; an act that the address names (`archive=ID`) is asked about first."""
        name, ids = self.asked_for()
        if name in ACTS and ids:
            return self.ask(name, ids)
        try:
            wanted = self.wanted(self.get_argument("q", ""))
        except BadSearchError as error:
            return self.show(self.wanted(""), status_code=400, search_error=str(error))
        return self.show(wanted)

    def wanted(self, text: str) -> Wanted:
        """Return which links the address asks for; raise BadSearchError."""
        return Wanted.parse(
            text,
            view=self.view,
            tags=self.get_arguments("tag") or [],
            site=self.get_argument("site", ""),
            order=self.get_argument("order", ""),
        )

    def show(self, wanted: Wanted, status_code: int = 200, search_error: str = "") -> Result:
        """Show the articles that are wanted."""
        user, before = self.current_user, self.place(wanted)
        return self.render_template(
            "links.html",
            _status_code=status_code,
            heading=HEADINGS[self.view],
            page=queries.list_links(self.db_conn, user.id, wanted, before=before),
            total=queries.count_links(self.db_conn, user.id, wanted),
            wanted=wanted,
            typed=self.get_argument("q", ""),
            search_error=search_error,
            orders=ORDERS,
            before=before,
            address=partial(list_address, wanted),
            this_page=list_address(wanted, before=before),
            note=self.take_note(),
            undo=self.take_undo(),
            **self.api_access(),
        )

    def place(self, wanted: Wanted) -> Cursor | None:
        """Return the place in the list that the address asks for."""
        text = self.get_argument("before")
        try:
            return Cursor.parse(text, wanted.sorted_by) if text else None
        except BadCursorError as error:
            raise BadRequest(f"{error} Start again at the top of your list.") from error


class LikedHandler(ListHandler):
    """Shows what a user likes, archived or not."""

    view = "liked"


class ArchivedHandler(ListHandler):
    """Shows what a user has read."""

    view = "archived"


class BinHandler(ListHandler):
    """Shows what a user has deleted."""

    view = "bin"


class LinkHandler(LivePage):
    """A page about one link, whose id ends the address."""

    def find(self, link_id: str = "") -> Link:
        """Return the user's link; raise NotFound if he has none of that id."""
        link_id = link_id or self.message.path.rpartition("/")[2]
        link = queries.find_link(self.db_conn, self.current_user.id, link_id)
        if link is None:
            raise NotFound(NOT_FOUND)
        return link


class LinkForm(LinkHandler):
    """What the forms for links ask the database."""

    def known_tags(self) -> list[Counted]:
        """Return the tags of the user, which the form proposes."""
        return queries.list_tags(self.db_conn, self.current_user.id)


class AddHandler(LinkForm, linkforms.AddHandler[Link]):
    """Saves a new link."""

    def add(self, typed: TypedLink) -> Link:
        """Save a link of the user, whose text will be fetched."""
        return queries.add_link(self.db_conn, self.current_user, typed)

    def find_link_to(self, url: str) -> Link | None:
        """Return the user's link with that address."""
        return queries.find_link_to(self.db_conn, self.current_user.id, url)


class EditHandler(LinkForm, linkforms.EditHandler[Link]):
    """Changes a link."""

    def change(self, link: Link, typed: TypedLink) -> Link:
        """Store what was typed and return the link."""
        return queries.change_link(self.db_conn, link, **changes_of(typed))


class RetryHandler(LinkHandler):
    """Has the page of a link fetched once more."""

    @web_authenticated
    def post(self) -> Result:
        """Put the link back among those that wait."""
        link = self.find()
        queries.retry_fetch(self.db_conn, link)
        return self.redirect_with_note(self.next_page, f"Asked again: {link.label}")
