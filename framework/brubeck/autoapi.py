"""AutoAPIBase: a JSON API for a document class and a queryset, without further code."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dictshield.base import ShieldException

from brubeck.errors import BadRequest
from brubeck.handlers import JSONMessageHandler, Result
from brubeck.jsontext import loads
from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import Status

_STATUS_OF = {
    AbstractQueryset.MSG_OK: 200,
    AbstractQueryset.MSG_UPDATED: 200,
    AbstractQueryset.MSG_CREATED: 201,
    AbstractQueryset.MSG_FAILED: 400,
    AbstractQueryset.MSG_NOTFOUND: 404,
    "": 200,
}


class AutoAPIBase(JSONMessageHandler):
    """Answer GET, POST, PUT and DELETE for documents of `model` kept by `queries`.

    Ids are in the URL, several of them separated by commas; documents are JSON in the body, or
    in the argument `data`. Every document in an answer carries a status of its own; the answer
    has the status they share, or 207 when they differ.
    """

    model: Any = None
    queries: Any = None

    _PAYLOAD_DATA = "data"

    def get(self, ids: str = "") -> Result:
        """Send the documents with these ids, or all."""
        wanted = self._split(ids)
        if not wanted:
            return self._generate_response(self.queries.read(None))
        found = self._read(wanted)
        return self._generate_response(found if len(wanted) > 1 else found[0])

    def post(self, ids: str = "") -> Result:
        """Create documents, or update those with these ids."""
        documents = self._documents(self._needed_data())
        if not ids:
            return self._store(documents, self.queries.create)
        return self._update(self._split(ids), documents)

    def put(self, ids: str = "") -> Result:
        """Store documents under their ids; one without an id takes that of the URL."""
        data = self._needed_data()
        if not ids:
            return self._store(self._documents(data), self.queries.update)
        wanted = self._split(ids)
        if len(wanted) == 1 and isinstance(data, dict) and not self._has_id(data):
            data = {**data, self.queries.api_id: wanted[0]}
        return self._update(wanted, self._documents(data))

    def delete(self, ids: str = "") -> Result:
        """Remove the documents with these ids; if one of them is missing, none."""
        wanted = self._split(ids)
        if not wanted:
            raise BadRequest("Nothing was removed: the address names no id. Add one and try again.")
        missing = [status for status in self._read(wanted) if _is_missing(status)]
        if missing:
            return self._generate_response(missing)
        removed = self.queries.destroy([self._convert_to_id(text) for text in wanted])
        return self._generate_response([_not_found_if_failed(status) for status in removed])

    # -- what came in --------------------------------------------------------------------------

    def _split(self, ids: str | None) -> list[str]:
        """Return the ids of the URL, each once."""
        separator = self.application.MULTIPLE_ITEM_SEP
        return list(dict.fromkeys(text for text in (ids or "").split(separator) if text))

    def _get_body_as_data(self) -> Any:
        """Return the JSON that was sent, or None. Raises BadRequest when it is none."""
        content_type = (self.message.content_type or "").partition(";")[0].strip().lower()
        if content_type == "application/json":
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
        items = data if isinstance(data, list) else [data]
        if not items or not all(isinstance(item, dict) for item in items):
            raise BadRequest(
                "A JSON object, or a list of objects, is needed. Send it as application/json, "
                "or in the argument data."
            )
        return data

    def _documents(self, data: Any) -> Any:
        return self._convert_item_or_list(data, self._convert_to_model)

    def _has_id(self, data: dict[str, Any]) -> bool:
        return any(data.get(name) is not None for name in (self.queries.api_id, "id", "_id"))

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
        statuses = dict.fromkeys(texts, (AbstractQueryset.MSG_NOTFOUND, ""))
        valid = dict(self._valid_ids(texts))
        found = map(_not_found_if_failed, self._read_valid(list(valid.values())))
        statuses.update(zip(valid, found, strict=True))
        return [(message, item or text) for text, (message, item) in statuses.items()]

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

    def _store(self, documents: Any, action: Callable[[Any], Any]) -> Result:
        errors = list(self._errors(_listed(documents)))
        if errors:
            return self._refuse(errors)
        return self._generate_response(action(documents))

    def _update(self, wanted: list[str], documents: Any) -> Result:
        if not self.url_matches_body(wanted, _listed(documents)):
            raise BadRequest(
                "The ids in the address are not those of the documents. Make them the same."
            )
        return self._store(documents, self.queries.update)

    def _errors(self, documents: Sequence[Any]) -> Iterator[dict[str, Any]]:
        for position, document in enumerate(documents):
            if getattr(document, self.queries.api_id) is None:
                yield _error(position, self.queries.api_id, "Required field missing")
            for path, message, _ in document.errors():
                yield _error(position, path, message)

    def _refuse(self, errors: list[dict[str, Any]]) -> Result:
        def explain() -> None:
            self.add_to_payload("detail", "Nothing was stored. Correct what `errors` lists.")
            self.add_to_payload("errors", errors)

        return self.render_error(self._FAILED_CODE, error_handler=explain)

    # -- what goes out -------------------------------------------------------------------------

    def _crud_to_http(self, crud_status: str) -> int:
        """Return the HTTP status for a message of the queryset."""
        return _STATUS_OF.get(crud_status, self._SERVER_ERROR)

    def _make_presentable(self, datum: Any) -> dict[str, Any]:
        """Return what the owner may see of a document, with its id as text; of an id, the id."""
        if isinstance(datum, str):
            return {"id": datum}
        document = self.model(**datum) if isinstance(datum, dict) else datum
        shown: dict[str, Any] = self.model.make_json_ownersafe(document, encode=False)
        shown["id"] = str(getattr(document, self.queries.api_id))
        return shown

    def _generate_response(self, status_data: Any) -> Result:
        """Answer with one pair of message and item, or with a list of them."""
        if isinstance(status_data, list):
            items = [self._with_status(*pair) for pair in status_data]
            codes = {item["status_code"] for item in items} or {self._SUCCESS_CODE}
            self.add_to_payload(self._PAYLOAD_DATA, items)
        else:
            item = self._with_status(*status_data)
            codes = {item["status_code"]}
            self.add_to_payload(self._PAYLOAD_DATA, item)
        return self.render(status_code=codes.pop() if len(codes) == 1 else self._MULTI_CODE)

    def _with_status(self, message: str, item: Any) -> dict[str, Any]:
        code = self._crud_to_http(message)
        status = {"status_code": code, "status_msg": self._status_text(code)}
        return self._make_presentable(item) | status


def _listed(documents: Any) -> list[Any]:
    return documents if isinstance(documents, list) else [documents]


def _is_missing(status: Status) -> bool:
    return status[0] == AbstractQueryset.MSG_NOTFOUND


def _not_found_if_failed(status: Status) -> Status:
    """Return NOTFOUND for FAILED: reading can fail in no other way."""
    message, item = status
    return (
        AbstractQueryset.MSG_NOTFOUND if message == AbstractQueryset.MSG_FAILED else message
    ), item


def _error(position: int, field: Any, message: str) -> dict[str, Any]:
    return {"item": position, "field": field, "message": message}
