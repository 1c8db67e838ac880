"""Contract section 17: APIs over querysets that programs brought along in 2012."""

from typing import Any

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.queryset import AbstractQueryset
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from dictshield.document import Document
from dictshield.fields import StringField

UNKNOWN = "99999999-9999-4999-8999-999999999999"


class Memo(Document):
    text = StringField(max_length=20, required=True)

    class Meta:
        id_options = {"auto_fill": True}


class ListQueryset(AbstractQueryset):
    """A program's own: it knows the eight functions of the original and gives ids back as is."""

    def __init__(self) -> None:
        super().__init__(db_conn={})

    def create_one(self, document: Any) -> Any:
        is_new = document.id not in self.db_conn
        self.db_conn[document.id] = document.to_python()
        return (self.MSG_CREATED if is_new else self.MSG_UPDATED, document)

    update_one = create_one

    def create_many(self, documents: Any) -> Any:
        return [self.create_one(document) for document in documents]

    update_many = create_many

    def read_all(self) -> Any:
        return [(self.MSG_OK, item) for item in self.db_conn.values()]

    def read_one(self, iid: Any) -> Any:
        return (self.MSG_OK, self.db_conn[iid]) if iid in self.db_conn else (self.MSG_FAILED, iid)

    def read_many(self, ids: Any) -> Any:
        return [self.read_one(iid) for iid in ids]

    def destroy_one(self, iid: Any) -> Any:
        return (self.MSG_UPDATED, self.db_conn.pop(iid))

    def destroy_many(self, ids: Any) -> Any:
        return [self.destroy_one(iid) for iid in ids]


@pytest.fixture
def client() -> TestClient:
    """Give a client of an API over the program's own queryset."""

    class MemoAPI(AutoAPIBase):
        model = Memo
        queries = ListQueryset()

    app = Brubeck(msg_conn=WSGIConnection(0))
    app.register_api(MemoAPI)
    return TestClient(app)


def test_a_queryset_of_a_program_serves_an_api(client: TestClient) -> None:
    """All of create, list, read, update and remove work with the eight functions (section 17)."""
    made = client.post("/memo/", json={"text": "one"})
    assert made.status_code == 201
    path = f"/memo/{made.json()['data']['id']}/"
    assert [item["text"] for item in client.get("/memo/").json()["data"]] == ["one"]
    changed = client.request("PUT", path, json={"text": "two"})
    assert (changed.status_code, client.get(path).json()["data"]["text"]) == (200, "two")
    assert client.request("DELETE", path).status_code == 200
    assert client.get("/memo/").json()["data"] == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_failed_id_need_not_be_text(client: TestClient, method: str) -> None:
    """Such a queryset gives back the UUID that it was asked for; it is shown as text, with 404."""
    answer = client.request(method, f"/memo/{UNKNOWN}")
    data = answer.json()["data"]
    item = data if method == "GET" else data[0]
    assert answer.status_code == 404
    assert item == {"id": UNKNOWN, "status_code": 404, "status_msg": "Not found"}
