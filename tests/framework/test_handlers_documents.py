"""JSON handlers: contract section 6, line by line."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from brubeck.errors import NotFound
from brubeck.handlers import JSONMessageHandler, JsonSchemaMessageHandler
from brubeck.handlers.documents import public_schema
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import EmbeddedDocumentField, IntField, ListField, StringField
from doubles import header, make_application, make_request, sent_cookies


class Person(Document):
    _private_fields = ["secret"]

    name = StringField(max_length=10)
    secret = StringField(required=True)


def make(kind: type[JSONMessageHandler] = JSONMessageHandler, **request: Any) -> Any:
    return kind(make_application(), make_request(**request))


def test_the_whole_payload_is_sent_as_json() -> None:
    """Status code, message, what was added, timestamp last."""
    handler = make()
    handler.set_timestamp(5)
    handler.add_to_payload("key", "välue")
    result = handler.render(200)
    assert result["body"] == (
        '{"status_code":200,"status_msg":"OK","key":"v\\u00e4lue","timestamp":5}'
    )
    assert header(result, "Content-Type") == "application/json"


def test_hide_status_sends_only_the_data() -> None:
    """If there is a payload key `data`."""
    handler = make()
    assert "status_code" in json.loads(handler.render(200, hide_status=True)["body"])
    handler.add_to_payload("data", {"a": 1})
    assert handler.render(200, hide_status=True)["body"] == '{"a":1}'


def test_set_body_text_is_ignored() -> None:
    """Only its status matters."""
    handler = make()
    handler.set_body("text", status_code=201)
    result = handler.render()
    assert result["status_code"] == 201
    assert "text" not in json.loads(result["body"])


def test_errors_have_no_timestamp() -> None:
    """Just the status."""
    assert make().render_error(403)["body"] == '{"status_code":403,"status_msg":"Forbidden"}'


def test_http_200_keeps_the_real_status_in_the_document() -> None:
    """That is its documented purpose."""
    result = make().render(404, http_200=True)
    assert result["status_code"] == 200
    assert json.loads(result["body"])["status_code"] == 404


def test_cookies_are_sent() -> None:
    """As with any web handler."""
    handler = make()
    handler.set_cookie("key", "value")
    assert sent_cookies(handler.render(200)) == {"key": "value"}


def test_documents_may_be_in_the_payload() -> None:
    """All fields, null for unset ones, id and private fields included; dates as seconds."""
    handler = make()
    handler.add_to_payload("person", Person(name="ada", secret="x"))
    handler.add_to_payload("when", datetime(1970, 1, 2, tzinfo=UTC))
    document = json.loads(handler.render(200)["body"])
    assert document["person"]["name"] == "ada"
    assert document["person"]["secret"] == "x"
    assert document["person"]["id"] is None
    assert document["when"] == 86400


def test_http_errors_carry_their_detail() -> None:
    """In the document."""

    class Missing(JSONMessageHandler):
        def get(self) -> Any:
            raise NotFound("Gone fishing.")

    document = json.loads(make(Missing)()["body"])
    assert document == {"status_code": 404, "status_msg": "Not found", "detail": "Gone fishing."}


def test_unsupported_methods_are_json_too() -> None:
    """405 with Allow."""
    result = make(method="DELETE")()
    assert json.loads(result["body"])["status_code"] == 405
    assert header(result, "Allow") == "OPTIONS"


def test_a_broken_error_hook_still_answers_json(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of the exception is shown."""

    class Broken(JSONMessageHandler):
        def get(self) -> Any:
            raise RuntimeError("secret")

        def error(self, err: Exception) -> Any:
            return None

    result = make(Broken)()
    assert result["body"] == '{"status_code":500,"status_msg":"Server error"}'
    assert header(result, "Content-Type") == "application/json"
    assert "secret" in caplog.text


# -- schemas -----------------------------------------------------------------------------------


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    registered: dict[str, Any] = {}
    monkeypatch.setattr(JsonSchemaMessageHandler, "manifest", registered)
    return registered


def test_add_model_registers_under_the_lower_case_name(manifest: dict[str, Any]) -> None:
    """Without the fields that the model keeps private (fix 31)."""
    JsonSchemaMessageHandler.add_model(Person)
    assert list(manifest) == ["person"]
    assert "name" in manifest["person"]["properties"]
    assert "secret" not in str(manifest["person"])


def test_what_embedded_documents_keep_private_is_not_shown() -> None:
    """Neither directly nor in a list (CWE-200)."""

    class Engine(EmbeddedDocument):
        _private_fields = ["cost"]
        power = IntField()
        cost = IntField(required=True)

    class Car(Document):
        engine = EmbeddedDocumentField(Engine)
        spares = ListField(EmbeddedDocumentField(Engine))

    schema = str(public_schema(Car))
    assert schema.count("'power': {") == 2
    assert "cost" not in schema


def test_schemas_are_sent_as_an_array(manifest: dict[str, Any]) -> None:
    """With their own content type and status 200."""
    JsonSchemaMessageHandler.add_model(Person)
    result = JsonSchemaMessageHandler(make_application(), make_request())()
    assert result["status_code"] == 200  # type: ignore[index, call-overload]
    assert header(result, "Content-Type") == "application/schema+json"
    assert json.loads(result["body"]) == [manifest["person"]]  # type: ignore[index, call-overload]


def test_an_application_shows_only_its_own_models(manifest: dict[str, Any]) -> None:
    """Two applications in one process do not mix (fix 31)."""
    JsonSchemaMessageHandler.add_model(Person)
    application = make_application(manifest={"own": {"title": "Own"}})
    result: Any = JsonSchemaMessageHandler(application, make_request())()
    assert json.loads(result["body"]) == [{"title": "Own"}]
