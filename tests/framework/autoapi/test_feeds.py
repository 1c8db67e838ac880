"""AutoAPI with a feed of changes, read-only fields, documents that stand alone, and problems."""

from collections.abc import Mapping
from typing import Any

import pytest
from brubeck.application import Brubeck
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.errors import BadRequest, HTTPError, error_for
from brubeck.handlers.problems import ProblemAnswers
from brubeck.openapi import openapi_document
from brubeck.queryset import DictQueryset
from brubeck.queryset.base import NO_FILTERS, AbstractQueryset, Changes
from brubeck.testing import TestClient
from dictshield.document import Document
from dictshield.fields import IntField, StringField


class Numbered(DictQueryset):
    """Numbers its changes, the removal of a document included."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[tuple[str, dict[str, Any]]] = []

    def _put(self, key: str, document: dict[str, Any]) -> None:
        super()._put(key, document)
        self._note(self.MSG_OK, document)

    def destroy_one(self, iid: Any) -> Any:
        status = super().destroy_one(iid)
        self._note(self.MSG_GONE, {"_id": str(iid)})
        return status

    def _note(self, message: str, document: dict[str, Any]) -> None:
        self.log = [entry for entry in self.log if entry[1]["_id"] != document["_id"]]
        self.log.append((message, {**document, "rank": self._last() + 1}))

    def _last(self) -> int:
        return max((entry[1]["rank"] for entry in self.log), default=0)

    def read_changes(
        self,
        limit: int,
        since: str,
        filters: Mapping[str, Any] = NO_FILTERS,
    ) -> Changes:
        later = [entry for entry in self.log if entry[1]["rank"] > int(since)]
        items = later[:limit]
        last = items[-1][1]["rank"] if items else int(since)
        return Changes(items, str(last), is_all=len(later) <= limit)


class Todo(Document):
    id = StringField(id_field=True)
    text = StringField(required=True, max_length=5)
    rank = IntField(default=7)


class TodoAPI(AutoAPIBase):
    model = Todo
    has_feed = True
    readonly_fields = ("rank",)
    items_stand_alone = True


class ProblemAPI(ProblemAnswers, TodoAPI):
    further_statuses = (403, 503)

    def failure(self, message: str, item: Any) -> HTTPError:
        return error_for(self._crud_to_http(message), f"{item} is not to be had.")


class PickyAPI(TodoAPI):
    def page_filters(self) -> dict[str, Any]:
        raise BadRequest("This view is none.")


def client_of(api: type[AutoAPIBase]) -> TestClient:
    """Return a client of an application with one API over an empty store."""
    app = Brubeck(WSGIConnection())
    app.register_api(type(api.__name__, (api,), {"queries": Numbered()}), "/todos")
    return TestClient(app)


@pytest.fixture
def client() -> TestClient:
    """Give a client of the first API."""
    return client_of(TodoAPI)


def add(client: TestClient, *names: str) -> None:
    """Store documents of these ids."""
    made = client.post("/todos/", json=[{"id": name, "text": name} for name in names])
    assert made.status_code == 201


def test_a_feed_goes_on_where_the_client_stopped(client: TestClient) -> None:
    """Each page names the cursor of the next question, also where there is nothing new."""
    add(client, "a", "b", "c")
    first = client.get("/todos/?since=0&limit=2").json()
    assert [item["id"] for item in first["data"]] == ["a", "b"]
    assert first["next"] == "/todos/?since=2&limit=2"
    second = client.get(first["next"]).json()
    assert [item["id"] for item in second["data"]] == ["c"]
    assert "next" not in second
    third = client.get(f"/todos/?since={second['since']}").json()
    assert (third["data"], third["since"]) == ([], second["since"])


def test_what_is_gone_is_said_to_be_gone(client: TestClient) -> None:
    """A removed document is in the feed with status 410, and the answer is still 200."""
    add(client, "a", "b")
    client.request("DELETE", "/todos/a")
    answer = client.get("/todos/?since=0")
    assert answer.status_code == 200
    assert [(item["id"], item["status_code"]) for item in answer.json()["data"]] == [
        ("b", 200),
        ("a", 410),
    ]


def test_a_cursor_that_is_none_is_refused(client: TestClient) -> None:
    """The client learns which argument is wrong."""
    answer = client.get("/todos/?since=never")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("The argument since is wrong:")


def test_filters_that_are_wrong_are_refused_beside_a_cursor() -> None:
    """Nobody takes all changes for those that he asked for."""
    assert client_of(PickyAPI).get("/todos/?since=0&view=none").status_code == 400


def test_only_querysets_that_number_changes_have_a_feed() -> None:
    """The stores of the package say so instead of guessing."""
    with pytest.raises(NotImplementedError):
        AbstractQueryset().read_changes(1, "0")


def test_read_only_fields_are_seen_and_not_set(client: TestClient) -> None:
    """Neither creating nor changing lets a client decide about them."""
    made = client.post("/todos/", json={"id": "a", "text": "a", "rank": 1}).json()["data"]
    assert made["rank"] == 7
    changed = client.request("PATCH", "/todos/a", json={"text": "b", "rank": 1}).json()["data"]
    assert (changed["text"], changed["rank"]) == ("b", 7)


@pytest.mark.parametrize(
    ("method", "address", "sent", "statuses"),
    [
        ("POST", "/todos/", [{"id": "x", "text": "x"}, {"id": "y", "text": "too long"}, {}],
         [201, 400, 400]),
        ("PATCH", "/todos/", [{"id": "a", "text": "new"}, {"id": "no", "text": "x"},
                              {"id": "b", "text": "too long"}], [200, 404, 400]),
        ("PATCH", "/todos/a,no", {"text": "new"}, [200, 404]),
        ("DELETE", "/todos/a,no,b", None, [200, 404, 200]),
    ],
)  # fmt: skip
def test_documents_that_stand_alone_have_statuses_of_their_own(
    client: TestClient, method: str, address: str, sent: Any, statuses: list[int]
) -> None:
    """What can be done is done, and 207 tells which documents that were."""
    add(client, "a", "b")
    answer = client.request(method, address, json=sent)
    assert answer.status_code == 207
    items = answer.json()["data"]
    assert [item["status_code"] for item in items] == statuses
    wrong = [(at, item) for at, item in enumerate(items) if item["status_code"] == 400]
    assert all({error["item"] for error in item["errors"]} == {at} for at, item in wrong)


def test_a_single_failure_can_be_a_problem() -> None:
    """`failure` raises what the program wants; problem documents say it in their form."""
    client = client_of(ProblemAPI)
    answer = client.get("/todos/none")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["detail"]) == (404, "none is not to be had.")
    wrong = client.post("/todos/", json={"id": "a", "text": "too long"}).json()
    assert (wrong["status"], wrong["errors"][0]["field"]) == (400, "text")


def test_the_description_knows_all_of_that() -> None:
    """OpenAPI tells of the feed, of read-only fields, of problems and of further statuses."""
    document = openapi_document(client_of(ProblemAPI).app, title="Todos", version="1")
    listing = document["paths"]["/todos/"]["get"]
    assert "since" in [parameter["name"] for parameter in listing["parameters"]]
    assert set(listing["responses"]) == {"200", "400", "403", "409", "503"}
    schemas = document["components"]["schemas"]
    assert schemas["Todo"]["properties"]["rank"]["readOnly"] is True
    assert "errors" in schemas["TodoAnswer"]["properties"]
    problem, both = "application/problem+json", {"application/json", "application/problem+json"}
    assert set(listing["responses"]["403"]["content"]) == {problem}
    creating = document["paths"]["/todos/"]["post"]["responses"]
    assert set(creating["400"]["content"]) == set(creating["409"]["content"]) == both


class StrictAPI(TodoAPI):
    is_strict = True
    items_stand_alone = False


class StrictEachAPI(TodoAPI):
    is_strict = True


@pytest.mark.parametrize("api", [StrictAPI, StrictEachAPI])
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"id": "b", "text": "b", "txet": "b"}, "txet"),
        ({"id": "b", "text": 5}, "text"),
        ({"id": "b", "text": "b", "rank": True}, "rank"),
        ({"id": 5, "text": "b"}, "id"),
        ({"id": "b", "text": None}, "text"),
    ],
)
def test_strict_apis_refuse_what_they_do_not_know(
    api: type[AutoAPIBase], sent: dict[str, Any], field: str
) -> None:
    """Mistyped names and other types are named, alone and among others; nothing is stored of them."""
    client = client_of(api)
    add(client, "a")
    alone = client.post("/todos/", json=sent)
    assert alone.status_code == 400
    assert [error["field"] for error in alone.json()["errors"]] == [field]
    among = client.post("/todos/", json=[{"id": "c", "text": "c"}, sent])
    assert among.status_code == (207 if api.items_stand_alone else 400)
    kept = {item["id"] for item in client.get("/todos/").json()["data"]}
    assert kept == ({"a", "c"} if api.items_stand_alone else {"a"})


@pytest.mark.parametrize("api", [StrictAPI, StrictEachAPI])
def test_strict_apis_take_null_in_patches(api: type[AutoAPIBase]) -> None:
    """It removes a value (RFC 7396), but not one that is required."""
    client = client_of(api)
    add(client, "a")
    assert client.request("PATCH", "/todos/a", json={"rank": None}).status_code == 200
    assert client.request("PATCH", "/todos/a", json={"text": None}).status_code == 400
    assert client.request("PATCH", "/todos/", json=[{"id": "a", "x": 1}]).status_code == 400


@pytest.mark.parametrize("name", ["since", "after", "limit"])
def test_an_empty_argument_is_a_mistake(client: TestClient, name: str) -> None:
    """It does not pass for one that was left out."""
    assert client.get(f"/todos/?{name}=").status_code == 400
