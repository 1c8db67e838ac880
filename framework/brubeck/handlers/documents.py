# ruff: noqa: ARG002, FBT001, FBT002 - the signatures are those that programs call and override
"""Handlers that answer with documents: JSON and JSON schemas."""

from typing import Any, ClassVar

from dictshield.schema import SchemaWriter

from brubeck.handlers.message import Result
from brubeck.handlers.web import WebMessageHandler
from brubeck.jsontext import dumps

_PLAIN = {"status_code", "status_msg", "timestamp", "detail"}  # what every error document has


class JSONMessageHandler(WebMessageHandler):
    """Answer with the payload as a JSON document, status included."""

    def render(  # type: ignore[override]  # the second argument has differed since 2011
        self,
        status_code: int | None = None,
        hide_status: bool = False,
        http_200: bool = False,
        **kwargs: Any,
    ) -> Result:
        """Return the payload as a JSON response.

        With `hide_status` only the payload's entry `data` is sent, if there is one; with
        `http_200` the real status is in the document alone.
        """
        if status_code is not None:
            self.set_status(status_code)
        self.headers["Content-Type"] = "application/json"
        document = self._document(hide_status=hide_status)
        return self._response(dumps(document), None, http_200=http_200)

    def _has_words(self) -> bool:
        return not self._payload.keys() <= _PLAIN

    def _plain_error(self, status_code: int) -> Result:
        self.clear_payload()
        self._finished = True
        return JSONMessageHandler.render(self, status_code)


class JsonSchemaMessageHandler(WebMessageHandler):
    """Answer with the JSON schemas of all registered models, as one array."""

    manifest: ClassVar[dict[str, dict[str, Any]]] = {}
    """Model name in lower case -> schema, of all applications in this process."""

    @classmethod
    def add_model(cls, model: Any) -> None:
        """Register a document class."""
        cls.manifest[model.__name__.lower()] = public_schema(model)

    def get(self) -> Result:
        """Send the schemas of this handler's application."""
        self.headers["Content-Type"] = "application/schema+json"
        self.set_body(dumps(list(self._schemas().values())))
        return self.render()

    def _schemas(self) -> dict[str, dict[str, Any]]:
        own: dict[str, dict[str, Any]] | None = getattr(self.application, "manifest", None)
        return self.manifest if own is None else own


def public_schema(model: Any) -> dict[str, Any]:
    """Return a model's JSON schema without the fields that it, or a document in it, keeps private."""
    return SchemaWriter(model, for_strangers=True).whole()
