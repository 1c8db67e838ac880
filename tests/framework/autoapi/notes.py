"""Notes that have owners, over every store, and who asks for them."""

from typing import Any

from brubeck.application import Brubeck
from brubeck.auth import UserHandlingMixin
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.sessions import MemorySessionStore
from brubeck.testing import TestClient, TestResponse
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import EmbeddedDocumentField, IntField, ListField, StringField, UUIDField

ANN = "aaaaaaaa-1111-4111-8111-111111111111"
BOB = "bbbbbbbb-2222-4222-8222-222222222222"
SECRET = "x" * 32


class Part(EmbeddedDocument):
    _private_fields = ["cost"]

    name = StringField()
    cost = IntField(default=1)


class Note(Document):
    _private_fields = ["rank"]

    id = StringField(id_field=True)
    owner_id = UUIDField(required=True)
    text = StringField(required=True, max_length=20)
    tag = StringField()
    rank = IntField(default=5)
    part = EmbeddedDocumentField(Part)
    parts = ListField(EmbeddedDocumentField(Part))


class Bare(Document):
    id = StringField(id_field=True)
    text = StringField(max_length=20)


class NoteAPI(UserHandlingMixin, AutoAPIBase):
    """Whoever sends a name is signed in as its bearer: enough for tests."""

    model = Note
    owner_field = "owner_id"

    def get_current_user(self) -> Any:
        return self.message.header("x-user")


def stored_note(key: str, owner: str = ANN, **values: Any) -> Note:
    return Note(**{"id": key, "owner_id": owner, "text": key.upper(), **values})


def serve(base: Any, queries: Any, **members: Any) -> Brubeck:
    """Return an application with one API."""
    app = Brubeck(WSGIConnection(0), cookie_secret=SECRET, sessions=MemorySessionStore())
    app.register_api(type("API", (base,), {"queries": queries, **members}), prefix="/notes")
    return app


def client_of(base: Any, queries: Any, **members: Any) -> TestClient:
    """Return a visitor of an application with one API."""
    return TestClient(serve(base, queries, **members))


def ids(answer: TestResponse) -> list[str]:
    return [item["id"] for item in answer.json()["data"]]


def statuses(answer: TestResponse) -> list[tuple[str, int]]:
    return [(item["id"], item["status_code"]) for item in answer.json()["data"]]


def walk(client: TestClient, path: str) -> list[list[str]]:
    """Return the ids of each page, following the links."""
    pages = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200
        pages.append(ids(answer))
        path = answer.json().get("next", "")
        assert answer.headers.get("link") == (f'<{path}>; rel="next"' if path else None)
    return pages


def call(
    client: TestClient, method: str, path: str, data: Any = None, **options: Any
) -> TestResponse:
    return client.request(method, f"/notes/{path}", json=data, **options)


def change(client: TestClient, method: str, data: Any) -> None:
    answer = call(client, method, "" if method == "CREATE" else "a", data)
    assert answer.status_code == 200, answer.text
