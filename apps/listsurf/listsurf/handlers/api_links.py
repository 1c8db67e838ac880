"""The links for programs: list, search, check, create, change, delete.

Notice that a link is checked by the same function as one that comes from the form: what the page
refuses, the API refuses, in the same words.
"""

from typing import Any
from urllib.parse import urlencode

from brubeck.errors import BadRequest, HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from listsurf import queries
from listsurf.addresses import BadAddressError, clean_address
from listsurf.documents import EDITABLE, link_document
from listsurf.handlers.api import ApiHandler, UnfitError
from listsurf.models import Link
from listsurf.paging import MAX_PAGE_SIZE, PAGE_SIZE, BadCursorError, Cursor, Page
from listsurf.search import BadSearchError
from listsurf.typedlinks import TypedLink, change_link, check_link, new_link
from listsurf.wanted import Wanted

LATEST = 10**15  # milliseconds; no time is later
TYPES: dict[str, tuple[type, str]] = {
    "url": (str, "a text"),
    "title": (str, "a text, or null"),
    "description": (str, "a text, or null"),
    "notes": (str, "a text, or null"),
    "tags": (list, "a list of texts"),
    "is_public": (bool, "true or false"),
}
MAY_BE_NULL = {"title", "description", "notes"}


class LinksHandler(ApiHandler):
    """All links of the user."""

    def get(self) -> Result:
        """Answer `num_items` (all that match), `items` of this page, `next` (address or null)."""
        wanted = self.wanted()
        page = self.page(wanted)
        return self.answer(
            {
                "num_items": queries.count_links(self.db_conn, self.user, wanted),
                "items": [link_document(link) for link in page.links],
                "next": self.next_address(page),
            }
        )

    def post(self) -> Result:
        """Save a new link; 409 with the link that has this address already."""
        link = new_link(self.user, checked(self.sent_object()))
        try:
            queries.insert_link(self.db_conn, link)
        except queries.AddressKnownError as error:
            raise known() from error
        self.application.fetcher.wake()
        self.changed()
        return self.answer(link_document(link), 201, location=f"/api/links/{link.id}")

    def wanted(self) -> Wanted:
        """Return which links are asked for."""
        tags = tuple(filter(None, self.get_arguments("tag") or ()))
        try:
            return Wanted.parse(self.get_argument("q", ""), tags=tags, since=self.since())
        except BadSearchError as error:
            raise BadRequest(f"q: {error}") from error

    def since(self) -> int | None:
        """Return the time from which on changes are asked for."""
        return self.number("since", 0, LATEST)

    def page(self, wanted: Wanted) -> Page:
        """Return the page that `before` and `count` ask for."""
        before, count = self.get_argument("before"), self.count()
        try:
            place = Cursor.parse(before) if before else None
            return queries.list_links(self.db_conn, self.user, place, count, wanted)
        except BadCursorError as error:
            raise BadRequest(f"before: {error}") from error

    def count(self) -> int:
        """Return how many links the page may have."""
        return self.number("count", 1, MAX_PAGE_SIZE) or PAGE_SIZE

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return an argument that is a whole number, None where it was not sent."""
        text = self.get_argument(name)
        if text is None:
            return None
        fits = text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most
        if not fits:
            raise BadRequest(f"{name} must be a whole number from {least} to {most}.")
        return int(text)

    def next_address(self, page: Page) -> str | None:
        """Return the address of the page behind, with the same search."""
        if not page.next:
            return None
        kept = [
            (name, value)
            for name in ("q", "tag", "since", "count")
            for value in self.get_arguments(name) or ()
        ]
        return "/api/links?" + urlencode([*kept, ("before", str(page.next))])


class LinkHandler(ApiHandler):
    """One link, whose id ends the address."""

    def get(self, link_id: str) -> Result:
        """Answer the link."""
        return self.answer(link_document(self.find(link_id)))

    def patch(self, link_id: str) -> Result:
        """Change what was sent and keep the rest (RFC 7396)."""
        sent, link = self.sent_object(), self.find(link_id)
        before = {name: getattr(link, name) for name in EDITABLE}
        change_link(link, checked({**before, **sent}))
        try:
            queries.update_link(self.db_conn, self.user, link)
        except queries.AddressKnownError as error:
            raise known() from error
        self.application.fetcher.wake()
        self.changed()
        return self.answer(link_document(self.find(link_id)))

    def delete(self, link_id: str) -> Result:
        """Delete the link."""
        queries.delete_links(self.db_conn, self.user, [self.find(link_id).id])
        self.changed()
        return self.render(204)

    def find(self, link_id: str) -> Link:
        """Return the user's link; raise NotFound if he has none of that id."""
        link = queries.find_link(self.db_conn, self.user, link_id)
        if link is None:
            raise NotFound("You have no link of this id. It may have been deleted.")
        return link


class CheckHandler(ApiHandler):
    """Tells whether an address is saved already."""

    def get(self) -> Result:
        """Answer the address as it would be stored, and the link that has it, or null."""
        try:
            url = clean_address(self.get_argument("url", ""))
        except BadAddressError as error:
            raise UnfitError([("url", str(error))]) from error
        link = queries.find_link_to(self.db_conn, self.user, url)
        return self.answer({"url": url, "link": link_document(link) if link else None})


class TagsHandler(ApiHandler):
    """The user's tags."""

    def get(self) -> Result:
        """Answer each tag, with the number of links that have it."""
        found = queries.list_tags(self.db_conn, self.user)
        return self.answer({"items": [{"tag": tag, "links": links} for tag, links in found]})


def checked(sent: dict[str, Any]) -> TypedLink:
    """Return a link as it is stored; raise UnfitError with all that is wrong about it."""
    if errors := list(wrong_types(sent)):
        raise UnfitError(errors)
    form = FormErrors({"url": "", **sent})
    typed = check_link(form)
    if form.failed:
        raise UnfitError(form.errors.items())
    return typed


def wrong_types(sent: dict[str, Any]) -> Any:
    """Yield what cannot even be looked at: unknown names, and values of a wrong type."""
    for name, value in sent.items():
        if name not in TYPES:
            yield name, f"There is no such field. Use: {', '.join(TYPES)}."
        elif not has_type(name, value):
            yield name, f"This must be {TYPES[name][1]}."


def has_type(name: str, value: object) -> bool:
    """Say whether a value has the type of its field."""
    if value is None:
        return name in MAY_BE_NULL
    if isinstance(value, list):
        return name == "tags" and all(isinstance(tag, str) for tag in value)
    return isinstance(value, TYPES[name][0])


def known() -> HTTPError:
    """Return the answer for an address that another link has."""
    return HTTPError(
        "You have a link to this address already. /api/check?url=... shows it.", status_code=409
    )
