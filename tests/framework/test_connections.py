"""Mongrel2's connection in this process, with the test in the place of Mongrel2."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
import zmq.green as zmq
from brubeck.connections import Connection, Mongrel2Connection, sockets
from brubeck.request_handling import Brubeck, WebMessageHandler, http_response, render
from brubeck.wire import BadMessage
from doubles import make_request

IDENT = "test-mongrel2"
LONG = 20.0


def message(conn_id: int, path: str, ident: str = IDENT, **headers: str) -> bytes:
    known = {"PATH": path, "METHOD": "GET", "VERSION": "HTTP/1.1", "host": "localhost"}
    text = json.dumps(known | headers)
    return f"{ident} {conn_id} {path} {len(text)}:{text},0:,".encode()


class Front:
    """Mongrel2's two sockets."""

    def __init__(self, folder: Path) -> None:
        self.addresses = f"ipc://{folder}/in", f"ipc://{folder}/out"
        self.context = zmq.Context()
        self.requests = self.context.socket(zmq.PUSH)
        self.requests.bind(self.addresses[0])
        self.replies = self.context.socket(zmq.SUB)
        self.replies.bind(self.addresses[1])

    def subscribe(self, ident: str = IDENT) -> None:
        self.replies.subscribe(ident.encode())

    def send(self, *messages: bytes) -> None:
        for each in messages:
            self.requests.send(each)

    def reply(self) -> bytes:
        with gevent.Timeout(LONG):
            data: bytes = self.replies.recv()
            return data

    def close(self) -> None:
        self.requests.close(0)
        self.replies.close(0)
        self.context.term()


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """Give the other end of a connection."""
    opened = Front(tmp_path)
    yield opened
    opened.close()


class Independent(Mongrel2Connection):
    """A connection of a program of 2011 that never calls its parent's `__init__`."""

    def __init__(self, *pair: str) -> None:
        if pair:
            self.in_addr, self.out_addr = pair


class Served:
    """An application that is served in a greenlet of this process."""

    def __init__(
        self, front: Front, pool: Any = None, grace: float = LONG, kind: Any = Mongrel2Connection
    ) -> None:
        self.go = gevent.event.Event()
        self.started: list[str] = []
        connection = kind(*front.addresses)
        connection.grace = grace
        routes: list[Any] = [(r"^/wait/(\w+)$", self.wait), (r"^/(\w+)$", self.page)]
        self.app = Brubeck(msg_conn=connection, handler_tuples=routes, pool=pool)
        self.greenlet = gevent.spawn(self.app.run)
        with gevent.Timeout(LONG):
            while connection.stop_request is None:
                gevent.sleep(0)

    def page(self, application: Brubeck, message: Any, name: str) -> Any:
        self.started.append(name)
        return render(name, 200, "OK", {})

    def wait(self, application: Brubeck, message: Any, name: str) -> Any:
        self.started.append(name)
        self.go.wait()
        return render(name, 200, "OK", {})

    def until_started(self, *names: str) -> None:
        with gevent.Timeout(LONG):
            while not set(names) <= set(self.started):
                gevent.sleep(0.001)

    def stop(self) -> None:
        self.app.stop()
        self.greenlet.get(timeout=LONG)


@pytest.fixture
def served(front: Front) -> Iterator[Served]:
    """Give a served application; it is stopped at the end of the test."""
    running = Served(front)
    yield running
    running.go.set()
    running.stop()


def test_subclasses_need_not_call_the_parent(front: Front) -> None:
    """It is enough that they say the addresses."""
    running = Served(front, kind=Independent)
    front.subscribe()
    front.send(message(1, "/a"))
    assert front.reply().endswith(b"\r\n\r\na")
    running.stop()


def test_a_connection_without_addresses_says_what_is_missing() -> None:
    """Instead of the name of an attribute."""
    with pytest.raises(ValueError, match=r"Call super\(\).__init__\(pull_addr, pub_addr\)"):
        Independent().send("uuid", "1", "text")


def test_the_base_class_promises_only() -> None:
    """Subclasses implement; the sender has 32 hexadecimal characters."""
    connection = Connection("in", "out")
    assert (connection.in_sock, connection.out_sock) == ("in", "out")
    assert int(connection.sender_id, 16) >= 0
    assert len(connection.sender_id) == 32
    calls: list[Any] = [
        connection.recv,
        lambda: connection.send("u", "1", ""),
        lambda: connection.reply(make_request(), ""),
        lambda: connection.reply_bulk("u", [], ""),
        connection.close,
        lambda: connection.close_bulk("u", []),
        lambda: connection.process_message(None, b""),  # type: ignore[arg-type]
        lambda: connection.recv_forever_ever(None),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(NotImplementedError):
            call()


def test_ctrl_c_ends_serving_quietly() -> None:
    """Own transports call this around their loop."""

    def serve() -> None:
        raise KeyboardInterrupt

    Connection()._recv_forever_ever(serve)


def test_making_a_connection_opens_nothing(tmp_path: Path) -> None:
    """An application can be made without Mongrel2, and imported for its tests."""
    connection = Mongrel2Connection("ipc://x", "ipc://y")
    assert (connection.in_addr, connection.out_addr) == ("ipc://x", "ipc://y")
    assert connection.MAX_IDENTS == 100
    assert connection.in_sock is connection.out_sock is None
    connection.close()


@pytest.mark.parametrize("address", ["ipc://", "nonsense", "tcp://nowhere"])
def test_a_wrong_address_is_reported_at_run(address: str) -> None:
    """Accepted when made, refused with an example when used."""
    app = Brubeck(mongrel2_pair=(address, "ipc:///tmp/never"))
    with pytest.raises(ValueError, match=r"ZeroMQ cannot connect.*for example ipc://run/app_in"):
        app.run()


def test_recv_waits_for_one_raw_message(front: Front) -> None:
    """Programs with a loop of their own receive bytes, and send without serving."""
    connection = Mongrel2Connection(*front.addresses)
    received = gevent.spawn(connection.recv)
    gevent.sleep(0)
    front.subscribe()
    front.send(message(1, "/a"))
    data = received.get(timeout=LONG)
    assert data == message(1, "/a")
    connection.send(IDENT, "1", "text ü")
    assert front.reply() == f"{IDENT} 1:1, text ü".encode()
    connection._shut()
    connection._shut()


def test_the_first_reply_is_kept_until_somebody_listens(front: Front, served: Served) -> None:
    """A handler answers before Mongrel2 has subscribed; nothing is lost, in order."""
    front.send(message(1, "/a"), message(2, "/b"))
    served.until_started("a", "b")
    front.subscribe()
    assert front.reply().startswith(f"{IDENT} 1:1, HTTP/1.1 200".encode())
    assert front.reply().startswith(f"{IDENT} 1:2, HTTP/1.1 200".encode())


def test_replies_wait_for_their_own_mongrel2(front: Front, served: Served) -> None:
    """Of two servers one may listen earlier; the other's replies follow."""
    front.subscribe("first")
    front.send(message(1, "/a", "second"), message(1, "/b", "first"))
    assert front.reply().startswith(b"first 1:1, ")
    front.subscribe("second")
    assert front.reply().startswith(b"second 1:1, ")


def test_an_empty_recv_ident_hears_everything(front: Front, served: Served) -> None:
    """The configurations of 2011 had recv_ident=''."""
    front.subscribe("")
    front.send(message(1, "/a"))
    assert front.reply().startswith(f"{IDENT} 1:1, ".encode())


@pytest.mark.parametrize("quick", [0.0, LONG])
def test_replies_in_quick_succession_arrive_in_order(
    front: Front, monkeypatch: pytest.MonkeyPatch, quick: float
) -> None:
    """Whether they leave together or alone; also those of a program that ends right after."""
    monkeypatch.setattr(sockets, "QUICK", quick)
    front.subscribe("")
    connection = Mongrel2Connection(*front.addresses)
    connection.send(IDENT, "0", "heard")
    assert front.reply() == f"{IDENT} 1:0, heard".encode()
    for number in range(2 * sockets.MAX_TOGETHER + 3):
        connection.send(IDENT, "1", str(number))
    connection._shut()
    expected = [f"{IDENT} 1:1, {number}".encode() for number in range(2 * sockets.MAX_TOGETHER + 3)]
    assert [front.reply() for _ in expected] == expected


def test_no_reply_waits_for_a_handler_that_blocks(
    front: Front, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was to leave together leaves as soon as the next handler lets go of the processor."""
    monkeypatch.setattr(sockets, "QUICK", LONG)
    front.subscribe()
    front.send(message(1, "/a"), message(2, "/b"), message(3, "/wait/c"))
    assert front.reply().startswith(f"{IDENT} 1:1, ".encode())
    assert front.reply().startswith(f"{IDENT} 1:2, ".encode())
    assert not served.go.is_set()


def test_replies_in_hand_reach_those_who_listened(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause keeps what comes after it, not what came before."""
    monkeypatch.setattr(sockets, "QUICK", LONG)
    front.subscribe("")
    connection = Mongrel2Connection(*front.addresses)
    connection.send(IDENT, "1", "first")
    assert front.reply().endswith(b"first")
    _, outbox = connection._open()
    connection.send(IDENT, "1", "before")
    outbox.pause()
    connection.send(IDENT, "1", "after")
    assert front.reply().endswith(b"before")
    outbox.resume()
    assert front.reply().endswith(b"after")
    connection._shut()


def test_bulk_replies_are_split(front: Front, served: Served) -> None:
    """Mongrel2 takes at most 128 ids; MAX_IDENTS go into one message."""
    front.subscribe()
    idents = [str(number) for number in range(250)]
    connection = served.app.msg_conn
    connection.reply_bulk(IDENT, idents, "all")
    replies = [front.reply() for _ in range(3)]
    heard = [reply.split(b":", 1)[1].split(b",")[0].split() for reply in replies]
    assert [len(part) for part in heard] == [100, 100, 50]
    assert [ident.decode() for part in heard for ident in part] == idents
    connection.close_bulk(IDENT, ["1", "2"])
    assert front.reply() == f"{IDENT} 3:1 2, ".encode()


class Poll(WebMessageHandler):
    """Waits in the room "news"; `/early` is told before its handler has returned."""

    def get(self, name: str) -> Any:
        parked = self.park("news")
        if name == "early":
            self.application.broadcast("news", render(name, 200, "OK", {}))
        return parked


@pytest.fixture
def polled(front: Front, served: Served) -> Served:
    """Give a served application whose clients wait for news."""
    served.app.add_route_rule(r"^/poll/(\w+)$", Poll)
    front.subscribe()
    return served


def test_everybody_who_waits_gets_the_news(front: Front, polled: Served) -> None:
    """One message names them all, and nobody twice."""
    front.send(*(message(number, "/poll/late") for number in range(1, 6)))
    with gevent.Timeout(LONG):
        while polled.app.parking.count("news") < 5:
            gevent.sleep(0.001)
    assert polled.app.broadcast("news", render("new", 200, "OK", {})) == 5
    answer = front.reply()
    assert sorted(answer.split(b":", 1)[1].split(b",")[0].split()) == [b"1", b"2", b"3", b"4", b"5"]
    assert answer.endswith(b"new")


def test_news_before_the_handler_has_returned_is_sent(front: Front, polled: Served) -> None:
    """Who is told between waiting and the end of the handler gets his answer all the same."""
    front.send(message(7, "/poll/early"))
    answer = front.reply()
    assert answer.startswith(f"{IDENT} 1:7, HTTP/1.1 200 ".encode())
    assert answer.endswith(b"early")
    assert polled.app.parking.count("news") == 0


def test_a_malformed_address_is_never_sent(served: Served) -> None:
    """Mongrel2 would hold up all replies for half a second."""
    with pytest.raises(BadMessage):
        served.app.msg_conn.send("no ident", "1", "x")


def test_bad_messages_are_logged_and_dropped(
    front: Front, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """One line each, and the next message is served."""
    front.subscribe()
    front.send(b"nonsense", message(1, "/a"))
    front.reply()
    assert caplog.text.count("makes no sense was dropped") == 1


def test_a_full_pool_receives_no_more(front: Front) -> None:
    """With `size` requests in hand, the rest waits where another handler can take it."""
    served = Served(front, pool=gevent.pool.Pool(2))
    front.subscribe()
    front.send(*(message(number, f"/wait/n{number}") for number in range(4)))
    served.until_started("n0", "n1")
    gevent.sleep(0.01)
    assert served.started == ["n0", "n1"]
    served.go.set()
    assert {front.reply().split(b",")[0] for _ in range(4)} == {
        f"{IDENT} 1:{number}".encode() for number in range(4)
    }
    served.stop()


def test_stopping_answers_all_that_was_received(front: Front) -> None:
    """What waits behind a full pool is answered too, before the sockets close."""
    served = Served(front, pool=gevent.pool.Pool(1))
    front.subscribe()
    front.send(*(message(number, f"/wait/n{number}") for number in range(5)))
    served.until_started("n0")
    served.app.stop()
    gevent.spawn_later(0.3, served.go.set)
    served.greenlet.get(timeout=LONG)
    assert {front.reply().split(b",")[0] for _ in range(5)} == {
        f"{IDENT} 1:{number}".encode() for number in range(5)
    }


def test_what_is_not_finished_in_time_gets_an_apology(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    """After the grace the client hears 503 and the end; the late answer is not sent."""
    served = Served(front, grace=0.01)
    front.subscribe()
    front.send(message(1, "/wait/slow"))
    served.until_started("slow")
    served.stop()
    assert b"503 Service Unavailable" in front.reply()
    assert front.reply() == f"{IDENT} 1:1, ".encode()
    assert "1 requests were not finished in time" in caplog.text
    served.go.set()


def test_replies_that_nobody_heard_are_counted_at_the_end(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a Mongrel2 that listens the log says how many were in vain."""
    served = Served(front)
    front.send(message(1, "/a"))
    served.until_started("a")
    gevent.sleep(0)
    served.stop()
    assert "1 replies were never sent" in caplog.text


def test_replies_do_not_pile_up_without_end(
    front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Over the bound they are dropped, and the log says so."""
    monkeypatch.setattr(sockets, "MAX_UNSENT", 2)
    connection = Mongrel2Connection(*front.addresses)
    for number in range(3):
        connection.send(IDENT, str(number), "x")
    assert caplog.text.count("A reply was dropped") == 1
    front.subscribe()
    assert front.reply() == f"{IDENT} 1:0, x".encode()
    connection._shut()


def test_an_unsubscription_ends_what_was_asked(front: Front, served: Served) -> None:
    """Who has gone is not answered, and may come again."""
    front.subscribe()
    front.send(message(1, "/wait/old"))
    served.until_started("old")
    front.replies.unsubscribe(IDENT.encode())
    front.subscribe("other")
    front.send(message(2, "/a", "other"))
    assert front.reply().startswith(b"other 1:2, ")
    front.subscribe()
    served.go.set()
    front.send(message(3, "/b"))
    assert front.reply().startswith(f"{IDENT} 1:3, ".encode())


def test_a_disconnect_cancels_what_waits_behind(front: Front, served: Served) -> None:
    """Pipelined requests of a client who has left are not run; a notice of a stranger is fine."""
    front.subscribe()
    headers, body = '{"METHOD":"JSON"}', '{"type":"disconnect"}'
    notice = f"@* {len(headers)}:{headers},{len(body)}:{body},"
    front.send(message(1, "/wait/first"), message(1, "/second"))
    front.send(f"{IDENT} 1 {notice}".encode(), f"{IDENT} 99 {notice}".encode())
    front.send(message(2, "/other"))
    assert front.reply().startswith(f"{IDENT} 1:2, ".encode())
    served.go.set()
    assert front.reply().endswith(b"first")
    front.send(message(3, "/last"))
    assert front.reply().endswith(b"last")
    assert "second" not in served.started


def test_programs_may_reply_themselves(front: Front, served: Served) -> None:
    """reply() addresses the one who asked."""
    front.subscribe()
    request = make_request()
    request.sender, request.conn_id = IDENT, "12"
    served.app.msg_conn.reply(request, http_response("x", 200, "OK", {}))
    assert front.reply().startswith(f"{IDENT} 2:12, HTTP/1.1 200 OK".encode())


def test_quiet_by_default(caplog: pytest.LogCaptureFixture, front: Front, served: Served) -> None:
    """Serving writes no warning and no error."""
    front.subscribe()
    front.send(message(1, "/a"))
    front.reply()
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
