"""AutoAPIBase: a JSON API for a document class and a queryset, without further code."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, ClassVar
from urllib.parse import unquote

from dictshield.base import ShieldException

from brubeck.autoapi import bodies, mergepatch
from brubeck.autoapi.answers import Answers, is_id
from brubeck.autoapi.bodies import InvalidDocuments, Refused
from brubeck.autoapi.feeds import Feeds
from brubeck.autoapi.ownership import for_owner
from brubeck.autoapi.paging import Paging
from brubeck.autoapi.strictness import mistakes
from brubeck.autoapi.writing import Draft, Writing
from brubeck.errors import BadRequest, PayloadTooLarge
from brubeck.handlers import Result
from brubeck.jsontext import loads
from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import Status

_NOTFOUND = AbstractQueryset.MSG_NOTFOUND
_AS_UPDATE = {AbstractQueryset.MSG_CREATED: AbstractQueryset.MSG_UPDATED}
# Clients remove them from addresses, even percent-encoded ones (RFC 3986, 5.2.4).
_DOT_SEGMENTS = (".", "..")
_DIFFERENT_IDS = "The ids in the address are not those of the documents. Make them the same."


class AutoAPIBase(Writing, Paging, Feeds, Answers):
    """Answer GET, POST, PUT, PATCH and DELETE for documents of `model` kept by `queries`.

    Ids are in the URL, several of them separated by commas; documents are JSON in the body, or
    in the argument `data`. Every document in an answer carries a status of its own; the answer
    has the status they share, or 207 when they differ.

    With an `owner_field` everybody has documents of his own, and those of others do not exist.
    """

    model: Any = None
    queries: Any = None

    max_id_length = 255
    """Longer ids, in characters, are refused: they would not fit into an address."""

    items_stand_alone = False
    """Whether of several documents those are changed that can be, and the others say why not.

    Otherwise nothing is changed where one of them is wrong or missing.
    """

    further_statuses: ClassVar[Sequence[int]] = ()
    """Statuses of errors that hooks of a program raise, for OpenAPI."""

    is_strict = False
    """Whether names that the model does not have, and values of another type, are refused."""

    updates_by_post = True
    """Whether POST with ids in the address updates, as it always did; PUT and PATCH do it, too."""

    max_items: int | None = None
    """How many documents one request may be about, or None for any number."""

    @for_owner
    def get(self, ids: str = "") -> Result:
        """Send the documents with these ids, or a page of all."""
        wanted = self._split(ids)
        if not wanted:
            return self._many()
        found = self._read(wanted)
        return self._generate_response(found if len(wanted) > 1 else found[0])

    def _many(self) -> Result:
        """Send a page, or what has changed since the client asked last."""
        mine = {} if self.owner_field is None else {self._owner_key: self.owner}
        filters = self.page_filters() | mine  # wrong filters are refused beside `since`, too
        since = self._asked_since()
        if since is None:
            return self._send_items(self._read_page(filters).items)
        self._send_items(self._read_changes(since, mine).items)
        return self.render(status_code=self._SUCCESS_CODE)

    @for_owner
    def post(self, ids: str = "") -> Result:
        """Create documents, or update those with these ids."""
        if ids and not self.updates_by_post:
            return self.unsupported()
        data = self._needed_data()
        if self.items_stand_alone and isinstance(data, list) and not ids:
            return self._one_by_one(data, self._created)
        documents = self._documents(data)
        if not ids:
            return self._store(documents, is_update=False)
        return self._update(self._split(ids), documents)

    @for_owner
    def put(self, ids: str = "") -> Result:
        """Store documents under their ids; one without an id takes that of the URL."""
        data = self._needed_data()
        if not ids:
            return self._store(self._documents(data), is_update=True)
        wanted = self._split(ids)
        if len(wanted) == 1 and isinstance(data, dict) and self._id_in(data) is None:
            data = {**data, self.queries.api_id: wanted[0]}
        return self._update(wanted, self._documents(data))

    @for_owner
    def patch(self, ids: str = "") -> Result:
        """Change the documents with these ids as a merge patch says (RFC 7396), all or none.

        An object is for each of them; a list has one object with an id for each document.
        """
        wanted, data = self._split(ids), self._needed_data()
        patches = bodies.patches(data, wanted, self._id_in)
        keys = [self._canonical(key) for key, _ in patches]
        if wanted and sorted(map(self._canonical, wanted)) != sorted(keys):
            raise BadRequest(_DIFFERENT_IDS)
        drafts = [
            self._patch_draft(key, patch) for key, (_, patch) in zip(keys, patches, strict=True)
        ]
        is_list = isinstance(data, list) or len(drafts) > 1
        if is_list and self.items_stand_alone:
            return self._one_by_one(drafts, self._changed)
        found = self._written(drafts, must_exist=True)
        return self._generate_response(found if is_list else found[0])

    @for_owner
    def delete(self, ids: str = "") -> Result:
        """Remove the documents with these ids; if one of them is missing, none."""
        wanted = self._split(ids)
        if self.items_stand_alone and len(wanted) > 1:
            drafts = [Draft(self._canonical(text), None) for text in wanted]
            return self._one_by_one(drafts, self._changed)
        if not wanted:
            raise BadRequest("Nothing was removed: the address names no id. Add one and try again.")
        missing = [status for status in self._read(wanted) if _is_missing(status)]
        if missing:
            return self._generate_response(missing)
        if self._is_guarded_removal():
            drafts = [Draft(self._canonical(text), None) for text in wanted]
            return self._generate_response(self._written(drafts, must_exist=True))
        removed = self.queries.destroy([self._convert_to_id(text) for text in wanted])
        return self._generate_response([_not_found_if_failed(status) for status in removed])

    @property
    def supported_methods(self) -> list[str]:
        """Names of the HTTP methods that do something at this address, in lower case."""
        names = super().supported_methods
        if not self._has_ids():
            return [name for name in names if name != "delete"]
        return names if self.updates_by_post else [name for name in names if name != "post"]

    def _has_ids(self) -> bool:
        arguments = self.url_args
        return bool(arguments.get("ids") if isinstance(arguments, dict) else any(arguments))

    # -- what came in --------------------------------------------------------------------------

    def _split(self, ids: str | None) -> list[str]:
        """Return the ids of the URL, each once."""
        separator = self.application.MULTIPLE_ITEM_SEP
        found = (unquote(text) for text in (ids or "").split(separator))
        each_once = list(dict.fromkeys(text for text in found if text))
        self._check_number(each_once)
        return each_once

    def _check_number(self, items: Sequence[object]) -> None:
        if self.max_items is not None and len(items) > self.max_items:
            raise PayloadTooLarge(
                f"These are {len(items)} documents. Send {self.max_items} at once at most."
            )

    def _get_body_as_data(self) -> Any:
        """Return the JSON that was sent, or None. Raises BadRequest when it is none."""
        content_type = (self.message.content_type or "").partition(";")[0].strip().lower()
        if content_type in {"application/json", mergepatch.CONTENT_TYPE}:
            return self.message.json() if self.message.body else None
        text = self.get_argument("data")
        if not text:
            return None
        try:
            return loads(text)
        except ValueError as error:
            raise BadRequest(f"The argument data is not JSON: {error}. Correct it.") from error

    def _needed_data(self) -> Any:
        data = self._get_body_as_data()
        bodies.check_objects(data)
        self._check_number(_listed(data))
        if not self.items_stand_alone:
            self._check_strictly(_listed(data))
        return data

    def _check_strictly(self, items: list[dict[str, Any]]) -> None:
        if not self.is_strict:
            return
        is_patch = self.message.method == "PATCH"
        if errors := list(mistakes(self.model, items, is_patch=is_patch)):
            raise InvalidDocuments(errors)

    def _documents(self, data: Any) -> Any:
        position = count()

        def convert(item: dict[str, Any]) -> Any:
            number = next(position)
            self._check_strictly([item])
            try:
                return self._convert_to_model(item)
            except ShieldException as problem:
                errors = [bodies.error(number, problem.field_name, problem.reason)]
                raise InvalidDocuments(errors) from problem

        return self._convert_item_or_list(data, convert)

    def _id_in(self, data: dict[str, Any]) -> Any:
        given = (data.get(name) for name in (self.queries.api_id, "id", "_id"))
        return next((value for value in given if value is not None), None)

    def _convert_to_id(self, datum: str) -> Any:
        """Return an id as the model has it. Raises ShieldException when it is malformed."""
        field = getattr(self.model, self.queries.api_id)
        field.validate(datum)
        return field.for_python(datum)

    def _convert_to_model(self, data: dict[str, Any]) -> Any:
        """Return a document, valid or not."""
        return self.model(**data)

    def _convert_item_or_list(self, body_data: Any, fun: Callable[[Any], Any]) -> Any:
        """Apply a function to an item, or to each item of a list."""
        return [fun(item) for item in body_data] if isinstance(body_data, list) else fun(body_data)

    def url_matches_body(self, ids: Sequence[str], documents: Sequence[Any]) -> bool:
        """Tell whether the ids of the URL are exactly those of the documents."""
        in_body = [str(getattr(document, self.queries.api_id)) for document in documents]
        return sorted(self._canonical(text) for text in ids) == sorted(in_body)

    def _canonical(self, text: str) -> str:
        try:
            return str(self._convert_to_id(text))
        except ShieldException:
            return text

    # -- what is done --------------------------------------------------------------------------

    def _read(self, texts: Sequence[str]) -> list[Status]:
        """Read by the ids of a URL; a malformed id is one that does not exist."""
        statuses = dict.fromkeys(texts, (_NOTFOUND, ""))
        valid = dict(self._valid_ids(texts))
        found = map(_not_found_if_failed, self._read_valid(list(valid.values())))
        statuses.update(zip(valid, map(self._if_ours, found), strict=True))
        return [(message, item or text) for text, (message, item) in statuses.items()]

    def _if_ours(self, status: Status) -> Status:
        """Return NOTFOUND for what belongs to somebody else."""
        item = status[1]
        return status if is_id(item) or self._is_ours(item) else (_NOTFOUND, "")

    def _read_valid(self, ids: list[Any]) -> list[Status]:
        if len(ids) == 1:
            return [self.queries.read_one(ids[0])]
        return self.queries.read_many(ids) if ids else []

    def _valid_ids(self, texts: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for text in texts:
            try:
                yield text, self._convert_to_id(text)
            except ShieldException:
                continue

    def _one_by_one(self, items: Sequence[Any], write: Callable[[Any], Status]) -> Result:
        """Do with each item what can be done, whatever becomes of the others."""
        return self._generate_response(
            [self._attempt(position, item, write) for position, item in enumerate(items)]
        )

    def _attempt(self, position: int, item: Any, write: Callable[[Any], Status]) -> Status:
        try:
            return write(item)
        except InvalidDocuments as problem:
            key = item.key if isinstance(item, Draft) else str(self._id_in(item) or "")
            errors = [{**error, "item": position} for error in problem.errors]
            return AbstractQueryset.MSG_INVALID, Refused(key, errors)

    def _created(self, data: dict[str, Any]) -> Status:
        """Create one document of what was sent."""
        status: Status = self._statuses(self._documents(data), is_update=False)
        return status

    def _changed(self, draft: Draft) -> Status:
        return self._written([draft], must_exist=True)[0]

    def _store(self, documents: Any, *, is_update: bool, must_exist: bool = False) -> Result:
        found = self._statuses(documents, is_update=is_update, must_exist=must_exist)
        return self._generate_response(found)

    def _statuses(self, documents: Any, *, is_update: bool, must_exist: bool = False) -> Any:
        """Store documents; return the status of one, or a list of statuses for a list."""
        items = _listed(documents)
        if self._is_guarded():
            found = self._written([self._draft(each) for each in items], must_exist=must_exist)
            if is_update:
                found = [(_AS_UPDATE.get(message, message), item) for message, item in found]
            return found if isinstance(documents, list) else found[0]
        errors = list(self._errors(items))
        if errors:
            raise InvalidDocuments(errors)
        store = self.queries.update if is_update else self.queries.create
        return store(documents)

    def _update(self, wanted: list[str], documents: Any) -> Result:
        if not self.url_matches_body(wanted, _listed(documents)):
            raise BadRequest(_DIFFERENT_IDS)
        # Whoever may not see a document must not learn, by creating it, that it is there.
        must_exist = self.owner_field is not None
        return self._store(documents, is_update=True, must_exist=must_exist)

    def _errors(self, documents: Sequence[Any]) -> Iterator[dict[str, Any]]:
        api_id = self.queries.api_id
        for position, document in enumerate(documents):
            problem = self._id_problem(getattr(document, api_id))
            if problem:
                yield bodies.error(position, api_id, problem)
            for path, message, _ in document.errors():
                yield bodies.error(position, path, message)

    def _id_problem(self, key: Any) -> str:
        """Return why a document with this id would have no address of its own, or `""`."""
        text = str(key)
        if key is None or key == "":
            return "Required field missing"
        if len(text) > self.max_id_length:
            return f"Ids have at most {self.max_id_length} characters"
        # WSGI servers undo the percent-encoding of these, too (PEP 3333).
        if "/" in text or self.application.MULTIPLE_ITEM_SEP in text:
            return f"Ids contain neither / nor {self.application.MULTIPLE_ITEM_SEP}"
        return "Dots alone cannot be part of an address" if text in _DOT_SEGMENTS else ""


def _listed(documents: Any) -> list[Any]:
    return documents if isinstance(documents, list) else [documents]


def _is_missing(status: Status) -> bool:
    return status[0] == _NOTFOUND


def _not_found_if_failed(status: Status) -> Status:
    """Return NOTFOUND for FAILED: reading can fail in no other way."""
    message, item = status
    return (_NOTFOUND if message == AbstractQueryset.MSG_FAILED else message), item
