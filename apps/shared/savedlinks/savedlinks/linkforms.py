"""The form for a link: to save a new one, to change one.

Notice what is never lost: what was typed. It comes back with the reasons beside the fields when
something is wrong, when the form has been open for too long, and after logging in again.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from accounts.pages import PageHandler
from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.timekeeping import curtime
from weblinks.addresses import MAX_LENGTH
from weblinks.bookmarklet import bookmarklet
from weblinks.titles import clean_title
from weblinks.typedlinks import TITLE_LENGTH, TypedLink, as_typed, check_link, is_yes

from savedlinks.counting import Counted
from savedlinks.link import AddressKnownError, SavedLink

KNOWN = "You saved this address before. Here it is; change it, or leave it as it is."
TWICE = 60_000  # milliseconds in which a form that comes again is the same one
KNOWN_AS_ANOTHER = "You have saved this address already, as another link."
BOOKMARKLET_SAYS = {"url": "u", "title": "t"}  # it has to be short
CARRIED = {"url": MAX_LENGTH}  # characters that an address has room for over a log-in
CARRIED_OTHERWISE = TITLE_LENGTH


Link = TypeVar("Link", bound=SavedLink)


class LinkFormHandler(PageHandler, Generic[Link]):
    """A form with everything that a user may say about a link.

    An application has a template `link_form.html` that extends `link_fields.html`.
    """

    fields: ClassVar[Sequence[str]] = ("url", "title", "tags", "is_public")

    @abstractmethod
    def known_tags(self) -> list[Counted]:
        """Return the tags of the user, which the form proposes."""

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
            known_tags=self.known_tags(),
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
        form = FormErrors({name: self.get_argument(name, "") for name in self.fields})
        form.values["title"] = clean_title(form.value("title"))
        return form

    def offered(self, link: Link | None = None) -> FormErrors:
        """Return the form with what the address brings along, else with the link as it is."""
        brought = {name: self.brought(name) for name in self.fields}
        if link and not any(brought.values()):
            return FormErrors(as_typed(link))
        brought["title"] = clean_title(brought["title"])[:TITLE_LENGTH]
        kept = as_typed(link) if link else {}
        return FormErrors({**kept, **brought, "is_public": is_yes(brought["is_public"])})

    def brought(self, name: str) -> str:
        """Return what the address says about a field, in our words or in the bookmarklet's."""
        found = self.get_argument(name) or self.get_argument(BOOKMARKLET_SAYS.get(name, name), "")
        return str(found)

    def wanted_page(self) -> str:
        """Bring along what was typed before the session ended, as far as an address can hold it."""
        if self.message.method != "POST":
            return super().wanted_page()
        form = self.form()
        typed = {
            name: form.value(name)[: CARRIED.get(name, CARRIED_OTHERWISE)] for name in self.fields
        }
        typed |= {name: self.get_argument(name, "") for name in ("window", "next")}
        query = urlencode({name: value for name, value in typed.items() if value})
        return self.message.path + (f"?{query}" if query else "")

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, self.subject(), status_code=error.status_code)

    def subject(self) -> Link | None:
        """Return the link that the form is about; None for a new one."""
        return None


class AddHandler(LinkFormHandler[Link]):
    """Saves a new link."""

    @abstractmethod
    def add(self, typed: TypedLink) -> Link:
        """Save a link of the user; raise AddressKnownError if he has that address already."""

    @abstractmethod
    def find_link_to(self, url: str) -> Link | None:
        """Return the user's link with that address."""

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
            link = self.add(typed)
        except AddressKnownError:
            return self.show_known(typed, form)
        return self.done(f"Saved: {link.label}")

    def show_known(self, typed: TypedLink, form: FormErrors) -> Result:
        """Show the link that has this address; what was typed now is offered for it."""
        known = self.find_link_to(typed.url)
        if known is None:  # deleted in this very moment
            form.add("", "Please send this once more.")
            return self.show(form, status_code=409)
        if is_what_was_saved(known, typed):
            return self.done(f"Saved: {known.label}")
        said = {name: value for name, value in form.values.items() if value and name != "url"}
        return self.show(FormErrors({**as_typed(known), **said}), known, note=KNOWN)


def is_what_was_saved(link: object, typed: TypedLink) -> bool:
    """Say whether a link was just saved as it is typed once more: by a second click.

    A title that was not typed may have come meanwhile.
    """
    if curtime() - getattr(link, "created_at", 0) > TWICE:
        return False
    saved, again = as_typed(link), as_typed(typed)
    return {**again, "title": again["title"] or saved["title"]} == saved


class EditHandler(LinkFormHandler[Link]):
    """Changes a link."""

    @abstractmethod
    def find(self) -> Link:
        """Return the user's link that the address names; raise NotFound."""

    @abstractmethod
    def change(self, link: Link, typed: TypedLink) -> Link:
        """Store what was typed and return the link; raise AddressKnownError."""

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
            changed = self.change(link, typed)
        except AddressKnownError:
            form.add("url", KNOWN_AS_ANOTHER)
            return self.show(form, link, status_code=409)
        return self.done(f"Changed: {changed.label}")

    def subject(self) -> Link:
        """Return the link that is changed."""
        return self.find()


class SavedHandler(PageHandler):
    """What the window of the bookmarklet shows in the end, if no script closes it."""

    def get(self) -> Result:
        """Say what was saved."""
        return self.render_template("saved.html", note=self.take_note())
