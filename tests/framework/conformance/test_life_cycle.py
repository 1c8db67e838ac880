"""Starting, stopping and changing processes without losing what somebody waits for."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import zmq.green as zmq
from framework.conformance.servers import (
    PATIENCE,
    Process,
    Server,
    eventually,
    raw_connection,
    read_to_end,
    start_mongrel2,
    start_program,
)

IDENT = "fake-mongrel2"


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_an_idle_server_ends_cleanly(own_server: Server, number: int) -> None:
    """Both signals end an idle process with code 0, after its last lines."""
    own_server.program.signal(number)
    assert own_server.program.wait() == 0
    assert own_server.program.text().rstrip().endswith("going down...\nafter run")
    assert "Traceback" not in own_server.program.text()


def test_the_greeting_and_the_hooks_come_in_order(own_server: Server) -> None:
    """Greeting, start hooks, serving, stop hooks, farewell."""
    own_server.program.signal(signal.SIGTERM)
    own_server.program.wait()
    text = own_server.program.text()
    marks = ["Brubeck v", "online ]", "starting", "stopped", "going down", "after run"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_a_request_in_hand_is_finished_at_the_end(own_server: Server) -> None:
    """A signal during a request ends the process after the answer."""
    with raw_connection(own_server.port, get("/wait/busy")) as connection:
        eventually((own_server.folder / "busy.started").exists, "the request is in hand")
        own_server.program.signal(signal.SIGTERM)
        (own_server.folder / "busy.go").touch()
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert own_server.program.wait() == 0


def test_a_second_ctrl_c_does_not_wait(own_server: Server) -> None:
    """Whoever presses Ctrl-C twice gets the prompt back, although a request is in hand."""
    with raw_connection(own_server.port, get("/wait/stuck")):
        eventually((own_server.folder / "stuck.started").exists, "the request is in hand")
        own_server.program.signal(signal.SIGINT)
        eventually(lambda: "Asked to stop" in own_server.program.text(), "the first is noticed")
        own_server.program.signal(signal.SIGINT)
        assert own_server.program.wait() == 0


def test_requests_wait_for_a_handler_and_none_is_lost(mongrel2: Server) -> None:
    """Requests sent while no handler runs are all answered by the next one, the first too."""
    mongrel2.program.signal(signal.SIGTERM)
    assert mongrel2.program.wait() == 0
    with ExitStack() as stack:
        waiting = [
            stack.enter_context(raw_connection(mongrel2.port, get(f"/hello/n{number}")))
            for number in range(40)
        ]
        mongrel2.start("second")
        for number, connection in enumerate(waiting):
            assert f"n{number}!".encode() in connection.recv(65536)


def test_a_new_handler_takes_over_without_loss(mongrel2: Server) -> None:
    """While a second handler starts and the first one ends, every request is answered."""
    second = mongrel2.start("second")
    with raw_connection(mongrel2.port, b"") as connection:
        # One connection kept alive: notices of closed ones would go to every second handler.
        eventually(lambda: takes_part(second, connection), "the second handler takes part")
        mongrel2.program.signal(signal.SIGTERM)
        while mongrel2.program.child.poll() is None:
            assert b"200 OK" in exchange(connection)
    assert mongrel2.program.wait() == 0


def takes_part(process: Process, connection: socket.socket) -> bool:
    assert b"200 OK" in exchange(connection)
    return "GET /hello" in process.text()


def exchange(connection: socket.socket) -> bytes:
    connection.sendall(get("/hello"))
    return connection.recv(65536)


def test_a_handler_survives_a_restart_of_mongrel2(mongrel2: Server) -> None:
    """Mongrel2 comes back with a new ident, and the handler serves it without a restart."""
    front = mongrel2.processes[0]
    with raw_connection(mongrel2.port, get("/wait/orphan")):
        eventually((mongrel2.folder / "orphan.started").exists, "the request is in hand")
        front.end()
    mongrel2.processes[0] = start_mongrel2(mongrel2.folder, mongrel2.port)
    mongrel2.wait_until_ready()
    with raw_connection(mongrel2.port, get("/wait/heir")) as connection:
        eventually((mongrel2.folder / "heir.started").exists, "the new client is in hand")
        (mongrel2.folder / "orphan.go").touch()
        assert mongrel2.ask("GET", "/hello").status == 200
        (mongrel2.folder / "heir.go").touch()
        assert connection.recv(65536).endswith(b"heir")


def test_handlers_may_answer_later_by_themselves(mongrel2: Server) -> None:
    """A handler that returns nothing has sent nothing; what it sends afterwards arrives."""
    assert mongrel2.ask("GET", "/later").body == b"later"


def test_one_reply_reaches_a_crowd(mongrel2: Server) -> None:
    """Three parked requests are answered by one bulk reply."""
    with ExitStack() as stack:
        crowd = [stack.enter_context(raw_connection(mongrel2.port, get("/crowd"))) for _ in "123"]
        for connection in crowd:
            assert connection.recv(65536).endswith(b"together")


@pytest.mark.parametrize(
    "lines",
    [
        b"X-Mongrel2-Upload-Done: /etc/passwd",
        b"X-Mongrel2-Upload-Start: f\r\nX-Mongrel2-Upload-Done: f",
        b"Content-Length: 0\r\nX-Mongrel2-Upload-Start: f\r\nX-Mongrel2-Upload-Done: f",
    ],
)
def test_forged_upload_notices_are_refused_and_closed(mongrel2: Server, lines: bytes) -> None:
    """Nobody reads a file of the server by claiming that it is his upload."""
    victim = mongrel2.folder / "f"
    victim.write_text("private")
    forged = b"POST /spooled HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines + b"\r\n\r\n"
    with raw_connection(mongrel2.port, forged) as connection:
        assert read_to_end(connection)[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 411"}
    assert victim.read_text() == "private"


def test_a_forged_end_does_not_end_a_real_upload(mongrel2: Server) -> None:
    """The name in it is not that of the file, which goes with the connection."""
    head = b"POST /spooled HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500000\r\n"
    with raw_connection(mongrel2.port, head + b"X-Mongrel2-Upload-Done: f\r\n\r\n") as connection:
        assert read_to_end(connection).startswith(b"HTTP/1.1 400")
    eventually(lambda: not list(mongrel2.folder.glob("up.*")), "no file is left")


def test_an_upload_leaves_no_file(mongrel2: Server) -> None:
    """Its name is gone before its handler runs, also when that refuses it."""
    for path, status in (("/spooled", 200), ("/echo", 413), ("/hello", 405), ("/nowhere", 404)):
        assert mongrel2.ask("POST", path, body=b"x" * 500_000).status == status
        assert not list(mongrel2.folder.glob("up.*"))


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        (700_000, b""),
        (500_000, b"Content-Length: 500000\r\n"),
        (500_000, b"X-Mongrel2-Upload-Done: f\r\n"),
        (500_000, b"Host: another\r\n"),
    ],
)
def test_a_refused_upload_leaves_no_file(mongrel2: Server, size: int, lines: bytes) -> None:
    """Mongrel2 has the whole body before anybody could refuse it."""
    head = b"POST /spooled HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n" % size
    for _ in range(10):
        with raw_connection(mongrel2.port, head + lines + b"\r\n" + b"x" * size) as connection:
            assert connection.recv(12) in {b"HTTP/1.1 413", b"HTTP/1.1 400"}
    eventually(lambda: not list(mongrel2.folder.glob("up.*")), "no file is left")


class FakeMongrel2:
    """The two sockets of Mongrel2, in the hands of a test."""

    program: Process

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.context = zmq.Context()
        self.requests = self.context.socket(zmq.PUSH)
        self.requests.bind(f"ipc://{folder}/in")
        self.replies = self.listen()

    def listen(self) -> "zmq.Socket":
        replies = self.context.socket(zmq.SUB)
        replies.bind(f"ipc://{self.folder}/out")
        replies.subscribe(IDENT.encode())
        return replies

    def come_back(self) -> None:
        """Listen for replies on a new socket, as after a restart."""
        self.replies.close(0)
        self.replies = self.listen()

    def send(self, data: bytes) -> None:
        self.requests.send(data)

    def request(self, conn_id: int, path: str, **headers: str) -> None:
        known = {"PATH": path, "METHOD": "GET", "VERSION": "HTTP/1.1", "host": "127.0.0.1"}
        text = json.dumps(known | headers)
        self.send(f"{IDENT} {conn_id} {path} {len(text)}:{text},0:,".encode())

    def reply(self) -> bytes:
        assert self.replies.poll(PATIENCE * 1000), "no reply came"
        data: bytes = self.replies.recv()
        return data

    def close(self) -> None:
        self.requests.close(0)
        self.replies.close(0)
        self.context.term()


@contextmanager
def fake_mongrel2(folder: Path) -> Iterator[FakeMongrel2]:
    fake = FakeMongrel2(folder)
    try:
        yield fake
    finally:
        fake.close()


@pytest.fixture(params=["gevent", "eventlet"])
def fake(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FakeMongrel2]:
    """Give a handler process whose Mongrel2 is the test."""
    folder = tmp_path_factory.mktemp("fake")
    with fake_mongrel2(folder) as sockets:
        sockets.program = start_program(folder, request.param)
        try:
            yield sockets
        finally:
            sockets.program.end()
    assert sockets.program.child.returncode == 0, sockets.program.text()
    assert "Traceback" not in sockets.program.text()


GARBAGE = [
    b"",
    b"x",
    b"one two three",
    f"{IDENT} 1 /hello 5:{{}},0:,".encode(),
    f"{IDENT} 1 /hello 2:{{}},99:,".encode(),
    f"{IDENT} one /hello 2:{{}},0:,".encode(),
    f"{IDENT} 1 /hello 4:null,0:,".encode(),
    b"\xff\xfe \x00 \x01 0:,0:,",
]


def test_garbage_on_the_socket_is_dropped(fake: FakeMongrel2) -> None:
    """After any bad message the next good one is answered, and nothing else."""
    for data in GARBAGE:
        fake.send(data)
    fake.request(7, "/hello")
    assert fake.reply().startswith(f"{IDENT} 1:7, HTTP/1.1 200 OK".encode())


def test_disconnect_notices_are_never_answered(fake: FakeMongrel2) -> None:
    """Answering a notice would start an endless loop with Mongrel2."""
    headers, body = '{"METHOD":"JSON"}', '{"type":"disconnect"}'
    notice = f"{IDENT} 2 @* {len(headers)}:{headers},{len(body)}:{body},"
    fake.send(notice.encode())
    fake.request(7, "/hello")
    assert fake.reply().startswith(f"{IDENT} 1:7, ".encode())


def test_a_bare_handlers_text_goes_out_unchanged(fake: FakeMongrel2) -> None:
    """What is not an HTTP response is sent as it is, for JSON sockets."""
    fake.request(7, "/bare")
    reply = fake.reply()
    assert reply.startswith(f'{IDENT} 1:7, {{"status_code":0,"status_msg":"OK"'.encode())


def test_an_empty_reply_closes_where_the_client_waits_for_it(fake: FakeMongrel2) -> None:
    """After HTTP/1.0 comes Mongrel2's sign to close, as a message of its own."""
    fake.request(7, "/hello", VERSION="HTTP/1.0")
    assert b"Take five" in fake.reply()
    assert fake.reply() == f"{IDENT} 1:7, ".encode()


def test_requests_of_one_connection_are_answered_one_by_one(fake: FakeMongrel2) -> None:
    """Of two requests on one connection the second waits; other connections do not."""
    fake.request(7, "/meet")
    fake.request(7, "/hello/second")
    fake.request(8, "/hello/other")
    replies = [fake.reply() for _ in range(3)]
    assert b"other!" in replies[0]
    assert b"second!" in replies[2]


def test_too_many_pipelined_requests_are_hung_up_on(fake: FakeMongrel2) -> None:
    """One connection cannot fill the memory with requests that wait."""
    for _ in range(50):
        fake.request(7, "/meet")
    assert b"HTTP/1.1 200" in fake.reply()
    assert fake.reply() == f"{IDENT} 1:7, ".encode()
    fake.request(8, "/hello")
    assert fake.reply().startswith(f"{IDENT} 1:8, ".encode())


def test_a_returning_ident_gets_no_answer_to_its_former_life(fake: FakeMongrel2) -> None:
    """A Mongrel2 that restarts with its old ident has given the connection's number to another."""
    fake.request(7, "/wait/former")
    eventually((fake.folder / "former.started").exists, "the request is in hand")
    fake.come_back()
    fake.request(8, "/hello")
    eventually(lambda: "came back" in fake.program.text(), "the restart is noticed")
    (fake.folder / "former.go").touch()
    eventually(lambda: "GET /wait/former" in fake.program.text(), "the old request is finished")
    fake.request(9, "/hello/last")
    replies = []
    while not replies or b"last!" not in replies[-1]:
        replies.append(fake.reply())
    assert not any(reply.startswith(f"{IDENT} 1:7, ".encode()) for reply in replies)
