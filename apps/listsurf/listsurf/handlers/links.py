"""The list of links, and what one does with a single one: add, edit, ask for its title again.

Notice that no handler looks at whose link it is. The queries take the user along, and a link of
somebody else is simply not found: its id gets the same 404 as one that never existed.
"""

from urllib.parse import urlencode

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.addresses import MAX_LENGTH
from weblinks.bookmarklet import bookmarklet
from weblinks.paging import BadCursorError, Cursor, Page
from weblinks.search import BadSearchError
from weblinks.titles import clean_title
from weblinks.typedlinks import TITLE_LENGTH, TypedLink, as_typed, check_link, is_yes

from listsurf import queries
from listsurf.handlers.pages import PageHandler
from listsurf.listaddress import list_address
from listsurf.models import Link
from listsurf.typedlinks import change_link, new_link
from listsurf.wanted import ORDERS, Wanted

KNOWN = "You saved this address before. Here it is; change it, or leave it as it is."
NOT_FOUND = "None of your links is here. It may have been deleted already: look at your list."
CARRIED = {"title": "t", "notes": "notes", "tags": "tags"}  # over a log-in, in the address


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
            known_tags=queries.list_tags(self.db_conn, self.current_user),
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
        names = ("url", "title", "description", "notes", "tags", "is_public")
        form = FormErrors({name: self.get_argument(name, "") for name in names})
        form.values["title"] = clean_title(form.value("title"))
        return form

    def offered(self, link: Link | None = None) -> FormErrors:
        """Return the form with what the address brings along (`u`, `t` and others), else the link."""
        brought = {name: self.get_argument(short, "") for name, short in CARRIED.items()}
        brought["url"] = self.get_argument("u", "")
        if link and not any(brought.values()):
            return FormErrors(as_typed(link))
        brought["title"] = clean_title(brought["title"])[:TITLE_LENGTH]
        kept = as_typed(link) if link else {"is_public": is_yes(self.get_argument("is_public", ""))}
        return FormErrors({**kept, **brought})

    def wanted_page(self) -> str:
        """Bring along what was typed before the session ended, as far as an address can hold it."""
        if self.message.method != "POST":
            return super().wanted_page()
        form = self.form()
        typed = {"u": form.value("url")[:MAX_LENGTH]}
        typed |= {short: form.value(name)[:TITLE_LENGTH] for name, short in CARRIED.items()}
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
        """Show the form, filled in by the bookmarklet (`u` and `t`) if that has been clicked."""
        return self.show(self.offered())

    @web_authenticated
    def post(self) -> Result:
        """Save the link; an address that is known already opens the link that has it."""
        form = self.form()
        typed = check_link(form)
        if form.failed:
            return self.show(form, status_code=400)
        link = new_link(self.current_user, typed)
        try:
            queries.insert_link(self.db_conn, link)
        except queries.AddressKnownError:
            return self.show_known(typed, form)
        self.application.fetcher.wake()
        return self.done(f"Saved: {link.label}")

    def show_known(self, typed: TypedLink, form: FormErrors) -> Result:
        """Show the link that has this address; what was typed now is offered for it."""
        known = queries.find_link_to(self.db_conn, self.current_user, typed.url)
        if known is None:  # deleted in this very moment
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
        change_link(link, typed)
        try:
            queries.update_link(self.db_conn, self.current_user, link)
        except queries.AddressKnownError:
            form.add("url", "You have saved this address already, as another link.")
            return self.show(form, link, status_code=409)
        self.application.fetcher.wake()
        return self.done(f"Changed: {link.label}")

    def subject(self) -> Link:
        """Return the link that is changed."""
        return self.find()


class RetryHandler(LinkHandler):
    """Has the page of a link fetched once more."""

    @web_authenticated
    def post(self) -> Result:
        """Put the link back among those that wait."""
        link = self.find()
        queries.wait_for_fetch(self.db_conn, self.current_user, link)
        self.application.fetcher.wake()
        return self.redirect_with_note(self.next_page, f"Asked again: {link.host}")
