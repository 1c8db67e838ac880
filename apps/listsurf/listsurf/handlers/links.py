"""The list of links, and what one does with a link: add, edit, delete.

Notice that no handler looks at whose link it is. The queries take the user along, and a link of
somebody else is simply not found: its id gets the same 404 as one that never existed.
"""

from urllib.parse import urlencode

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.timekeeping import curtime

from listsurf import queries
from listsurf.addresses import MAX_LENGTH, BadAddressError, clean_address
from listsurf.bookmarklet import bookmarklet
from listsurf.handlers.pages import PageHandler
from listsurf.models import TITLE_LENGTH, Link
from listsurf.paging import BadCursorError, Cursor
from listsurf.titles import clean_title

KNOWN = "You saved this address before. Here it is; change it, or leave it as it is."
NOT_FOUND = "None of your links is here. It may have been deleted already: look at your list."


class ListHandler(PageHandler):
    """Shows a user's links, newest first."""

    @web_authenticated
    def get(self) -> Result:
        """Show one page."""
        user, before = self.current_user, self.place()
        return self.render_template(
            "links.html",
            page=queries.list_links(self.db_conn, user, before),
            total=queries.count_links(self.db_conn, user),
            before=before,
            note=self.take_note(),
        )

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
    """A form with an address and a title."""

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
            bookmarklet=bookmarklet(self.message),
        )

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        title = clean_title(self.get_argument("title", ""))
        return FormErrors({"url": self.get_argument("url", ""), "title": title})

    def offered(self, url: str = "", title: str = "") -> FormErrors:
        """Return the form with what the address brings along (`u` and `t`), else what is given."""
        typed = self.get_argument("u", ""), self.get_argument("t", "")
        url, title = typed if any(typed) else (url, title)
        return FormErrors({"url": url, "title": clean_title(title)[:TITLE_LENGTH]})

    def wanted_page(self) -> str:
        """Bring along what was typed before the session ended."""
        if self.message.method != "POST":
            return super().wanted_page()
        form = self.form()
        typed = {"u": form.value("url")[:MAX_LENGTH], "t": form.value("title")[:TITLE_LENGTH]}
        return self.message.path + (f"?{urlencode(typed)}" if any(typed.values()) else "")

    def checked(self, form: FormErrors) -> str:
        """Return the address as it is stored, after writing down all that is wrong."""
        url = ""
        try:
            url = clean_address(form.value("url"))
        except BadAddressError as error:
            form.add("url", str(error))
        if len(form.value("title")) > TITLE_LENGTH:
            form.add("title", f"This title is too long: {TITLE_LENGTH} characters at most.")
        return url

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
        url = self.checked(form)
        if form.failed:
            return self.show(form, status_code=400)
        link = self.new_link(url, form.value("title"))
        try:
            queries.insert_link(self.db_conn, link)
        except queries.AddressKnownError:
            return self.show_known(url, form)
        return self.redirect_with_note("/", f"Saved: {link.label}")

    def new_link(self, url: str, title: str) -> Link:
        """Return a link of the user, not stored yet."""
        user, now = self.current_user, curtime()
        return Link(
            owner=user.id, username=user.username, url=url, title=title or None,
            created_at=now, updated_at=now,
        )  # fmt: skip

    def show_known(self, url: str, form: FormErrors) -> Result:
        """Show the link that has this address; a title that was typed now is offered for it."""
        known = queries.find_link_to(self.db_conn, self.current_user, url)
        if known is None:  # deleted in this very moment
            form.add("", "Please send this once more.")
            return self.show(form, status_code=409)
        offered = {"url": url, "title": form.value("title") or known.title or ""}
        return self.show(FormErrors(offered), known, note=KNOWN)


class EditHandler(LinkFormHandler, LinkHandler):
    """Changes a link."""

    @web_authenticated
    def get(self) -> Result:
        """Show the form with the link as it is, or as it was typed before the session ended."""
        link = self.find()
        return self.show(self.offered(link.url, link.title or ""), link)

    @web_authenticated
    def post(self) -> Result:
        """Store what was typed."""
        link, form = self.find(), self.form()
        url = self.checked(form)
        if form.failed:
            return self.show(form, link, status_code=400)
        link.url, link.title = url, form.value("title") or None
        try:
            queries.update_link(self.db_conn, self.current_user, link)
        except queries.AddressKnownError:
            form.add("url", "You have saved this address already, as another link.")
            return self.show(form, link, status_code=409)
        return self.redirect_with_note("/", f"Changed: {link.label}")

    def subject(self) -> Link:
        """Return the link that is changed."""
        return self.find()


class DeleteHandler(LinkHandler):
    """Deletes a link, after asking."""

    @web_authenticated
    def get(self) -> Result:
        """Ask whether that is meant."""
        return self.render_template("confirm_delete.html", link=self.find())

    @web_authenticated
    def post(self) -> Result:
        """Delete the link."""
        link = self.find()
        queries.delete_link(self.db_conn, self.current_user, link)
        return self.redirect_with_note("/", f"Deleted: {link.label}")

    @web_authenticated
    def show_again(self, reason: str) -> Result:
        """Ask again."""
        link = self.find()
        return self.render_template("confirm_delete.html", _status_code=403, link=link, note=reason)
