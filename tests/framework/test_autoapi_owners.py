"""AutoAPI with pages, owners, hidden fields, merge patches and If-Match, over every store."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import gevent
import pymongo
import pytest
from brubeck.application import Brubeck
from brubeck.auth import UserHandlingMixin
from brubeck.autoapi import AutoAPIBase
from brubeck.autoapi.mergepatch import merge_patch
from brubeck.connections import WSGIConnection
from brubeck.errors import FourOhFourException
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from brubeck.sessions import MemorySessionStore, SessionHandlingMixin
from brubeck.testing import TestClient, TestResponse
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import EmbeddedDocumentField, IntField, ListField, StringField, UUIDField
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.fixture
def collection(mongo_url: str) -> Iterator[Any]:
    """Give an empty collection of a real server."""
    with pymongo.MongoClient[Any](mongo_url, serverSelectionTimeoutMS=5000) as client:
        client.drop_database("test_autoapi_owners")
        yield client["test_autoapi_owners"]["notes"]


@pytest.fixture(params=["dict", "redis", "redis indexed", "mongo"])
def queries(request: pytest.FixtureRequest) -> AbstractQueryset:
    """Give an empty queryset of each kind in turn."""
    kind: str = request.param
    if kind == "dict":
        return DictQueryset()
    if kind == "mongo":
        return MongoQueryset(request.getfixturevalue("collection"), filter_keys=["owner_id"])
    filter_keys = ["owner_id"] if "indexed" in kind else []
    return RedisQueryset(db_conn=request.getfixturevalue("redis"), filter_keys=filter_keys)


def serve(base: Any, queries: Any, **members: Any) -> Brubeck:
    """Return an application with one API."""
    app = Brubeck(WSGIConnection(0), cookie_secret=SECRET, sessions=MemorySessionStore())
    app.register_api(type("API", (base,), {"queries": queries, **members}), prefix="/notes")
    return app


def client_of(base: Any, queries: Any, **members: Any) -> TestClient:
    """Return a visitor of an application with one API."""
    return TestClient(serve(base, queries, **members))


@pytest.fixture
def app(queries: AbstractQueryset) -> Brubeck:
    """Give an application whose notes have owners."""
    return serve(NoteAPI, queries)


@pytest.fixture
def ann(app: Brubeck) -> TestClient:
    """Give a visitor who is signed in."""
    return TestClient(app, headers={"X-User": ANN})


@pytest.fixture
def bob(app: Brubeck) -> TestClient:
    """Give another one."""
    return TestClient(app, headers={"X-User": BOB})


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


# -- pages -------------------------------------------------------------------------------------


def bare_client(queries: Any, count: int, **members: Any) -> TestClient:
    queries.create([Bare(id=f"{number:03}", text="x") for number in range(count)])
    return client_of(AutoAPIBase, queries, model=Bare, **members)


def test_small_collections_are_answered_as_ever(queries: AbstractQueryset) -> None:
    """Without arguments: everything under `data`, no link, no further keys."""
    answer = bare_client(queries, 3).get("/notes/")
    assert ids(answer) == ["000", "001", "002"]
    assert set(answer.json()) == {"status_code", "status_msg", "timestamp", "data"}
    assert answer.headers["link"] is None


def test_large_collections_come_in_pages(queries: AbstractQueryset) -> None:
    """Each tells in document and header where the next one is, the last one does not."""
    client = bare_client(queries, 7, page_limit=3)
    everything = [f"{number:03}" for number in range(7)]
    assert walk(client, "/notes/") == [everything[:3], everything[3:6], everything[6:]]
    assert walk(client, "/notes/?limit=7") == [everything]
    assert walk(client, "/notes/?limit=6") == [everything[:6], everything[6:]]


def test_a_page_is_limited_by_default() -> None:
    """A hundred, and a thousand for who asks for more."""
    client = bare_client(DictQueryset(), 1001)
    assert len(ids(client.get("/notes/"))) == 100
    assert len(ids(client.get("/notes/?limit=5000"))) == 1000
    assert len(ids(client.get(f"/notes/?limit={'9' * 6000}"))) == 1000


def test_the_next_page_has_the_other_arguments_too() -> None:
    """Filters of a program are not lost on the way, and are escaped."""
    answer = bare_client(DictQueryset(), 3).get("/notes/?limit=1&tag=a%20%22%3E&tag=b")
    assert answer.json()["next"].startswith("/notes/?limit=1&tag=a+%22%3E&tag=b&after=")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "00", "1e3", "٣"])
def test_a_bad_limit_is_refused(limit: str) -> None:
    """400, saying which argument it is."""
    answer = bare_client(DictQueryset(), 3).get(f"/notes/?limit={quote(limit)}")
    assert answer.status_code == 400
    assert "limit" in answer.text


@pytest.mark.parametrize("after", ["!!", "a", "%00", "ä", "W10"])
def test_a_bad_cursor_is_refused_or_some_place(queries: AbstractQueryset, after: str) -> None:
    """Never a defect of the server's."""
    answer = bare_client(queries, 3).get(f"/notes/?after={quote(after, safe='%')}")
    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or "Begin again without one." in answer.text


def test_a_program_can_filter_and_sort(queries: AbstractQueryset) -> None:
    """By a hook, and by the sort key of its queryset."""
    queries.sort_key = "tag"
    if isinstance(queries, RedisQueryset):
        queries.indexed = True

    def page_filters(self: Any) -> dict[str, Any]:
        wanted = self.get_argument("text")
        return {} if wanted is None else {"text": wanted}

    client = TestClient(serve(NoteAPI, queries, page_filters=page_filters), headers={"X-User": ANN})
    queries.create([stored_note(key, text=text, tag=tag) for key, text, tag in
                    [("a", "x", "3"), ("b", "y", "2"), ("c", "x", "1"), ("d", "x", "2")]])  # fmt: skip
    queries.create(stored_note("e", BOB, text="x", tag="0"))
    assert walk(client, "/notes/?text=x&limit=2") == [["c", "d"], ["a"]]
    assert walk(client, "/notes/") == [["c", "b", "d", "a"]]


# -- ids in addresses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["ümläut 漢", "a;b:c", "a b", '{"$ne": 1}', "a\nb", "50%", "...", "~x.y", "?#", "x" * 255],
)
def test_every_id_has_an_address(queries: AbstractQueryset, key: str) -> None:
    """What can be created can be read, changed and removed: percent-encoded (RFC 3986, 2.1)."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    queries.create(Bare(id="other"))
    path = f"/notes/{quote(key, safe='')}"
    assert client.post("/notes/", json={"id": key, "text": "x"}).status_code == 201
    assert client.get(path).json()["data"]["id"] == key
    assert ids(client.get(f"{path},other")) == [key, "other"]
    assert client.request("PUT", path, json={"text": "y"}).status_code == 200
    assert client.request("PATCH", path, json={"text": "z"}).json()["data"]["text"] == "z"
    assert ids(client.request("DELETE", path)) == [key]
    assert ids(client.get("/notes/")) == ["other"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": {"$ne": 1}, "text": "x"}',
        b'{"id": ["a"], "text": "x"}',
        b'{"id": "\\ud800", "text": "x"}',
        b'{"id": "a", "text": "\\udfff"}',
        b'{"id": "", "text": "x"}',
        b'{"id": "..", "text": "x"}',
        b'{"id": "a/b", "text": "x"}',
        b'{"id": "a,b", "text": "x"}',
        b'{"id": "' + b"x" * 256 + b'", "text": "x"}',
    ],
)
@pytest.mark.parametrize("base", [AutoAPIBase, NoteAPI])
def test_ids_that_cannot_be_are_refused(queries: AbstractQueryset, base: Any, body: bytes) -> None:
    """400 for operators, lists, halves of characters, nothing, and more than fits an address."""
    model = {"model": Bare} if base is AutoAPIBase else {}
    client = TestClient(serve(base, queries, **model), headers={"X-User": ANN})
    queries.create(stored_note("a"))
    json_type = {"Content-Type": "application/json"}
    for method in ("POST", "PUT"):
        answer = client.request(method, "/notes/", body=body, headers=json_type)
        assert answer.status_code == 400
    (pair,) = queries.read(None)  # type: ignore[misc]
    assert pair[1]["text"] == "A"


# -- owners ------------------------------------------------------------------------------------

CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "b", None),
    ("POST", "", {"id": "n", "text": "n"}),
    ("POST", "b", {"id": "b", "text": "n"}),
    ("PUT", "", {"id": "n", "text": "n"}),
    ("PUT", "b", {"text": "n"}),
    ("PATCH", "b", {"text": "n"}),
    ("DELETE", "b", None),
]


def call(
    client: TestClient, method: str, path: str, data: Any = None, **options: Any
) -> TestResponse:
    return client.request(method, f"/notes/{path}", json=data, **options)


@pytest.mark.parametrize(("method", "path", "data"), CALLS)
def test_strangers_have_to_sign_in(
    app: Brubeck, queries: AbstractQueryset, method: str, path: str, data: Any
) -> None:
    """401 for every method, before anything else is looked at."""
    queries.create(stored_note("b", BOB))
    answer = call(TestClient(app), method, path, data)
    assert answer.status_code == 401
    assert "B" not in json.dumps(answer.json().get("data", ""))
    assert [item["_id"] for _, item in queries.read_page(9).items] == ["b"]


def test_everybody_sees_his_own_documents_only(
    ann: TestClient, bob: TestClient, queries: AbstractQueryset
) -> None:
    """In lists, pages and by id; nothing tells of the others, and caches keep nothing."""
    for number in range(6):
        queries.create(stored_note(f"n{number}", (ANN, BOB)[number % 2]))
    assert walk(ann, "/notes/?limit=2") == [["n0", "n2"], ["n4"]]
    assert walk(bob, "/notes/?limit=3") == [["n1", "n3", "n5"]]
    assert statuses(ann.get("/notes/n0,n1,zz")) == [("n0", 200), ("n1", 404), ("zz", 404)]
    assert ann.get("/notes/n0").headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(("method", "path", "data"), [each for each in CALLS if each[1]])
def test_foreign_documents_are_like_missing_ones(
    ann: TestClient, queries: AbstractQueryset, method: str, path: str, data: Any
) -> None:
    """The answers are the same, status, headers and all, and nothing is changed."""
    missing = call(ann, method, path, data)
    queries.create(stored_note("b", BOB))
    foreign = call(ann, method, path, data)
    assert foreign.status_code == missing.status_code == 404

    def told(answer: TestResponse) -> Any:
        headers = {key for key in answer.headers if key.lower() != "x-request-id"}
        return {**answer.json(), "timestamp": 0}, headers

    assert told(foreign) == told(missing)
    assert queries.read_one("b")[1]["text"] == "B"


def test_a_foreign_document_among_others_keeps_all_from_changing(
    ann: TestClient, queries: AbstractQueryset
) -> None:
    """404 with the ids that are missing, as far as one may see."""
    queries.create([stored_note("a"), stored_note("b", BOB)])
    both = [{"id": "a", "text": "new"}, {"id": "b", "text": "new"}]
    for method, data in (("POST", both), ("PUT", both), ("PATCH", both), ("DELETE", None)):
        answer = call(ann, method, "a,b", data)
        assert (answer.status_code, statuses(answer)) == (404, [("b", 404)])
    assert sorted(item["text"] for _, item in queries.read_page(9).items) == ["A", "B"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_creating_a_foreign_id_is_a_conflict_and_overwrites_nothing(
    ann: TestClient, queries: AbstractQueryset, method: str
) -> None:
    """409 with the id alone; documents beside it are stored, each with its own status."""
    queries.create([stored_note("b", BOB), stored_note("a")])
    answer = call(ann, method, "", {"id": "b", "text": "mine"})
    assert answer.status_code == 409
    assert answer.json()["data"] == {"id": "b", "status_code": 409, "status_msg": "Conflict"}
    answer = call(ann, method, "", [{"id": key, "text": "mine"} for key in "abc"])
    new = 201 if method == "POST" else 200
    assert (answer.status_code, statuses(answer)) == (207, [("a", 200), ("b", 409), ("c", new)])
    stored = {
        item["_id"]: (item["text"], str(item["owner_id"])) for _, item in queries.read_page(9).items
    }
    assert stored == {"a": ("mine", ANN), "b": ("B", BOB), "c": ("mine", ANN)}


def test_the_owner_is_who_creates(ann: TestClient, queries: AbstractQueryset) -> None:
    """Clients can neither choose nor change it, by no method."""
    assert call(ann, "POST", "", {"id": "a", "text": "x", "owner_id": BOB}).status_code == 201
    for method, path in (("POST", "a"), ("PUT", "a"), ("PUT", ""), ("PATCH", "a"), ("POST", "")):
        answer = call(ann, method, path, {"id": "a", "text": method, "owner_id": BOB})
        assert answer.status_code == 200
        stored = queries.read_one("a")[1]
        assert (stored["text"], str(stored["owner_id"])) == (method, ANN)


def test_one_of_many_who_create_an_id_gets_it(
    ann: TestClient, bob: TestClient, queries: AbstractQueryset
) -> None:
    """The others get 409; the winner's own repetitions update."""
    data = {"id": "same", "text": "x"}
    jobs = [gevent.spawn(call, client, "POST", "", data) for client in (ann, bob) * 5]
    gevent.joinall(jobs, raise_error=True)
    answers = sorted(job.value.status_code for job in jobs)
    assert answers == [200] * 4 + [201] + [409] * 5
    assert len(queries.read_page(9).items) == 1


@pytest.mark.parametrize("user", ["", None])
def test_nobody_is_nobody(queries: AbstractQueryset, user: Any) -> None:
    """No user, and one without an id, own nothing."""
    queries.create(stored_note("a", ANN))
    client = client_of(AutoAPIBase, queries, model=Note, owner_field="owner_id",
                       current_owner=lambda _: user)  # fmt: skip
    assert client.get("/notes/").status_code == 401


def test_the_owner_may_be_a_user_or_the_user_of_a_session() -> None:
    """The user's id, the user if he is a name, or what the session says."""

    class User:
        id = ANN

    class BySession(SessionHandlingMixin, AutoAPIBase):
        model = Note
        owner_field = "owner_id"

        def prepare(self) -> None:
            if self.get_argument("login"):
                self.start_session(BOB)

    queries = DictQueryset()
    queries.create([stored_note("a"), stored_note("b", BOB)])
    by_user = client_of(NoteAPI, queries, get_current_user=lambda _: User())
    assert ids(by_user.get("/notes/")) == ["a"]
    for user in ({"id": BOB}, {"_id": BOB}):
        as_dict = client_of(NoteAPI, queries, get_current_user=lambda _, user=user: user)
        assert ids(as_dict.get("/notes/")) == ["b"]
    unsaved = client_of(NoteAPI, queries, get_current_user=lambda _: {"name": "x"})
    assert unsaved.get("/notes/").status_code == 401
    visitor = client_of(BySession, queries)
    assert visitor.get("/notes/").status_code == 401
    assert ids(visitor.get("/notes/?login=1")) == ["b"]
    assert ids(visitor.get("/notes/")) == ["b"]


def test_documents_without_owners_belong_to_everybody(queries: AbstractQueryset) -> None:
    """Signed in or not; who asks is not even looked up."""

    def current_owner(self: Any) -> Any:
        raise AssertionError

    app = serve(NoteAPI, queries, owner_field=None, current_owner=current_owner)
    for headers in ({}, {"X-User": ANN}):
        client = TestClient(app, headers=headers)
        assert call(client, "PUT", "", {"id": "a", "text": "x", "owner_id": BOB}).status_code == 200
        assert call(client, "PATCH", "a", {"text": "y"}).status_code == 200
        assert ids(client.get("/notes/")) == ["a"]
        assert client.get("/notes/a").headers["cache-control"] != "private, no-store"
        assert call(client, "DELETE", "a").status_code == 200


# -- hidden fields -----------------------------------------------------------------------------


def change(client: TestClient, method: str, data: Any) -> None:
    answer = call(client, method, "" if method == "CREATE" else "a", data)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_hidden_fields_are_neither_set_nor_lost(
    ann: TestClient, queries: AbstractQueryset, method: str
) -> None:
    """At the top, in documents inside, and in lists of them as long as they look the same."""
    parts = [Part(name="x", cost=10), Part(name="y", cost=20), Part(name="y", cost=30)]
    queries.create(stored_note("a", rank=9, part=Part(name="p", cost=7), parts=parts))
    sent = [{"name": "y", "cost": 0}, {"name": "z", "cost": 0}, {"name": "x"}, {"name": "y"}]
    change(
        ann,
        method,
        {"id": "a", "text": "new", "rank": 1, "part": {"name": "q", "cost": 0}, "parts": sent},
    )
    stored = Note(**queries.read_one("a")[1])
    assert (stored.text, stored.rank) == ("new", 9)
    assert (stored.part.name, stored.part.cost) == ("q", 7)
    assert [(part.name, part.cost) for part in stored.parts] == [
        ("y", 20),
        ("z", 1),
        ("x", 10),
        ("y", 30),
    ]


def test_hidden_fields_begin_with_their_defaults(
    ann: TestClient, queries: AbstractQueryset
) -> None:
    """Whatever the client sends, creating as well as creating once more."""
    sent = {"id": "a", "text": "x", "rank": 1, "part": {"cost": 2}, "parts": [{"cost": 3}]}
    assert call(ann, "POST", "", sent).status_code == 201
    stored = Note(**queries.read_one("a")[1])
    assert (stored.rank, stored.part.cost, stored.parts[0].cost) == (5, 1, 1)
    queries.update(stored_note("a", rank=8))
    assert call(ann, "POST", "", sent).status_code == 200
    assert Note(**queries.read_one("a")[1]).rank == 8


def test_fields_that_are_seen_are_replaced(ann: TestClient, queries: AbstractQueryset) -> None:
    """PUT forgets what it does not name; only what is hidden stays."""
    queries.create(stored_note("a", tag="old", rank=9))
    change(ann, "PUT", {"text": "new"})
    stored = Note(**queries.read_one("a")[1])
    assert (stored.tag, stored.rank) == (None, 9)


def test_a_program_sets_what_clients_do_not(queries: AbstractQueryset) -> None:
    """The hook sees the document and what is stored, and may overrule the client."""

    def complete(self: Any, document: Any, before: Any) -> None:
        document.tag = "new" if before is None else f"after {before['tag']}"

    client = client_of(AutoAPIBase, queries, model=Bare.__class__("Tagged", (Bare,), {
        "tag": StringField(), "__module__": __name__}), complete=complete)  # fmt: skip
    assert client.post("/notes/", json={"id": "a", "tag": "x"}).json()["data"]["tag"] == "new"
    assert call(client, "PUT", "a", {"tag": "x"}).json()["data"]["tag"] == "after new"
    assert call(client, "PATCH", "a", {}).json()["data"]["tag"] == "after after new"


def test_what_changes_meanwhile_is_not_lost(queries: AbstractQueryset) -> None:
    """A hidden field that the program sets between reading and writing is kept."""
    queries.create(stored_note("a", rank=1))
    raced: list[int] = []

    def complete(self: Any, document: Any, before: Any) -> None:
        if not raced:
            raced.append(1)
            queries.update(stored_note("a", rank=77))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    change(client, "PATCH", {"tag": "mine"})
    stored = Note(**queries.read_one("a")[1])
    assert (stored.rank, stored.tag) == (77, "mine")


def test_what_goes_meanwhile_is_missing(queries: AbstractQueryset) -> None:
    """404 for a document that somebody removes between reading and writing; it stays away."""
    queries.create([stored_note("a"), stored_note("b")])

    def complete(self: Any, document: Any, before: Any) -> None:
        if document.id == "a":
            with suppress(FourOhFourException):
                queries.destroy("a")

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    answer = call(client, "PATCH", "a,b", {"tag": "mine", "unknown": 1})
    assert (answer.status_code, statuses(answer)) == (207, [("a", 404), ("b", 200)])
    assert [item["_id"] for _, item in queries.read_page(9).items] == ["b"]


def test_who_never_gets_to_write_is_told(queries: AbstractQueryset) -> None:
    """409 when somebody is faster again and again."""
    queries.create(stored_note("a", rank=1))

    def complete(self: Any, document: Any, before: Any) -> None:
        queries.update(stored_note("a", rank=before["rank"] + 1))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    assert call(client, "PATCH", "a", {"tag": "mine"}).status_code == 409
    assert queries.read_one("a")[1].get("tag") is None


# -- merge patches -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_patches_merge_as_the_rfc_shows(target: Any, patch: Any, result: Any) -> None:
    """RFC 7396, appendix A."""
    assert merge_patch(target, patch) == result


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON_VALUES, JSON_VALUES)
def test_a_patch_can_be_repeated(target: Any, patch: Any) -> None:
    """Once more changes nothing, and neither argument is changed."""
    before = json.dumps([target, patch])
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once
    assert json.dumps([target, patch]) == before


def test_a_patch_changes_what_it_names(ann: TestClient, queries: AbstractQueryset) -> None:
    """Null removes, objects merge, lists are replaced; both content types will do."""
    part = {"name": "p"}
    call(ann, "POST", "", {"id": "a", "text": "x", "tag": "t", "part": part, "parts": [part]})
    for content_type in ("application/json", "application/merge-patch+json; charset=utf-8"):
        patch = json.dumps({"tag": None, "part": {"cost": 3}, "parts": []}).encode()
        answer = ann.request(
            "PATCH", "/notes/a", body=patch, headers={"Content-Type": content_type}
        )
        assert answer.status_code == 200
        shown = answer.json()["data"]
        assert (shown["text"], shown.get("tag"), shown["part"], shown["parts"]) == (
            "x",
            None,
            part,
            [],
        )


def test_a_patch_for_several_documents(ann: TestClient, queries: AbstractQueryset) -> None:
    """One object for all in the address, or a list with an object and an id for each."""
    queries.create([stored_note(key) for key in "abc"])
    answer = call(ann, "PATCH", "a,b", {"tag": "t"})
    assert statuses(answer) == [("a", 200), ("b", 200)]
    for path in ("", "c,a"):
        patches = [{"id": "a", "text": "1"}, {"id": "c", "text": "3"}]
        assert statuses(call(ann, "PATCH", path, patches)) == [("a", 200), ("c", 200)]
    stored = [(item["text"], item.get("tag")) for _, item in queries.read_page(9).items]
    assert stored == [("1", "t"), ("B", "t"), ("3", None)]
    assert call(ann, "PATCH", "", {"id": "a", "text": "4"}).json()["data"]["text"] == "4"


@pytest.mark.parametrize(
    ("path", "patch", "status", "says"),
    [
        ("a,b", {"text": "x" * 21}, 400, "errors"),
        ("a", {"text": None}, 400, "errors"),
        ("a", {"part": 5}, 400, "errors"),
        ("a", {"parts": [{"name": 5}]}, 400, "errors"),
        ("a", {"id": "b"}, 400, "ids"),
        ("a", {"id": {"$ne": 1}}, 400, "ids"),
        ("a,b", {"id": "a"}, 400, "ids"),
        ("a,b", [{"id": "a"}], 400, "ids"),
        ("a,b", [{"id": "a"}, {"tag": "x"}], 400, "names an id"),
        ("", {"tag": "x"}, 400, "names an id"),
        ("", [{"id": "a", "tag": "x"}, {"id": "b", "text": None}], 400, "errors"),
        ("a", [], 400, "JSON object"),
        ("a", "text", 400, "object"),
        ("a,zz", {"tag": "x"}, 404, "zz"),
        ("zz", {"tag": "x"}, 404, "zz"),
    ],
)
def test_a_patch_is_for_all_or_none(
    ann: TestClient, queries: AbstractQueryset, path: str, patch: Any, status: int, says: str
) -> None:
    """What is invalid as a whole, or missing, keeps everything as it is, and is explained."""
    queries.create([stored_note("a"), stored_note("b")])
    before = sorted(map(str, queries.read(None)))  # type: ignore[arg-type]
    answer = call(ann, "PATCH", path, patch)
    assert answer.status_code == status
    assert says in answer.text
    assert sorted(map(str, queries.read(None))) == before  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_values_that_cannot_even_be_assigned_are_invalid(ann: TestClient, method: str) -> None:
    """400 naming item and field, not a defect of the server's."""
    answer = call(ann, method, "", [{"id": "a", "text": "x"}, {"id": "b", "text": "x", "part": 5}])
    assert answer.status_code == 400
    (found,) = answer.json()["errors"]
    assert (found["item"], found["field"]) == (1, "part")


# -- ETag and If-Match -------------------------------------------------------------------------


def test_a_tag_changes_with_what_is_seen(ann: TestClient, queries: AbstractQueryset) -> None:
    """And only with that: what is hidden leaves no trace in it."""
    created = call(ann, "POST", "", {"id": "a", "text": "x"})
    first = ann.get("/notes/a").headers["etag"]
    assert first == created.headers["etag"]
    queries.update(stored_note("a", text="x", rank=99))
    assert ann.get("/notes/a").headers["etag"] == first
    changed = call(ann, "PATCH", "a", {"text": "y"}).headers["etag"]
    assert changed != first
    assert ann.get("/notes/a").headers["etag"] == changed


@pytest.mark.parametrize(("method", "path", "data"), [
    ("POST", "a", {"id": "a", "text": "n"}), ("PUT", "a", {"text": "n"}), ("PUT", "", {"id": "a", "text": "n"}),
    ("POST", "", {"id": "a", "text": "n"}), ("PATCH", "a", {"text": "n"}), ("DELETE", "a", None),
])  # fmt: skip
@pytest.mark.parametrize("base", [AutoAPIBase, NoteAPI])
def test_a_change_of_what_was_seen_only(
    queries: AbstractQueryset, base: Any, method: str, path: str, data: Any
) -> None:
    """412 unless If-Match names the document as it is now (RFC 9110, 13.1.1)."""
    model = {"model": Bare} if base is AutoAPIBase else {}
    client = TestClient(serve(base, queries, **model), headers={"X-User": ANN})
    call(client, "POST", "", {"id": "a", "text": "x"})
    tag = client.get("/notes/a").headers["etag"]
    for wrong in ('"other"', f"W/{tag}", "", "nonsense", tag.strip('"')):
        answer = call(client, method, path, data, headers={"If-Match": wrong})
        assert (answer.status_code, "Load it again" in answer.text) == (412, True)
    assert client.get("/notes/a").headers["etag"] == tag
    sent = {"If-Match": f'"other", {tag}'}
    assert call(client, method, path, data, headers=sent).status_code == 200


def test_if_match_star_wants_anything_that_is_there(queries: AbstractQueryset) -> None:
    """412 for what would be created."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    star = {"If-Match": "*"}
    assert call(client, "PUT", "a", {"text": "x"}, headers=star).status_code == 412
    assert client.post("/notes/", json={"id": "a"}).status_code == 201
    assert call(client, "PUT", "a", {"text": "y"}, headers=star).status_code == 200


def test_who_has_a_document_is_not_sent_it_again(ann: TestClient) -> None:
    """304 without a body, as long as nothing that is seen has changed."""
    tag = call(ann, "POST", "", {"id": "a", "text": "x"}).headers["etag"]
    answer = ann.get("/notes/a", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", tag)
    call(ann, "PATCH", "a", {"text": "y"})
    assert ann.get("/notes/a", headers={"If-None-Match": tag}).status_code == 200


def test_if_none_match_star_creates_only(queries: AbstractQueryset) -> None:
    """412 for what is there already, which stays as it is."""
    client = client_of(AutoAPIBase, queries, model=Bare)
    new = {"If-None-Match": "*"}
    assert call(client, "PUT", "a", {"text": "x"}, headers=new).status_code == 200
    assert call(client, "PUT", "a", {"text": "y"}, headers=new).status_code == 412
    assert client.get("/notes/a").json()["data"]["text"] == "x"


def test_who_is_overtaken_with_if_match_is_told(queries: AbstractQueryset) -> None:
    """412, also if the change comes between the comparison and the writing."""
    queries.create(stored_note("a"))

    def complete(self: Any, document: Any, before: Any) -> None:
        queries.update(stored_note("a", text="theirs"))

    client = TestClient(serve(NoteAPI, queries, complete=complete), headers={"X-User": ANN})
    tag = client.get("/notes/a").headers["etag"]
    answer = call(client, "PATCH", "a", {"tag": "mine"}, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert queries.read_one("a")[1]["text"] == "theirs"


def test_an_api_may_refuse_patches(queries: AbstractQueryset) -> None:
    """Programs rule methods out as before."""
    client = client_of(AutoAPIBase, queries, model=Bare, SUPPORTED_METHODS=("GET",))
    assert call(client, "PATCH", "a", {"text": "x"}).status_code == 405
