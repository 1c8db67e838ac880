"""The lists of articles, and what one does with a single link: save, edit, have it fetched again.

Notice that no handler looks at whose link it is. The queries take the user along, and a link of
somebody else is simply not found: its id gets the same 404 as one that never existed.
"""

from functools import partial
from urllib.parse import urlencode

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.addresses import MAX_LENGTH
from weblinks.bookmarklet import bookmarklet
from weblinks.paging import BadCursorError, Cursor
from weblinks.search import BadSearchError
from weblinks.titles import clean_title
from weblinks.typedlinks import TITLE_LENGTH, TypedLink, as_typed, check_link, is_yes

from readify import queries
from readify.handlers.acts import ACTS, ActingHandler
from readify.handlers.live import LivePage
from readify.handlers.pages import PageHandler
from readify.listaddress import list_address
from readify.models import Link
from readify.wanted import ORDERS, Wanted

HEADINGS = {"unread": "Unread", "liked": "Liked", "archived": "Archive", "bin": "Bin"}
KNOWN = "You saved this address before. Here it is; change it, or leave it as it is."
NOT_FOUND = "None of your links is here. It may have been purged already: look at your list."
CARRIED = {"title": ("title", "t"), "tags": ("tags",), "url": ("url", "u")}  # in the address


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


class LinkFormHandler(PageHandler):
    """A form with everything that a user may say about a link."""

    def show(
        self, form: FormErrors, link: Link | None = None, status_code: int = 200, note: str = ""
    ) -> Result:
        """Show the form: for a new link, or for the one that is given."""
        return self.render_template(
            "link_form.html",
            _status_code=status_code,
            form=form,
            link=link,
            note=note,
            known_tags=queries.list_tags(self.db_conn, self.current_user.id),
            window=self.is_in_window,
            next_page=self.next_page,
            bookmarklet=bookmarklet(self.message),
        )

    @property
    def is_in_window(self) -> bool:
        """Whether the form stands in the small window that the bookmarklet has opened."""
        return bool(self.get_argument("window", ""))

    def done(self, note: str) -> Result:
        """Go back to the list as it was, or on to the page that closes the small window."""
        return self.redirect_with_note("/saved" if self.is_in_window else self.next_page, note)

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        names = ("url", "title", "tags", "is_public")
        form = FormErrors({name: self.get_argument(name, "") for name in names})
        form.values["title"] = clean_title(form.value("title"))
        return form

    def offered(self, link: Link | None = None) -> FormErrors:
        """Return the form with what the address brings along, in our words or in the bookmarklet's."""
        brought = {name: self.brought(short) for name, short in CARRIED.items()}
        if link and not any(brought.values()):
            return FormErrors(as_typed(link))
        brought["title"] = clean_title(brought["title"])[:TITLE_LENGTH]
        kept = as_typed(link) if link else {"is_public": is_yes(self.get_argument("is_public", ""))}
        return FormErrors({**kept, **brought})

    def brought(self, names: tuple[str, ...]) -> str:
        """Return the first argument of the address that is there under one of the names."""
        return next(filter(None, (self.get_argument(name, "") for name in names)), "")

    def wanted_page(self) -> str:
        """Bring along what was typed before the session ended, as far as an address can hold it."""
        if self.message.method != "POST":
            return super().wanted_page()
        form = self.form()
        typed = {name: form.value(name)[:MAX_LENGTH] for name in ("url", "title", "tags")}
        typed |= {name: self.get_argument(name, "") for name in ("window", "next")}
        query = urlencode({name: value for name, value in typed.items() if value})
        return self.message.path + (f"?{query}" if query else "")

    @web_authenticated
    def show_again(self, reason: str) -> Result:
        """Show the form with what was typed."""
        form = self.form()
        form.add("", reason)
        return self.show(form, self.subject(), status_code=403)

    def subject(self) -> Link | None:
        """Return the link that the form is about; None for a new one."""
        return None


class AddHandler(LinkFormHandler):
    """Saves a new link."""

    @web_authenticated
    def get(self) -> Result:
        """Show the form, filled in by the bookmarklet if that has been clicked."""
        return self.show(self.offered())

    @web_authenticated
    def post(self) -> Result:
        """Save the link; an address that is known already opens the link that has it."""
        form = self.form()
        typed = check_link(form)
        if form.failed:
            return self.show(form, status_code=400)
        try:
            link = queries.add_link(self.db_conn, self.current_user, typed)
        except queries.AddressKnownError:
            return self.show_known(typed, form)
        return self.done(f"Saved: {link.label}")

    def show_known(self, typed: TypedLink, form: FormErrors) -> Result:
        """Show the link that has this address; what was typed now is offered for it."""
        known = queries.find_link_to(self.db_conn, self.current_user.id, typed.url)
        if known is None:  # purged in this very moment
            form.add("", "Please send this once more.")
            return self.show(form, status_code=409)
        said = {name: value for name, value in form.values.items() if value and name != "url"}
        return self.show(FormErrors({**as_typed(known), **said}), known, note=KNOWN)


class EditHandler(LinkFormHandler, LinkHandler):
    """Changes a link."""

    @web_authenticated
    def get(self) -> Result:
        """Show the form with the link as it is, or as it was typed before the session ended."""
        link = self.find()
        return self.show(self.offered(link), link, note=self.take_note())

    @web_authenticated
    def post(self) -> Result:
        """Store what was typed."""
        link, form = self.find(), self.form()
        typed = check_link(form)
        if form.failed:
            return self.show(form, link, status_code=400)
        try:
            changed = queries.change_link(self.db_conn, link, **changes_of(typed))
        except queries.AddressKnownError:
            form.add("url", "You have saved this address already, as another link.")
            return self.show(form, link, status_code=409)
        return self.done(f"Changed: {changed.label}")

    def subject(self) -> Link:
        """Return the link that is changed."""
        return self.find()


class RetryHandler(LinkHandler):
    """Has the page of a link fetched once more."""

    @web_authenticated
    def post(self) -> Result:
        """Put the link back among those that wait."""
        link = self.find()
        queries.retry_fetch(self.db_conn, link)
        return self.redirect_with_note(self.next_page, f"Asked again: {link.label}")


class SavedHandler(PageHandler):
    """What the window of the bookmarklet shows in the end, if no script closes it."""

    def get(self) -> Result:
        """Say what was saved."""
        return self.render_template("saved.html", note=self.take_note())
