"""AutoAPI: documents that belong to somebody, over every store."""

import json
from typing import Any

import gevent
import pytest
from brubeck.application import Brubeck
from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import AbstractQueryset, DictQueryset
from brubeck.sessions import SessionHandlingMixin
from brubeck.testing import TestClient, TestResponse
from framework.autoapi.notes import (
    ANN,
    BOB,
    Note,
    NoteAPI,
    call,
    client_of,
    ids,
    serve,
    statuses,
    stored_note,
    walk,
)


@pytest.fixture
def bob(app: Brubeck) -> TestClient:
    """Give another one."""
    return TestClient(app, headers={"X-User": BOB})


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
