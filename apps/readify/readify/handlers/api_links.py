"""The links of whoever asks, as AutoAPI serves them: one class says all that is special about them.

Notice what is not here: no reading of JSON, no writing of it, no paging, no statuses, no ETag. What a
link may hold is said by the model, what clients may set by `readonly_fields`, and who owns it by
`owner_field`; the OpenAPI document is made of the same.
"""

from functools import cached_property
from typing import Any, ClassVar

from brubeck.autoapi import AutoAPIBase
from brubeck.errors import BadRequest, HTTPError, error_for
from brubeck.handlers.message import Result
from bson import ObjectId
from dictshield.base import ShieldException
from weblinks.addresses import BadAddressError, sent_address
from weblinks.search import LONGEST, BadSearchError
from weblinks.tagnames import MOST_TAGS, TAG_LENGTH, unique_tags
from weblinks.titles import clean_title

from readify.handlers.api import ApiAccess
from readify.linkset import LinkQueryset
from readify.models import Link
from readify.wanted import FIRST_ORDER, ORDERS, VIEWS, Wanted

FIRST_VIEW = "all"
NEVER_NULL = ("tags", "liked", "archived", "deleted", "is_public", "place")
MOST_ITEMS = 100
PAGE = 25
KNOWN = "You have a link to this address already. /check?url=... shows it."
MISSING = "You have no link of this id. It may have been purged."


def argument(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """Return the description of an argument in the address."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


class LinksAPI(ApiAccess, AutoAPIBase):
    """Reads, lists, saves, changes and deletes links; DELETE moves them to the bin."""

    model = Link
    owner_field = "owner_id"
    security_scheme: ClassVar[dict[str, Any] | None] = {"type": "http", "scheme": "bearer"}
    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
    readonly_fields = (
        *("owner_username", "created_at", "updated_at", "change", "deleted_at"),
        *("fetch_state", "fetch_error", "site", "excerpt", "reading_minutes"),
    )
    has_feed = True
    items_stand_alone = True
    updates_by_post = False
    is_strict = True
    max_items = MOST_ITEMS
    page_limit = PAGE
    max_page_limit = MOST_ITEMS
    further_statuses = (403, 413, 414, 429, 503, 507)
    filter_parameters = (
        argument(
            "view", "Which links: “all” are those that are not in the bin.",
            type="string", enum=list(VIEWS), default=FIRST_VIEW,
        ),
        argument("order", "In which order.", type="string", enum=list(ORDERS), default=FIRST_ORDER),
        argument(
            "q", "Words to look for, as in the search box of the site.",
            type="string", format="search", maxLength=LONGEST,
        ),
        argument(
            "tag", "Only links with this tag; may be given several times.",
            type="array", items={"type": "string"},
        ),
        argument("site", "Only links to this site.", type="string"),
    )  # fmt: skip

    def delete(self, ids: str = "") -> Result:
        """Move the links with these ids to the bin."""
        return super().delete(ids) if ids else self.unsupported()

    @cached_property
    def queries(self) -> LinkQueryset:
        """The links of whoever asks."""
        return LinkQueryset(self.db_conn, self.user)

    def current_owner(self) -> ObjectId:
        """Return the id of whoever the token belongs to."""
        owner: ObjectId = self.user.id
        return owner

    def page_filters(self) -> dict[str, Any]:
        """Return which links the address asks for; raise BadRequest."""
        try:
            wanted = Wanted.parse(
                self.get_argument("q") or "",
                view=self.chosen("view", VIEWS, FIRST_VIEW),
                tags=self.get_arguments("tag") or [],
                site=self.get_argument("site") or "",
                order=self.chosen("order", ORDERS, FIRST_ORDER),
            )
        except BadSearchError as error:
            raise BadRequest(f"q: {error}") from error
        return {"wanted": wanted}

    def chosen(self, name: str, choices: dict[str, Any], otherwise: str) -> str:
        """Return an argument that is one of some names; raise BadRequest."""
        text = self.query_argument(name)
        if text is None:
            return otherwise
        if text not in choices:
            raise BadRequest(f"{name} must be one of: {', '.join(choices)}.")
        return text

    def complete(self, document: Any, before: dict[str, Any] | None) -> None:
        """Give a link the form in which it is stored; raise ShieldException for bad addresses."""
        if before is None:
            document.id = ObjectId()
            document.owner_username = self.user.username
            document.deleted = False
        for name in NEVER_NULL:
            if document[name] is None:
                document[name] = Link()[name]
        if isinstance(document.url, str):
            document.url = address_of(document.url)
        if isinstance(document.title, str):
            document.title = clean_title(document.title) or None
        if isinstance(document.tags, list) and all(isinstance(tag, str) for tag in document.tags):
            document.tags = checked_tags(document.tags)

    def failure(self, message: str, item: Any) -> HTTPError | None:  # noqa: ARG002  no ids in texts
        """Return the problem that a single link has."""
        detail = {404: MISSING, 409: KNOWN}.get(self._crud_to_http(message))
        return error_for(self._crud_to_http(message), detail)


def address_of(text: str) -> str:
    """Return an address as it is stored; raise ShieldException."""
    try:
        return sent_address(text)
    except BadAddressError as error:
        raise ShieldException(str(error), "url", text) from error


def checked_tags(texts: list[str]) -> list[str]:
    """Return tags as they are stored; raise ShieldException for long ones and for too many."""
    if any(len(text) > TAG_LENGTH for text in texts):
        raise ShieldException(f"A tag has {TAG_LENGTH} characters at most.", "tags", texts)
    tags = unique_tags(texts)
    if len(tags) > MOST_TAGS:
        raise ShieldException(f"These are {len(tags)} tags: {MOST_TAGS} at most.", "tags", texts)
    return tags
