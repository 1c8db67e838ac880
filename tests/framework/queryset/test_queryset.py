"""Querysets: contract section 16, line by line, over a dict, Redis and MongoDB."""

import json
import zlib
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from brubeck.request_handling import FourOhFourException
from bson import ObjectId
from dictshield.document import Document
from dictshield.fields import DecimalField, ListField, StringField, UUIDField
from dictshield.fields.mongo import ObjectIdField


class Todo(Document):
    title = StringField(required=True)

    class Meta:
        id_field = StringField


class Rich(Document):
    price = DecimalField()
    refs = ListField(UUIDField())

    class Meta:
        id_options = {"auto_fill": True}


class Stored(Document):
    class Meta:
        id_field = ObjectIdField
        id_options = {"auto_fill": True}


def todo(key: str | None, title: str = "x") -> Todo:
    return Todo(id=key, title=title)


@pytest.fixture(params=["dict", "redis", "redis compressed", "mongo"])
def queries(request: pytest.FixtureRequest) -> AbstractQueryset:
    """Give every kind of queryset in turn."""
    kind: str = request.param
    if kind == "dict":
        return DictQueryset()
    if kind == "mongo":
        return MongoQueryset(db_conn=request.getfixturevalue("collection"))
    connection = request.getfixturevalue("redis")
    return RedisQueryset(db_conn=connection, compress="compressed" in kind)


def titles(statuses: Any) -> list[tuple[str, str]]:
    return sorted((message, item["title"]) for message, item in statuses)


def raised_or_missing(queries: AbstractQueryset, ids: Any) -> bool:
    try:
        result: Any = queries.destroy(ids)
    except FourOhFourException:
        return True
    pairs = result if isinstance(result, list) else [result]
    return any(message in {"Failed", "Not Found"} for message, _ in pairs)


# -- the base ----------------------------------------------------------------------------------


def test_the_messages() -> None:
    """Texts that programs compare with."""
    kind = AbstractQueryset
    messages = (kind.MSG_OK, kind.MSG_UPDATED, kind.MSG_CREATED, kind.MSG_NOTFOUND, kind.MSG_FAILED)
    assert messages == ("OK", "Updated", "Created", "Not Found", "Failed")


def test_attributes_of_the_base() -> None:
    """db_conn and api_id."""
    connection = object()
    assert AbstractQueryset(connection).db_conn is connection
    assert AbstractQueryset().api_id == "id"
    assert AbstractQueryset(api_id="slug").api_id == "slug"


def test_lists_go_to_the_forms_for_many() -> None:
    """Anything else to those for one; reading without ids to all."""

    class Recording(AbstractQueryset):
        def __getattribute__(self, name: str) -> Any:
            if name.endswith(("_one", "_many", "_all")):
                return lambda *args: (name, *args)
            return super().__getattribute__(name)

    queries: Any = Recording()
    for verb in ("create", "update", "destroy"):
        assert getattr(queries, verb)([1]) == (f"{verb}_many", [1])
        assert getattr(queries, verb)(1) == (f"{verb}_one", 1)
        assert getattr(queries, verb)((1,)) == (f"{verb}_one", (1,))
    assert queries.read([1]) == ("read_many", [1])
    assert queries.read("1") == ("read_one", "1")
    assert queries.read([]) == queries.read(None) == queries.read("") == ("read_all",)


@pytest.mark.parametrize("verb", ["create", "update", "destroy", "read"])
@pytest.mark.parametrize("count", ["one", "many"])
def test_the_base_stores_nothing(verb: str, count: str) -> None:
    """All forms raise NotImplementedError."""
    with pytest.raises(NotImplementedError):
        getattr(AbstractQueryset(), f"{verb}_{count}")([])
    with pytest.raises(NotImplementedError):
        AbstractQueryset().read_all()


# -- every kind --------------------------------------------------------------------------------


def test_new_documents_are_created_and_old_ones_updated(queries: AbstractQueryset) -> None:
    """The document comes back with the message."""
    first = todo("a")
    assert queries.create(first) == ("Created", first)
    assert queries.create(first) == ("Updated", first)
    assert queries.create([todo("a"), todo("b")]) == [
        ("Updated", todo("a")),
        ("Created", todo("b")),
    ]


def test_documents_are_read_as_dicts(queries: AbstractQueryset) -> None:
    """One, many, all; missing ones are FAILED with their id."""
    queries.create([todo("a", "A"), todo("b", "B")])
    message, item = queries.read("a")
    assert (message, item["title"]) == ("OK", "A")
    assert Todo(**item) == todo("a", "A")
    assert queries.read("c") == ("Failed", "c")
    many = queries.read(["b", "c"])
    assert isinstance(many, list)
    assert [message for message, _ in many] == ["OK", "Failed"]
    assert many[1] == ("Failed", "c")
    assert titles(queries.read(None)) == [("OK", "A"), ("OK", "B")]


def test_an_empty_store_reads_as_an_empty_list(queries: AbstractQueryset) -> None:
    """A real list."""
    assert queries.read(None) == []


def test_updates_are_stored(queries: AbstractQueryset) -> None:
    """UPDATED for what was there."""
    queries.create([todo("a", "old"), todo("b", "old")])
    assert queries.update(todo("a", "new")) == ("Updated", todo("a", "new"))
    assert queries.update([todo("b", "newer")]) == [("Updated", todo("b", "newer"))]
    assert titles(queries.read(None)) == [("OK", "new"), ("OK", "newer")]


def test_destroyed_documents_come_back_once(queries: AbstractQueryset) -> None:
    """As dicts, with UPDATED."""
    queries.create([todo(key, key.upper()) for key in "abc"])
    message, item = queries.destroy("a")
    assert (message, item["title"]) == ("Updated", "A")
    assert titles(queries.destroy(["b", "c"])) == [("Updated", "B"), ("Updated", "C")]
    assert queries.read(None) == []


def test_missing_documents_cannot_be_destroyed(queries: AbstractQueryset) -> None:
    """An exception or a pair says so, always with the message."""
    assert raised_or_missing(queries, "a")
    assert raised_or_missing(queries, ["a"])


def test_ids_are_compared_as_text(queries: AbstractQueryset) -> None:
    """A UUID finds what was stored under its text (fix 24)."""
    document = Rich()
    queries.create(document)
    message, item = queries.read(document.id)
    assert message == "OK"
    assert Rich(**item).id == document.id
    assert queries.read(str(document.id))[0] == "OK"
    assert queries.destroy(document.id)[0] == "Updated"


def test_documents_without_an_id_are_refused(queries: AbstractQueryset) -> None:
    """The message ends with the next action."""
    with pytest.raises(ValueError, match="auto_fill"):
        queries.create(todo(None))


# -- dict --------------------------------------------------------------------------------------


def test_dict_keys_are_text_and_values_python() -> None:
    """db_conn is the program's own dict if it brings one."""
    store: dict[str, Any] = {}
    document = Rich()
    DictQueryset(db_conn=store).create(document)
    assert store == {str(document.id): document.to_python()}


def test_dict_updates_create_what_is_missing() -> None:
    """Still as UPDATED."""
    queries = DictQueryset()
    assert queries.update(todo("a"))[0] == "Updated"
    assert queries.read("a")[0] == "OK"


def test_destroying_many_is_all_or_nothing() -> None:
    """A missing one leaves the others alone (fix 24)."""
    queries = DictQueryset()
    queries.create(todo("a"))
    with pytest.raises(FourOhFourException):
        queries.destroy(["a", "b"])
    assert queries.read("a")[0] == "OK"


# -- Redis -------------------------------------------------------------------------------------


class RecordingRedis:
    """Stands for a redis-py connection and its pipeline; answers with `replies`."""

    def __init__(self, *replies: Any) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.replies = list(replies)

    def pipeline(self) -> "RecordingRedis":
        self.calls.append(("pipeline",))
        return self

    def _record(self, *call: Any) -> Any:
        self.calls.append(call)
        return None if ("pipeline",) in self.calls else self.replies.pop(0)

    def hset(self, name: str, key: str, value: Any) -> Any:
        return self._record("hset", name, key, value)

    def hget(self, name: str, key: str) -> Any:
        return self._record("hget", name, key)

    def hdel(self, name: str, key: str) -> Any:
        return self._record("hdel", name, key)

    def hvals(self, name: str) -> Any:
        return self._record("hvals", name)

    def execute(self) -> Any:
        self.calls.append(("execute",))
        return self.replies.pop(0)

    def reset(self) -> None:
        self.calls.append(("reset",))


A, B = todo("a"), todo("b")
TEXT_A, TEXT_B = A.to_json(), B.to_json()


@pytest.mark.parametrize("verb", ["create", "update"])
def test_redis_stores_one_with_one_call(verb: str) -> None:
    """hset(api_id, id, json): the hash is named like the attribute."""
    fake = RecordingRedis(1)
    assert getattr(RedisQueryset(db_conn=fake), verb)(A) == ("Created", A)
    assert fake.calls == [("hset", "id", "a", TEXT_A)]


@pytest.mark.parametrize("verb", ["create", "update"])
def test_redis_stores_many_in_a_pipeline(verb: str) -> None:
    """One hset each, execute, reset."""
    fake = RecordingRedis([1, 0])
    result = getattr(RedisQueryset(db_conn=fake), verb)([A, B])
    assert result == [("Created", A), ("Updated", B)]
    assert fake.calls == [
        ("pipeline",),
        ("hset", "id", "a", TEXT_A),
        ("hset", "id", "b", TEXT_B),
        ("execute",),
        ("reset",),
    ]


def test_redis_reads_one_with_one_call() -> None:
    """hget(api_id, id)."""
    fake = RecordingRedis(TEXT_A.encode(), None)
    queries = RedisQueryset(db_conn=fake)
    assert queries.read("a") == ("OK", json.loads(TEXT_A))
    assert queries.read("b") == ("Failed", "b")
    assert fake.calls == [("hget", "id", "a"), ("hget", "id", "b")]


def test_redis_reads_all_with_one_call() -> None:
    """hvals(api_id)."""
    fake = RecordingRedis([TEXT_A, TEXT_B.encode()])
    assert RedisQueryset(db_conn=fake).read(None) == [
        ("OK", json.loads(TEXT_A)),
        ("OK", json.loads(TEXT_B)),
    ]
    assert fake.calls == [("hvals", "id")]


def test_redis_reads_many_in_a_pipeline() -> None:
    """One hget each, execute, reset."""
    fake = RecordingRedis([TEXT_A, None])
    result = RedisQueryset(db_conn=fake).read(["a", "b"])
    assert result == [("OK", json.loads(TEXT_A)), ("Failed", "b")]
    assert fake.calls == [
        ("pipeline",),
        ("hget", "id", "a"),
        ("hget", "id", "b"),
        ("execute",),
        ("reset",),
    ]


def test_redis_destroys_one_in_a_pipeline() -> None:
    """hget, hdel, execute; a missing one is a pair, too (fix 25)."""
    fake = RecordingRedis([TEXT_A, 1], [None, 0])
    queries = RedisQueryset(db_conn=fake)
    assert queries.destroy("a") == ("Updated", json.loads(TEXT_A))
    assert fake.calls[:4] == [("pipeline",), ("hget", "id", "a"), ("hdel", "id", "a"), ("execute",)]
    assert queries.destroy("b") == ("Not Found", "b")


def test_redis_destroys_many_in_a_pipeline() -> None:
    """All hget, execute, all hdel, execute, reset."""
    fake = RecordingRedis([TEXT_A, None], [1, 0])
    result = RedisQueryset(db_conn=fake).destroy(["a", "b"])
    assert result == [("Updated", json.loads(TEXT_A)), ("Failed", "b")]
    assert fake.calls == [
        ("pipeline",),
        ("hget", "id", "a"),
        ("hget", "id", "b"),
        ("execute",),
        ("hdel", "id", "a"),
        ("hdel", "id", "b"),
        ("execute",),
        ("reset",),
    ]


def test_redis_compresses_on_demand() -> None:
    """And decompresses once (fix 25)."""
    fake = RecordingRedis(1, zlib.compress(TEXT_A.encode()))
    queries = RedisQueryset(compress=True, compress_level=9, db_conn=fake)
    queries.create(A)
    assert zlib.decompress(fake.calls[0][3]).decode() == TEXT_A
    assert queries.read("a") == ("OK", json.loads(TEXT_A))


def test_redis_models_can_have_hashes_of_their_own(redis: Any) -> None:
    """api_id stays the default name (fix 25)."""
    RedisQueryset(db_conn=redis).create(A)
    RedisQueryset(db_conn=redis, hash_name="todos").create(B)
    assert redis.hkeys("id") == [b"a"]
    assert redis.hkeys("todos") == [b"b"]


def test_the_key_may_be_another_attribute(redis: Any) -> None:
    """api_id names it."""
    queries = RedisQueryset(db_conn=redis, api_id="title")
    queries.create(todo("a", "the title"))
    assert redis.hkeys("title") == [b"the title"]
    assert queries.read("the title")[0] == "OK"


@pytest.mark.parametrize("kind", ["dict", "redis", "mongo"])
def test_a_key_of_another_name_comes_back_as_the_field_that_it_is(
    kind: str, request: pytest.FixtureRequest
) -> None:
    """A document that is made of what was read has its key, whatever the store is."""
    queries: Any = DictQueryset(api_id="title")
    if kind == "redis":
        queries = RedisQueryset(db_conn=request.getfixturevalue("redis"), api_id="title")
    elif kind == "mongo":
        queries = MongoQueryset(db_conn=request.getfixturevalue("collection"), api_id="title")
    queries.create(todo("a", "the title"))
    message, found = queries.read("the title")
    assert message == "OK"
    assert Todo(**found).title == "the title"
    assert queries.create(todo("a", "the title"))[0] == "Updated"


# -- Mongo -------------------------------------------------------------------------------------


def test_mongo_keeps_object_ids(collection: Any) -> None:
    """As ObjectId under _id; text finds them, too."""
    queries = MongoQueryset(db_conn=collection)
    document = Stored()
    queries.create(document)
    assert collection.find_one()["_id"] == document.id
    assert queries.read(str(document.id))[0] == "OK"
    assert queries.read(document.id)[0] == "OK"
    assert queries.read(str(ObjectId()))[0] == "Failed"


def test_mongo_stores_what_bson_lacks_as_text(collection: Any) -> None:
    """UUIDs and decimals; the document comes back whole."""
    queries = MongoQueryset(db_conn=collection)
    document = Rich(price=Decimal("1.50"), refs=[uuid4()])
    queries.create(document)
    stored = collection.find_one()
    assert stored["_id"] == str(document.id)
    assert stored["price"] == "1.50"
    assert stored["refs"] == [str(document.refs[0])]
    _, item = queries.read(document.id)
    assert Rich(**item).to_python() == document.to_python()


def test_mongo_destroys_all_or_nothing(collection: Any) -> None:
    """A missing one leaves the others alone."""
    queries = MongoQueryset(db_conn=collection)
    queries.create(todo("a"))
    with pytest.raises(FourOhFourException):
        queries.destroy(["a", "b"])
    assert queries.read("a")[0] == "OK"


def test_mongo_queries_with_one_call_for_many(collection: Any) -> None:
    """read_many costs one query, however many ids."""
    finds: list[Any] = []

    class Counting:
        def find(self, *args: Any) -> Any:
            finds.append(args)
            return collection.find(*args)

    MongoQueryset(db_conn=collection).create([A, B])
    MongoQueryset(db_conn=Counting()).read(["a", "b", "c"])
    assert len(finds) == 1
