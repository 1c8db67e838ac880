"""The process: its command line, crowds of clients, hostile bytes, cursors that are left."""

import signal
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import bson
import pytest
from mongolite.catalog import Catalog
from mongolite.commands import Context, run_command
from mongolite.commands.reading import search
from mongolite.commands.request import Request
from mongolite.cursors import Cursor, Cursors
from mongolite.errors import MongoError
from mongolite.storage import MemoryStorage
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, OperationFailure

CROWD = 150
Things = Collection[dict[str, Any]]
Start = Callable[..., Any]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(start: Start, number: int) -> None:
    """Exit code 0 and no word on stderr, even with clients connected."""
    server = start()
    with server.client() as client:
        client.base.things.insert_one({})
        assert server.end(number) == 0
    assert server.errors == ""


def test_the_port_goes_to_a_file(start: Start, tmp_path: Path) -> None:
    """`--port-file` holds the port that was chosen, and the first line names it."""
    file = tmp_path / "port"
    server = start("--port-file", str(file))
    assert int(file.read_text()) == server.address[1]
    assert server.address[0] == "127.0.0.1"


def test_a_taken_port_is_an_error_of_one_line(start: Start) -> None:
    """Two servers on one port: the second says so and ends with 1."""
    port = start().address[1]
    second = start("--port", str(port))
    assert second.finished() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in second.errors
    assert len(second.errors.strip().splitlines()) == 1


def test_the_server_introduces_itself(client: MongoClient[dict[str, Any]]) -> None:
    """It is a standalone server that can be written to, of a version that has a number."""
    assert int(client.server_info()["version"].split(".")[0]) >= 7
    hello = client.admin.command("hello")
    assert hello["isWritablePrimary"] is True
    assert "setName" not in hello
    assert client.admin.command("ping")["ok"] == 1.0


def test_a_crowd_of_clients(server: Any, things: Things) -> None:
    """150 clients with connections of their own at once: counters exact, uniqueness kept."""
    things.create_index("place", unique=True)
    things.insert_one({"_id": "counter", "n": 0, "place": -1})
    together = threading.Barrier(CROWD)

    def visit(number: int) -> int:
        with server.client() as client:
            mine = client[things.database.name].things
            together.wait(timeout=60)
            for _ in range(5):
                mine.update_one({"_id": "counter"}, {"$inc": {"n": 1}})
            ticket = mine.find_one_and_update({"_id": "counter"}, {"$inc": {"tickets": 1}})
            try:
                mine.insert_one({"_id": number, "place": number // 2})
            except DuplicateKeyError:
                return 0
            assert ticket is not None
            return 1

    with ThreadPoolExecutor(CROWD) as pool:
        placed = sum(pool.map(visit, range(CROWD)))
    assert placed == CROWD // 2
    assert things.find_one({"_id": "counter"}, {"_id": 0, "place": 0}) == {
        "n": CROWD * 5,
        "tickets": CROWD,
    }


def test_a_read_in_progress_holds_no_lock() -> None:
    """Between two documents of a scan another thread writes to the same collection."""
    context = Context(Catalog(MemoryStorage()))
    insert = {"insert": "things", "$db": "base"}
    run_command(context, insert | {"documents": [{"_id": 1}, {"_id": 2}]})
    scan = search(context, Request("find", {"find": "things", "$db": "base"}), {}).documents()
    assert next(scan) == {"_id": 1}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(run_command, context, insert | {"documents": [{"_id": 3}]})
        assert answer.result(timeout=30) == {"n": 1, "ok": 1.0}
    assert list(scan) == [{"_id": 2}]


def test_a_slow_read_does_not_stop_the_others(server: Any, things: Things) -> None:
    """While a join of everything with everything runs, other clients read and write."""
    things.insert_many([{"_id": number, "n": number % 50} for number in range(1500)])
    slow = [
        {"$lookup": {"from": "things", "localField": "n", "foreignField": "n", "as": "all"}},
        {"$unwind": "$all"},
        {"$group": {"_id": "$all.n", "n": {"$sum": 1}}},
        {"$count": "n"},
    ]
    finished = threading.Event()

    def crawl() -> list[Any]:
        with server.client() as client:
            try:
                return list(client[things.database.name].things.aggregate(slow))
            finally:
                finished.set()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(crawl)
        writes = 0
        while not finished.is_set():
            things.update_one({"_id": 1}, {"$inc": {"w": 1}})
            writes += 1
        assert answer.result() == [{"n": 50}]
    assert writes > 1
    assert things.find_one({"_id": 1})["w"] == writes


PING = bson.encode({"ping": 1, "$db": "admin"})
FRAMES = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "too long": struct.pack("<iiii", 2**31 - 1, 1, 0, 2013),
    "too short": struct.pack("<iiii", 3, 1, 0, 2013) + b"x" * 50,
    "unknown": struct.pack("<iiii", 16 + 5 + len(PING), 1, 0, 9999) + b"\0" * 5 + PING,
    "damaged": struct.pack("<iiii", 16 + 5 + 8, 1, 0, 2013) + b"\0" * 5 + b"\xff" * 8,
    "cut": struct.pack("<iiii", 16 + 5 + len(PING), 1, 0, 2013) + b"\0" * 5,
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
def test_no_message_closes_its_connection_only(start: Start, frame: bytes) -> None:
    """The connection is closed, one line is logged, and everybody else is served."""
    server = start()
    with socket.create_connection(server.address, timeout=10) as stranger:
        stranger.sendall(frame)
        stranger.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert stranger.recv(100) == b""
    with server.client() as client:
        assert client.admin.command("ping")["ok"] == 1.0
    assert server.end() == 0
    assert server.errors.count("closed the connection") == 1
    assert "Traceback" not in server.errors


def test_too_large_documents_are_refused(things: Things) -> None:
    """A document over 16 MB is refused by the driver, and by the server when it grows there."""
    with pytest.raises(DocumentTooLarge):
        things.insert_one({"b": b"x" * 17_000_000})
    things.insert_one({"_id": 1, "a": "x" * 9_000_000})
    with pytest.raises(OperationFailure) as caught:
        things.update_one({"_id": 1}, [{"$set": {"b": "$a"}}])
    assert caught.value.code == 10334
    assert things.count_documents({"b": {"$exists": True}}) == 0


def test_too_deep_documents_are_refused(things: Things) -> None:
    """Nesting has a limit, and meeting it harms nobody."""
    nested: Any = 1
    for _ in range(190):
        nested = {"a": nested}
    with pytest.raises(OperationFailure):
        things.insert_one({"v": nested})
    assert things.count_documents({}) == 0


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("create", {"create": "x", "capped": True, "size": 1000}),
    ("create", {"create": "x", "validator": {"a": 1}}),
    ("create", {"create": "x", "viewOn": "y", "pipeline": []}),
    ("create", {"create": "x", "timeseries": {"timeField": "t"}}),
    ("find", {"find": "x", "filter": {"$where": "true"}}),
    ("find", {"find": "x", "filter": {"$jsonSchema": {}}}),
    ("find", {"find": "x", "filter": {"p": {"$near": [0, 0]}}}),
    ("find", {"find": "x", "collation": {"locale": "de"}}),
    ("find", {"find": "x", "min": {"a": 1}}),
    ("find", {"find": "x", "tailable": True}),
    ("find", {"find": "x", "frob": 1}),
    ("find", {"find": "x", "readConcern": {"level": "snapshot"}}),
    ("find", {"find": "x", "filter": 5}),
    ("update", {"update": "x", "updates": [{"q": {}, "u": {}, "frob": 1}]}),
    ("insert", {"insert": "x", "documents": [{}], "writeConcern": {"w": 3}}),
    ("insert", {"insert": "x", "documents": []}),
    ("insert", {"insert": "x$y", "documents": [{}]}),
    ("insert", {"insert": "system.x", "documents": [{}]}),
    ("mapReduce", {"mapReduce": "x"}),
    ("collMod", {"collMod": "x"}),
    ("frob", {"frob": 1}),
    ("saslStart", {"saslStart": 1, "mechanism": "PLAIN"}),
]


@pytest.mark.parametrize(("name", "command"), REFUSED, ids=[str(row[1])[:70] for row in REFUSED])
def test_what_is_not_implemented_is_refused(
    things: Things, name: str, command: dict[str, Any]
) -> None:
    """Unknown and unimplemented things are errors that leave no trace."""
    with pytest.raises(OperationFailure) as caught:
        things.database.command(command)
    assert caught.value.code
    assert things.database.list_collection_names() in ([], ["x"] if name == "insert" else [])


def test_a_refusal_says_what_to_do(things: Things) -> None:
    """The message names the way out."""
    with pytest.raises(OperationFailure, match="set MONGO_URL to a real MongoDB"):
        things.find_one({"$where": "true"})


def test_transactions_are_refused(client: MongoClient[dict[str, Any]], things: Things) -> None:
    """A transaction fails at its first operation and changes nothing; a session works."""
    with client.start_session() as session:
        session.start_transaction()
        with pytest.raises(OperationFailure, match="Transaction numbers"):
            things.insert_one({"_id": 1}, session=session)
        session.abort_transaction()
        things.insert_one({"_id": 2}, session=session)
        assert things.count_documents({}, session=session) == 1


def test_change_streams_are_refused(things: Things) -> None:
    """Watching is an error at once."""
    with pytest.raises(OperationFailure):
        things.watch()


def test_a_result_that_takes_too_long_is_an_error(things: Things) -> None:
    """MaxTimeMS ends a scan with MongoDB's error, never with a part of the answer."""
    from mongolite.collection import Selection
    from mongolite.commands.reading import Search
    from mongolite.planner import SCAN

    late = Search(Selection([(1, {"_id": 1})], SCAN), lambda _: True, 1e-9, {})
    with pytest.raises(MongoError) as caught:
        list(late.documents())
    assert caught.value.code == 50


def test_left_cursors_give_way() -> None:
    """Too many cursors, or idle ones, are forgotten: the longest unused first."""
    cursors = Cursors(most=3, idle_seconds=-1.0)
    numbers = [
        cursors.first_reply(Cursor("b.c", iter([{"n": 1}, {"n": 2}])), 1)["cursor"]["id"]
        for _ in range(5)
    ]
    assert len(cursors) == 3
    with pytest.raises(MongoError) as caught:
        cursors.next_reply(numbers[0], "b.c", None)
    assert caught.value.code == 43
    assert cursors.next_reply(numbers[4], "b.c", None)["cursor"]["id"] == 0
    cursors.expire()
    assert len(cursors) == 0


def test_a_session_takes_its_cursors_along() -> None:
    """Cursors of an ended session are forgotten."""
    cursors = Cursors()
    cursors.first_reply(Cursor("b.c", iter([{"n": 1}, {"n": 2}]), session=(1,)), 1)
    cursors.end_sessions({(2,)})
    assert len(cursors) == 1
    cursors.end_sessions({(1,)})
    assert len(cursors) == 0


def test_databases_are_apart(client: MongoClient[dict[str, Any]], things: Things) -> None:
    """Dropping one database leaves the others; listings name what is there."""
    other = client[f"{things.database.name}_other"]
    things.insert_one({"_id": 1})
    other.things.insert_one({"_id": 2})
    assert {things.database.name, other.name} <= set(client.list_database_names())
    client.drop_database(other.name)
    assert other.name not in client.list_database_names()
    assert things.count_documents({}) == 1
    assert things.database.command("collStats", "things")["count"] == 1
    assert things.database.command("dbStats")["objects"] == 1
