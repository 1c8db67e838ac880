"""Promises of brubeck.openapi."""

import logging
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.openapi import add_openapi_route
from brubeck.queryset import DictQueryset
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import EmbeddedDocumentField, IntField, ListField, StringField, UUIDField

Json = dict[str, Any]

# The parts of the OpenAPI Specification 3.1 (sections 4.8.1 to 4.8.24) that are written here.
STRUCTURE: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "additionalProperties": False,
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {"required": ["title", "version"], "additionalProperties": {"type": "string"}},
        "paths": {
            "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "properties": {"parameters": {"items": {"$ref": "#/$defs/parameter"}}},
                "patternProperties": {"^(get|put|post|delete)$": {"$ref": "#/$defs/operation"}},
                "propertyNames": {"enum": ["parameters", "get", "put", "post", "delete"]},
            },
        },
        "components": {
            "required": ["schemas"],
            "properties": {
                "schemas": {
                    "propertyNames": {"pattern": r"^[a-zA-Z0-9._-]+$"},
                    "additionalProperties": {"type": "object"},
                }
            },
        },
    },
    "$defs": {
        "parameter": {
            "required": ["name", "in", "required", "schema"],
            "properties": {"in": {"const": "path"}, "required": {"const": True}},
        },
        "operation": {
            "required": ["operationId", "responses"],
            "properties": {
                "operationId": {"type": "string"},
                "requestBody": {"$ref": "#/$defs/content"},
                "responses": {
                    "minProperties": 1,
                    "propertyNames": {"pattern": r"^[1-5]\d\d$"},
                    "additionalProperties": {
                        "required": ["description"],
                        "allOf": [{"$ref": "#/$defs/content"}],
                    },
                },
            },
        },
        "content": {
            "required": ["content"],
            "properties": {
                "content": {
                    "propertyNames": {"pattern": "^[a-z]+/[a-z+.-]+$"},
                    "additionalProperties": {"required": ["schema"]},
                }
            },
        },
    },
}


class Tag(EmbeddedDocument):
    name = StringField(required=True)


class Branch(EmbeddedDocument):
    name = StringField()
    branches = ListField(EmbeddedDocumentField("self"))


class Todo(Document):
    _private_fields = ["secret"]

    id = UUIDField(auto_fill=True)
    text = StringField(required=True, max_length=20)
    weight = IntField(min_value=1)
    secret = StringField()
    tags = ListField(EmbeddedDocumentField(Tag))
    tree = EmbeddedDocumentField(Branch)
    parent = EmbeddedDocumentField("self")


def api_of(model_class: Any, **members: Any) -> Any:
    """Return a fresh API with an empty store."""
    return type(f"{model_class.__name__}API", (AutoAPIBase,), {
        "model": model_class, "queries": DictQueryset(), **members,
    })  # fmt: skip


def client_of(api: Any = None, prefix: str | None = None, **options: Any) -> TestClient:
    """Return a client of an application with one API and its description."""
    app = Brubeck(WSGIConnection(), **options)
    add_openapi_route(app, title="Todos", version="1.2")
    app.register_api(api or api_of(Todo), prefix)
    return TestClient(app)


def described(client: TestClient) -> Json:
    """Return the document."""
    document: Json = client.get("/openapi.json").json()
    return document


def test_the_document_is_served_as_json() -> None:
    """One address describes the application."""
    answer = client_of().get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["info"] == {"title": "Todos", "version": "1.2"}


def test_the_document_has_the_structure_of_openapi() -> None:
    """What is written follows OpenAPI 3.1, and operation ids are unique."""
    document = described(client_of())
    jsonschema.Draft202012Validator.check_schema(STRUCTURE)
    jsonschema.validate(document, STRUCTURE)
    ids = [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(ids) == len(set(ids)) == 7


def test_every_schema_is_json_schema() -> None:
    """Schemas are valid by draft 2020-12."""
    for schema in described(client_of())["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def references(part: Any) -> list[str]:
    """Return all references in a document."""
    if isinstance(part, list):
        return [found for each in part for found in references(each)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if "$ref" in part else []
    return own + [found for each in part.values() for found in references(each)]


def test_every_reference_leads_somewhere() -> None:
    """Models that hold themselves are referred to at the place where they stand."""
    document = described(client_of())
    found = set(references(document))
    assert "#/components/schemas/Todo" in found
    assert "#/components/schemas/Todo/$defs/Branch" in found
    for reference in found:
        part = document
        for key in reference.removeprefix("#/").split("/"):
            part = part[key]


def schema_for(document: Json, part: Json) -> Json:
    """Return a schema of the document, with all that it refers to."""
    schema: Json = part["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def test_answers_are_as_described() -> None:
    """What the API really answers fits the schema of the operation and status."""
    client = client_of()
    document = described(client)
    many, one = document["paths"]["/todo/"], document["paths"]["/todo/{ids}"]
    created = client.post("/todo/", json={"text": "a", "tags": [{"name": "t"}]})
    ident = created.json()["data"]["id"]
    missing = str(uuid4())
    cases = [
        (many["post"], created),
        (many["post"], client.post("/todo/", json=[{"text": "b"}, {"text": "c"}])),
        (many["post"], client.post("/todo/", json={"weight": 0})),
        (many["post"], client.post("/todo/", body=b"{")),
        (many["put"], client.request("PUT", "/todo/", json={"text": "d"})),
        (many["get"], client.get("/todo/")),
        (one["get"], client.get(f"/todo/{ident}")),
        (one["get"], client.get(f"/todo/{ident},{missing}")),
        (one["get"], client.get(f"/todo/{missing}")),
        (one["put"], client.request("PUT", f"/todo/{ident}", json={"text": "e"})),
        (one["post"], client.post(f"/todo/{ident}", json={"_id": ident, "text": "f"})),
        (one["delete"], client.request("DELETE", f"/todo/{missing}")),
        (one["delete"], client.request("DELETE", f"/todo/{ident}")),
    ]
    statuses = [answer.status_code for _, answer in cases]
    assert statuses == [201, 201, 400, 400, 200, 200, 200, 207, 404, 200, 200, 404, 200]
    for operation, answer in cases:
        schema = schema_for(document, operation["responses"][str(answer.status_code)])
        jsonschema.Draft202012Validator(schema).validate(answer.json())


@pytest.mark.parametrize(
    ("sent", "fits"),
    [
        ({"text": "a"}, True),
        ([{"text": "a"}, {"text": "b", "weight": 1}], True),
        ({"text": "a", "parent": {"text": "b"}}, True),
        ({"text": "a", "tree": {"branches": [{"name": "b"}]}}, True),
        ({}, False),
        ({"text": "x" * 21}, False),
        ({"text": "a", "weight": 0}, False),
        ({"text": "a", "parent": {"text": 7}}, False),
    ],
)
def test_the_description_and_the_api_agree_on_what_is_valid(sent: Any, fits: bool) -> None:
    """Who checks by the schema before sending learns what the API would say."""
    client = client_of()
    document = described(client)
    schema = schema_for(document, document["paths"]["/todo/"]["post"]["requestBody"])
    assert jsonschema.Draft202012Validator(schema).is_valid(sent) is fits
    assert (client.post("/todo/", json=sent).status_code == 201) is fits


def test_private_fields_stay_private() -> None:
    """A field that answers never show is not described either."""
    assert "secret" not in client_of().get("/openapi.json").text


def test_only_what_the_api_offers_is_described() -> None:
    """Methods that a subclass rules out or removes are not there."""
    paths = described(client_of(api_of(Todo, SUPPORTED_METHODS=["GET", "DELETE"])))["paths"]
    assert set(paths["/todo/"]) == {"get"}
    assert set(paths["/todo/{ids}"]) == {"parameters", "get", "delete"}
    paths = described(client_of(api_of(Todo, delete=None)))["paths"]
    assert set(paths["/todo/{ids}"]) == {"parameters", "get", "post", "put"}


@pytest.mark.parametrize("prefix", ["/v1.0/todos", r"/v1\.0/todos"])
def test_prefixes_are_addresses(prefix: str) -> None:
    """A dot in a prefix is a dot, escaped or not."""
    assert "/v1.0/todos/" in described(client_of(prefix=prefix))["paths"]


def test_the_base_address_counts() -> None:
    """The addresses are those of the whole application."""
    assert "/api/todo/" in described(client_of(api_base_url="/api/"))["paths"]


def test_a_pattern_of_many_addresses_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """OpenAPI cannot say it, so the log does."""
    client = client_of()
    client.app.add_route_rule(r"^/(?:todo|task)/(?:(?P<ids>\w+)/*)?$", api_of(Todo))
    with caplog.at_level(logging.WARNING):
        assert set(described(client)["paths"]) == {"/todo/", "/todo/{ids}"}
    assert "(?:todo|task)" in caplog.text


def test_an_application_without_apis_is_described_too() -> None:
    """The document is valid and empty."""
    app = Brubeck(WSGIConnection())
    add_openapi_route(app, title="Nothing", version="0")
    document = described(TestClient(app))
    assert document["paths"] == {}
    jsonschema.validate(document, STRUCTURE)
