"""The links for programs: list, search, check, create, change, delete.

Notice that a link is checked by the same function as one that comes from the form: what the page
refuses, the API refuses, in the same words.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from brubeck.errors import BadRequest, HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.addresses import MAX_LENGTH, BadAddressError, sent_address
from weblinks.paging import MAX_PAGE_SIZE, PAGE_SIZE, BadCursorError, Cursor, Page
from weblinks.search import BadSearchError
from weblinks.tagnames import MOST_TAGS
from weblinks.typedlinks import (
    DESCRIPTION_LENGTH,
    NOTES_LENGTH,
    TITLE_LENGTH,
    TypedLink,
    check_link,
)

from listsurf import queries
from listsurf.documents import EDITABLE, link_document
from listsurf.handlers.api import ApiHandler, UnfitError
from listsurf.models import Link
from listsurf.typedlinks import change_link, new_link
from listsurf.wanted import Wanted

LATEST = 10**15  # milliseconds; no time is later


class Field(NamedTuple):
    """What a program may send in one field: a type, its name in words, how much, whether null."""

    kind: type
    words: str
    most: int = 0
    may_be_null: bool = False


FIELDS = {
    "url": Field(str, "a text", MAX_LENGTH),
    "title": Field(str, "a text, or null", TITLE_LENGTH, may_be_null=True),
    "description": Field(str, "a text, or null", DESCRIPTION_LENGTH, may_be_null=True),
    "notes": Field(str, "a text, or null", NOTES_LENGTH, may_be_null=True),
    "tags": Field(list, "a list of texts", MOST_TAGS),
    "is_public": Field(bool, "true or false"),
}


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

    def page(self, wanted: Wanted) -> Page[Link]:
        """Return the page that `before` and `count` ask for."""
        before, count = self.argument("before"), self.count()
        try:
            place = None if before is None else Cursor.parse(before)
            return queries.list_links(self.db_conn, self.user, place, count, wanted)
        except BadCursorError as error:
            raise BadRequest(f"before: {error}") from error

    def count(self) -> int:
        """Return how many links the page may have."""
        return self.number("count", 1, MAX_PAGE_SIZE) or PAGE_SIZE

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return an argument that is a whole number, None where it was not sent."""
        text = self.argument(name)
        if text is None:
            return None
        fits = text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most
        if not fits:
            raise BadRequest(f"{name} must be a whole number from {least} to {most}.")
        return int(text)

    def argument(self, name: str) -> str | None:
        """Return an argument of the address, also an empty one: here that is a mistake."""
        return dict(parse_qsl(self.message.query, keep_blank_values=True)).get(name)

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
            url = sent_address(self.get_argument("url", "", strip=False))
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


def wrong_types(sent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what cannot even be looked at: unknown names, values of a wrong type, and too much."""
    for name, value in sent.items():
        if name not in FIELDS:
            yield name, f"There is no such field. Use: {', '.join(FIELDS)}."
        elif not has_type(FIELDS[name], value):
            yield name, f"This must be {FIELDS[name].words}."
        elif isinstance(value, str | list) and len(value) > FIELDS[name].most:
            unit = "characters" if isinstance(value, str) else "tags"
            yield name, f"This is too long: {FIELDS[name].most:,} {unit} at most."


def has_type(field: Field, value: object) -> bool:
    """Say whether a value has the type of its field."""
    if value is None:
        return field.may_be_null
    if isinstance(value, list) and not all(isinstance(part, str) for part in value):
        return False
    return isinstance(value, field.kind)


def known() -> HTTPError:
    """Return the answer for an address that another link has."""
    return HTTPError(
        "You have a link to this address already. /api/check?url=... shows it.", status_code=409
    )
