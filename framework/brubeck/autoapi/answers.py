"""What an API answers: documents, each with a status of its own."""

from typing import Any

from dictshield.document import BaseDocument

from brubeck.autoapi.bodies import InvalidDocuments, Refused
from brubeck.autoapi.writing import entity_tag
from brubeck.conditional import etag_of
from brubeck.errors import HTTPError
from brubeck.handlers import JSONMessageHandler, Result
from brubeck.handlers.conditions import READING
from brubeck.jsontext import dumps
from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import Status

_STATUS_OF = {
    AbstractQueryset.MSG_OK: 200,
    AbstractQueryset.MSG_UPDATED: 200,
    AbstractQueryset.MSG_CREATED: 201,
    AbstractQueryset.MSG_FAILED: 400,
    AbstractQueryset.MSG_NOTFOUND: 404,
    AbstractQueryset.MSG_CONFLICT: 409,
    AbstractQueryset.MSG_GONE: 410,
    AbstractQueryset.MSG_INVALID: 400,
    "": 200,
}


class Answers(JSONMessageHandler):
    """Gives an API its answers."""

    model: Any
    queries: Any

    _PAYLOAD_DATA = "data"

    def _crud_to_http(self, crud_status: str) -> int:
        """Return the HTTP status for a message of the queryset."""
        return _STATUS_OF.get(crud_status, self._SERVER_ERROR)

    def _make_presentable(self, datum: Any) -> dict[str, Any]:
        """Return what the owner may see of a document, with its id as text; of an id, the id."""
        if isinstance(datum, Refused):
            return datum._asdict()
        if is_id(datum):
            return {"id": str(datum)}
        document = self.model(**datum) if isinstance(datum, dict) else datum
        shown: dict[str, Any] = self.model.make_json_ownersafe(document, encode=False)
        shown["id"] = str(getattr(document, self.queries.api_id))
        return shown

    def failure(self, message: str, item: Any) -> HTTPError | None:  # noqa: ARG002  for children
        """Return what to raise where the only document of a request fails; None for nothing.

        The answer is the document with its status then. `message` is the queryset's, `item` the
        document, a dict, or the id. Override it for errors of one kind, such as problem documents.
        """
        return None

    def _generate_response(self, status_data: Any) -> Result:
        """Answer with one pair of message and item, or with a list of them."""
        if isinstance(status_data, list):
            return self._send_items(status_data)
        message, item = status_data
        shown = self._with_status(message, item)
        code = shown["status_code"]
        if code >= self._FAILED_CODE and (error := self.failure(message, item)):
            raise error
        self.add_to_payload(self._PAYLOAD_DATA, shown)
        if code in {self._SUCCESS_CODE, self._CREATED_CODE}:
            self._tag(entity_tag(self._make_presentable(item)))
        return self.render(status_code=code)

    def _send_items(self, statuses: list[Status]) -> Result:
        """Answer with a list of documents, each with its status."""
        items = [self._with_status(*pair) for pair in statuses]
        codes = {item["status_code"] for item in items} or {self._SUCCESS_CODE}
        self.add_to_payload(self._PAYLOAD_DATA, items)
        if self.conditional and self.message.method in READING:
            # The time of the answer is no reason to send the same once more.
            said = {**self._payload, self._TIMESTAMP: None}
            self.check_preconditions(etag_of(dumps(said).encode()))
        return self.render(status_code=codes.pop() if len(codes) == 1 else self._MULTI_CODE)

    def _tag(self, tag: str) -> None:
        """Send the ETag of a document; who reads what he has already gets 304."""
        if self.message.method in READING:
            self.check_preconditions(tag)
        else:
            self.headers["ETag"] = tag

    def _with_status(self, message: str, item: Any) -> dict[str, Any]:
        code = self._crud_to_http(message)
        status = {"status_code": code, "status_msg": self._status_text(code)}
        is_gone = message == AbstractQueryset.MSG_GONE and isinstance(item, dict)
        return (_remains(item) if is_gone else self._make_presentable(item)) | status

    def _explain(self, error: HTTPError) -> None:
        super()._explain(error)
        if isinstance(error, InvalidDocuments):
            self.add_to_payload("errors", error.errors)


def _remains(item: dict[str, Any]) -> dict[str, Any]:
    """Return what is still known of a document that is gone, with its id as text."""
    return {"id": str(item["_id"]), **{name: item[name] for name in item if name != "_id"}}


def is_id(item: Any) -> bool:
    """Say whether a queryset has given back the id of a document, and no document."""
    # Querysets of programs give back the id as they got it: a UUID, a number, text.
    return not isinstance(item, dict | BaseDocument)
