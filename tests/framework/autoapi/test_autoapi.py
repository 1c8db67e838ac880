"""AutoAPI: contract section 17, the whole table, through the application."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pymongo
import pytest
from brubeck.application import Brubeck
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from dictshield.document import Document
from dictshield.fields import BooleanField, StringField
from doubles import make_request

FIRST = "11111111-1111-4111-8111-111111111111"
SECOND = "22222222-2222-4222-8222-222222222222"
THIRD = "33333333-3333-4333-8333-333333333333"
JSON = "application/json"


class Todo(Document):
    _private_fields = ["secret"]

    title = StringField(required=True, max_length=20)
    done = BooleanField(default=False)
    secret = StringField(default="hidden")

    class Meta:
        id_options = {"auto_fill": True}


class Named(Document):
    title = StringField()

    class Meta:
        id_field = StringField


class Api:
    """An application with one API, and a client for it."""

    def __init__(self, queries: Any = None, model: Any = Todo, **members: Any) -> None:
        self.queries = DictQueryset() if queries is None else queries
        attributes = {"model": model, "queries": self.queries, **members}
        self.app = Brubeck(WSGIConnection(0), cookie_secret="x" * 32)
        self.path = f"/{model.__name__.lower()}/"
        self.app.register_api(type(AutoAPIBase)("TodoAPI", (AutoAPIBase,), attributes))

    def __call__(
        self, method: str, ids: str = "", data: Any = None, *, content_type: str = JSON
    ) -> tuple[int, Any]:
        """Return the status and the document that a request is answered with."""
        body = data if isinstance(data, bytes) else json.dumps(data) if data is not None else b""
        headers = {"content-type": content_type, "accept": JSON}
        request = make_request(method, self.path + ids, body=body, headers=headers)
        response = self.app.handle(request)
        assert response is not None
        return response.status_code, json.loads(response.body or b"null")

    def store(self, *ids: str) -> None:
        self.queries.create([Todo(id=key, title=f"title {key[0]}") for key in ids])

    def stored(self) -> set[str]:
        return set(self.queries.db_conn)


@pytest.fixture
def api() -> Api:
    """Give an API over an empty store."""
    return Api()


def item(key: str, **values: Any) -> dict[str, Any]:
    return {"id": key, "title": f"title {key[0]}", **values}


# -- GET ---------------------------------------------------------------------------------------


def test_get_without_ids_lists_everything(api: Api) -> None:
    """200, `[]` when there is nothing."""
    status, document = api("GET")
    assert (status, document["data"]) == (200, [])
    api.store(FIRST, SECOND)
    status, document = api("GET")
    assert status == 200
    assert sorted(found["id"] for found in document["data"]) == [FIRST, SECOND]


def test_get_one(api: Api) -> None:
    """200, the owner-safe form, the id as text, a status of its own."""
    api.store(FIRST)
    status, document = api("GET", FIRST)
    assert (status, document["status_code"], document["status_msg"]) == (200, 200, "OK")
    assert document["data"] == {
        "id": FIRST,
        "title": "title 1",
        "done": False,
        "status_code": 200,
        "status_msg": "OK",
    }


@pytest.mark.parametrize("unknown", [SECOND, "malformed"])
def test_get_one_unknown(api: Api, unknown: str) -> None:
    """404; the item is its id and the status."""
    api.store(FIRST)
    status, document = api("GET", unknown)
    assert (status, document["status_code"]) == (404, 404)
    expected = {"id": unknown, "status_code": 404, "status_msg": "Not found"}
    assert document["data"] == expected


def test_get_many(api: Api) -> None:
    """In the order of the URL, each once."""
    api.store(FIRST, SECOND)
    status, document = api("GET", f"{SECOND},{FIRST},{SECOND}/")
    assert status == 200
    assert [found["id"] for found in document["data"]] == [SECOND, FIRST]


def test_get_many_with_some_missing(api: Api) -> None:
    """207, each with a status of its own."""
    api.store(FIRST)
    status, document = api("GET", f"{SECOND},{FIRST},malformed")
    assert (status, document["status_msg"]) == (207, "Multi-Status")
    statuses = [(found["id"], found["status_code"]) for found in document["data"]]
    assert statuses == [(SECOND, 404), (FIRST, 200), ("malformed", 404)]


def test_get_many_with_all_missing(api: Api) -> None:
    """404."""
    status, document = api("GET", f"{SECOND},malformed")
    assert status == 404
    assert len(document["data"]) == 2


def test_head_is_answered_like_get(api: Api) -> None:
    """With the same status."""
    assert api("HEAD", FIRST)[0] == 404


# -- POST --------------------------------------------------------------------------------------


def test_post_one_creates(api: Api) -> None:
    """201 with the new item, 200 when the id existed already."""
    status, document = api("POST", data={"title": "new"})
    assert (status, document["data"]["title"]) == (201, "new")
    assert api.stored() == {document["data"]["id"]}
    status, document = api("POST", data=item(document["data"]["id"]))
    assert status == 200
    assert len(api.stored()) == 1


@pytest.mark.parametrize(
    "body", [{}, {"title": "x" * 21}, {"title": 5}, {"id": "bad", "title": "x"}]
)
def test_post_one_invalid(api: Api, body: Any) -> None:
    """400, saying what is wrong with which field; nothing is stored."""
    status, document = api("POST", data=body)
    assert status == 400
    assert document["errors"][0]["item"] == 0
    assert document["errors"][0]["field"] in {"title", "id"}
    assert document["errors"][0]["message"]
    assert api.stored() == set()


def test_post_many_creates(api: Api) -> None:
    """201, 200, or 207 when some existed."""
    assert api("POST", data=[item(FIRST), item(SECOND)])[0] == 201
    assert api("POST", data=[item(FIRST), item(SECOND)])[0] == 200
    status, document = api("POST", data=[item(FIRST), item(THIRD)])
    assert status == 207
    assert [found["status_code"] for found in document["data"]] == [200, 201]
    assert api.stored() == {FIRST, SECOND, THIRD}


def test_post_many_with_one_invalid_stores_nothing(api: Api) -> None:
    """400 with all errors of all items."""
    status, document = api("POST", data=[item(FIRST), {"title": "x" * 21}, {}])
    assert status == 400
    assert [error["item"] for error in document["errors"]] == [1, 2]
    assert api.stored() == set()


@pytest.mark.parametrize("ids", ["", FIRST, f"{FIRST},{SECOND}"])
@pytest.mark.parametrize(
    "body", [b"", b"not json", b"null", b"[]", b"5", b'"text"', b'[{"title": "x"}, 5]', b"\xff"]
)
def test_post_without_data(api: Api, ids: str, body: bytes) -> None:
    """400 for missing and unparsable JSON, and for JSON that is no document."""
    status, document = api("POST", ids, body)
    assert status == 400
    assert document["detail"]
    assert api.stored() == set()


def test_post_with_ids_updates(api: Api) -> None:
    """200, when the ids in the URL are those of the documents, in any order."""
    api.store(FIRST, SECOND)
    status, document = api("POST", FIRST, item(FIRST, done=True))
    assert (status, document["data"]["done"]) == (200, True)
    both = [item(SECOND, done=True), item(FIRST)]
    status, document = api("POST", f"{FIRST},{SECOND}", both)
    assert (status, len(document["data"])) == (200, 2)
    assert api.queries.read(SECOND)[1]["done"] is True


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("ids", "body"),
    [
        (FIRST, item(SECOND)),
        (FIRST, [item(FIRST), item(SECOND)]),
        (f"{FIRST},{SECOND}", item(FIRST)),
        (f"{FIRST},{SECOND}", [item(FIRST), {"title": "without id"}]),
        ("malformed", item(FIRST)),
    ],
)
def test_ids_in_url_and_body_must_agree(api: Api, method: str, ids: str, body: Any) -> None:
    """400 otherwise, and nothing is stored."""
    status, document = api(method, ids, body)
    assert status == 400
    assert "ids" in document["detail"]
    assert api.stored() == set()


def test_ids_are_compared_by_meaning(api: Api) -> None:
    """A UUID in capitals is the same id."""
    api.store(FIRST)
    key = "ABCDEFAB-1111-4111-8111-111111111111"
    assert api("PUT", key, item(key.lower()))[0] == 200
    assert api("GET", key)[0] == 200


# -- PUT ---------------------------------------------------------------------------------------


def test_put_stores_under_the_ids(api: Api) -> None:
    """One and many; what is missing is stored, too."""
    assert api("PUT", FIRST, item(FIRST))[0] == 200
    assert api("PUT", f"{FIRST},{SECOND}", [item(FIRST), item(SECOND)])[0] == 200
    assert api.stored() == {FIRST, SECOND}


def test_put_takes_the_id_of_the_url(api: Api) -> None:
    """For the one item that has none."""
    status, document = api("PUT", FIRST, {"title": "x"})
    assert (status, document["data"]["id"]) == (200, FIRST)
    assert api.stored() == {FIRST}


def test_put_without_ids_uses_those_of_the_documents(api: Api) -> None:
    """Generating missing ones where the model fills them."""
    assert api("PUT", data=item(FIRST))[0] == 200
    status, document = api("PUT", data=[item(FIRST), {"title": "x"}])
    assert (status, len(document["data"])) == (200, 2)
    assert len(api.stored()) == 2


def test_ids_that_nobody_fills_are_required() -> None:
    """400 where the model does not generate them."""
    api = Api(model=Named)
    for method in ("POST", "PUT"):
        status, document = api(method, data={"title": "x"})
        assert status == 400
        assert document["errors"] == [
            {"item": 0, "field": "id", "message": "Required field missing"}
        ]
    assert api("PUT", "name", {"title": "x"})[0] == 200


def test_put_invalid(api: Api) -> None:
    """400, nothing stored."""
    assert api("PUT", FIRST, {"id": FIRST})[0] == 400
    assert api("PUT", data=b"nonsense")[0] == 400
    assert api.stored() == set()


# -- DELETE ------------------------------------------------------------------------------------


def test_delete_without_ids(api: Api) -> None:
    """400, and everything is still there."""
    api.store(FIRST)
    status, document = api("DELETE")
    assert status == 400
    assert document["detail"]
    assert api.stored() == {FIRST}


@pytest.mark.parametrize("body", [b"", b"ignored {"])
def test_delete_answers_with_what_was_removed(api: Api, body: bytes) -> None:
    """200, a list even for one id; a body is ignored."""
    api.store(FIRST, SECOND, THIRD)
    status, document = api("DELETE", FIRST, body)
    assert status == 200
    assert [found["id"] for found in document["data"]] == [FIRST]
    status, document = api("DELETE", f"{SECOND},{THIRD}", body)
    assert [found["title"] for found in document["data"]] == ["title 2", "title 3"]
    assert api.stored() == set()


@pytest.mark.parametrize("missing", [SECOND, "malformed"])
def test_delete_is_all_or_nothing(api: Api, missing: str) -> None:
    """404 when one is missing, and then nothing is removed."""
    api.store(FIRST)
    status, document = api("DELETE", f"{FIRST},{missing}")
    assert status == 404
    assert [found["id"] for found in document["data"]] == [missing]
    assert api.stored() == {FIRST}


# -- over real servers -------------------------------------------------------------------------


@pytest.fixture(params=["redis", "mongo"])
def served(request: pytest.FixtureRequest) -> Iterator[Api]:
    """Give an API over each of the stores that are servers."""
    if request.param == "redis":
        yield Api(RedisQueryset(db_conn=request.getfixturevalue("redis")))
        return
    url = request.getfixturevalue("mongo_url")
    with pymongo.MongoClient[Any](url, serverSelectionTimeoutMS=5000) as client:
        client.drop_database("test_autoapi")
        yield Api(MongoQueryset(db_conn=client["test_autoapi"]["todos"]))


def test_servers_keep_what_a_dict_keeps(served: Api) -> None:
    """The life of two documents, from creation to removal."""
    assert served("GET")[1]["data"] == []
    assert served("POST", data=[item(FIRST), item(SECOND)])[0] == 201
    assert served("POST", data=item(FIRST))[0] == 200
    status, document = served("PUT", FIRST, {"title": "changed"})
    assert (status, document["data"]["title"]) == (200, "changed")
    status, document = served("GET", f"{FIRST},{SECOND},{THIRD}")
    assert [found["status_code"] for found in document["data"]] == [200, 200, 404]
    assert document["data"][0]["title"] == "changed"
    assert served("DELETE", f"{FIRST},{THIRD}")[0] == 404
    assert served("DELETE", f"{FIRST},{SECOND}")[0] == 200
    assert served("DELETE", FIRST)[0] == 404
    assert served("GET")[1]["data"] == []


# -- where the data comes from -----------------------------------------------------------------


@pytest.mark.parametrize("content_type", [JSON, f"{JSON}; charset=utf-8", "Application/JSON"])
def test_json_is_json_with_parameters_too(api: Api, content_type: str) -> None:
    """The charset does not matter."""
    assert api("POST", data={"title": "x"}, content_type=content_type)[0] == 201


def test_data_may_be_an_argument(api: Api) -> None:
    """For forms."""
    form = "application/x-www-form-urlencoded"
    body = f"data={quote(json.dumps({'title': 'x & y'}))}".encode()
    assert api("POST", data=body, content_type=form)[1]["data"]["title"] == "x & y"
    status, document = api("POST", data=b"data={", content_type=form)
    assert (status, "not JSON" in document["detail"]) == (400, True)
    assert api("POST", data=b"other=1", content_type=form)[0] == 400


# -- statuses and override points --------------------------------------------------------------


class Failing(DictQueryset):
    """A store that answers with whatever message it is told to."""

    message = AbstractQueryset.MSG_FAILED

    def create_one(self, shield: Any) -> Any:
        return self.message, shield


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Failed", 400),
        ("Created", 201),
        ("Updated", 200),
        ("OK", 200),
        ("", 200),
        ("Not Found", 404),
        ("Exploded", 500),
    ],
)
def test_messages_become_statuses(message: str, status: int) -> None:
    """Anything unknown is a server error."""
    queries = Failing()
    queries.message = message
    assert Api(queries)("POST", data={"title": "x"})[0] == status


def test_a_document_that_vanishes_while_it_is_removed() -> None:
    """FAILED from destroy is 404 for that item, and 207 for the answer."""

    class Racing(DictQueryset):
        def destroy_many(self, iids: Any) -> Any:
            self.db_conn.pop(SECOND)
            return [self.destroy_one(FIRST), (self.MSG_FAILED, SECOND)]

    api = Api(Racing())
    api.store(FIRST, SECOND)
    status, document = api("DELETE", f"{FIRST},{SECOND}")
    assert status == 207
    assert [found["status_code"] for found in document["data"]] == [200, 404]


def test_render_can_hide_the_status(api: Api) -> None:
    """A demo overrides render() so that only the data is left."""

    def render(self: Any, **kwargs: Any) -> Any:
        return AutoAPIBase.render(self, hide_status=True, **kwargs)

    hiding = Api(render=render)
    assert hiding("GET")[1] == []
    hiding.store(FIRST)
    assert hiding("GET", FIRST)[1]["title"] == "title 1"


def test_the_steps_can_be_overridden() -> None:
    """The names of the original are there to be replaced."""

    def presentable(self: Any, datum: Any) -> Any:
        return {"shown": str(getattr(datum, "id", datum))}

    def matches(self: Any, ids: Any, documents: Any) -> bool:
        return False

    api = Api(_make_presentable=presentable, url_matches_body=matches)
    assert "shown" in api("POST", data={"title": "x"})[1]["data"]
    assert api("PUT", FIRST, item(FIRST))[0] == 400
    names = ("_get_body_as_data", "_convert_to_id", "_convert_to_model", "_convert_item_or_list")
    assert all(hasattr(AutoAPIBase, name) for name in (*names, "_crud_to_http"))
