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
from schemathesis.specs.openapi.definitions import OPENAPI_31

Json = dict[str, Any]


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
    owner = StringField()
    tags = ListField(EmbeddedDocumentField(Tag))
    tree = EmbeddedDocumentField(Branch)
    parent = EmbeddedDocumentField("self")


class Owned(Document):
    id = UUIDField(auto_fill=True)
    owner = StringField(required=True)
    text = StringField(required=True)


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


@pytest.mark.parametrize("owner_field", [None, "owner"])
def test_the_document_follows_the_specification(owner_field: str | None) -> None:
    """It is valid by the schema of OpenAPI 3.1, and operation ids are unique."""
    document = described(client_of(api_of(Todo, owner_field=owner_field)))
    jsonschema.Draft202012Validator(OPENAPI_31).validate(document)
    ids = [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(ids) == len(set(ids)) == 9


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


def test_answers_to_owners_are_as_described() -> None:
    """Pages, patches, conflicts, conditions, and what strangers get."""
    members = {"owner_field": "owner", "current_owner": lambda api: api.message.header("x-user")}
    client = client_of(api_of(Todo, **members))
    document = described(client)
    many, one = document["paths"]["/todo/"], document["paths"]["/todo/{ids}"]
    ann, bob = {"X-User": "ann"}, {"X-User": "bob"}
    ids = [str(uuid4()), str(uuid4())]
    path = f"/todo/{ids[0]}"
    todos = [{"_id": ident, "text": "a", "tags": [{"name": "t"}]} for ident in ids]
    cases = [
        (many["get"], client.get("/todo/")),
        (many["post"], client.post("/todo/", json=todos, headers=ann)),
        (many["get"], client.get("/todo/?limit=1", headers=ann)),
        (many["get"], client.get("/todo/?limit=no", headers=ann)),
        (many["post"], client.post("/todo/", json=todos[0], headers=bob)),
        (one["get"], client.get(path, headers=bob)),
        (one["patch"], client.request("PATCH", path, json={"text": "b"}, headers=ann)),
        (one["patch"], client.request("PATCH", path, json={"text": "b"}, headers=bob)),
        (one["patch"], client.request("PATCH", path, json={"text": None}, headers=ann)),
        (one["patch"], client.request("PATCH", path, json={}, headers={**ann, "If-Match": '"x"'})),
        (many["patch"], client.request("PATCH", "/todo/", json=todos, headers=ann)),
        (one["delete"], client.request("DELETE", path, headers=bob)),
        (one["delete"], client.request("DELETE", path, headers={**ann, "If-Match": '"x"'})),
    ]
    statuses = [answer.status_code for _, answer in cases]
    assert statuses == [401, 201, 200, 400, 409, 404, 200, 404, 400, 412, 200, 404, 412]
    for operation, answer in cases:
        described_answer = operation["responses"][str(answer.status_code)]
        schema = schema_for(document, described_answer)
        jsonschema.Draft202012Validator(schema).validate(answer.json())
        assert operation["security"] == [{"TodoOwner": []}]
    assert cases[2][1].headers["link"]
    assert "Link" in many["get"]["responses"]["200"]["headers"]
    tag = client.get(path, headers=ann).headers["etag"]
    known = client.get(path, headers={**ann, "If-None-Match": tag})
    assert "content" not in one["get"]["responses"][str(known.status_code)]


def test_paging_is_described() -> None:
    """With the limits of the API."""
    paths = described(client_of(api_of(Todo, page_limit=7, max_page_limit=8)))["paths"]
    limit, after = paths["/todo/"]["get"]["parameters"]
    expected = {"type": "integer", "minimum": 1, "default": 7}
    assert (limit["name"], limit["in"], limit["schema"]) == ("limit", "query", expected)
    assert "8" in limit["description"]  # asking for more is no mistake
    assert (after["name"], after["in"]) == ("after", "query")


def test_the_owner_is_for_reading_only() -> None:
    """Whoever creates a document need not and cannot say whose it is."""
    document = described(client_of(api_of(Owned, owner_field="owner")))
    owned = document["components"]["schemas"]["Owned"]
    assert owned["properties"]["owner"]["readOnly"] is True
    assert owned["required"] == ["text"]


@pytest.mark.parametrize(
    ("members", "scheme"),
    [
        ({}, {"type": "apiKey", "in": "cookie", "name": "session"}),
        ({"session_cookie": "sid"}, {"type": "apiKey", "in": "cookie", "name": "sid"}),
        ({"security_scheme": {"type": "http", "scheme": "bearer"}}, {"type": "http", "scheme": "bearer"}),
    ],
)  # fmt: skip
def test_who_may_come_in_is_described(members: Json, scheme: Json) -> None:
    """By the cookie of sessions, or by what the API says; without owners by nothing."""
    document = described(client_of(api_of(Todo, owner_field="owner", **members)))
    assert document["components"]["securitySchemes"] == {"TodoOwner": scheme}
    assert "securitySchemes" not in described(client_of())["components"]


@pytest.mark.parametrize(
    ("patch", "fits"),
    [
        ({}, True),
        ({"text": "b", "weight": None}, True),
        ({"tree": {"name": "n"}}, True),
        ([{"_id": "11111111-1111-4111-8111-111111111111", "text": "b"}], True),
        ({"text": 7}, False),
        ({"weight": 0}, False),
        ({"tree": 5}, False),
        ({"tags": [{}]}, False),
    ],
)
def test_the_description_and_the_api_agree_on_patches(patch: Any, fits: bool) -> None:
    """Every field may be missing or null, and has the type of the model otherwise."""
    client = client_of()
    ident = "11111111-1111-4111-8111-111111111111"
    client.post("/todo/", json={"_id": ident, "text": "a", "weight": 2})
    document = described(client)
    body = document["paths"]["/todo/{ids}"]["patch"]["requestBody"]
    assert set(body["content"]) == {"application/json", "application/merge-patch+json"}
    schema = schema_for(document, body)
    assert jsonschema.Draft202012Validator(schema).is_valid(patch) is fits
    assert (client.request("PATCH", f"/todo/{ident}", json=patch).status_code == 200) is fits


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
    assert set(paths["/todo/{ids}"]) == {"parameters", "get", "post", "put", "patch"}


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
    jsonschema.Draft202012Validator(OPENAPI_31).validate(document)
