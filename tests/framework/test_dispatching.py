"""The dispatcher as a process, with the test in the places of Mongrel2 and of the workers."""

import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq.green as zmq
from brubeck.dispatching import protocol
from framework.conformance.servers import PATIENCE, ROOT, Process, eventually

IDENT = "fake-mongrel2"
LIGHT = """
import sys
from brubeck.cli import main
import brubeck.dispatching.dispatcher
heavy = {"brubeck.application", "brubeck.connections", "gevent", "eventlet", "greenlet", "jinja2"}
sys.exit(", ".join(heavy & set(sys.modules)))
"""


def message(conn_id: int, path: str = "/a", **headers: str) -> bytes:
    text = json.dumps({"PATH": path, "METHOD": "GET", "VERSION": "HTTP/1.1"} | headers)
    return f"{IDENT} {conn_id} {path} {len(text)}:{text},0:,".encode()


def notice(conn_id: int) -> bytes:
    headers, body = '{"METHOD":"JSON"}', '{"type":"disconnect"}'
    return f"{IDENT} {conn_id} @* {len(headers)}:{headers},{len(body)}:{body},".encode()


def key(conn_id: int) -> bytes:
    return f"{IDENT} {conn_id}".encode()


def credits_(count: int, taken: int = 0, held: int = 0) -> bytes:
    return protocol.CREDITS + b"%d %d %d" % (count, taken, held)


def answers(*conn_ids: int) -> bytes:
    return protocol.ANSWERS + b",".join(map(key, conn_ids))


def done(*conn_ids: int) -> tuple[bytes, bytes]:
    return answers(*conn_ids), protocol.SENT


class Worker:
    """One who says what the test wants."""

    def __init__(
        self, context: "zmq.Context", address: str, *lines: bytes, name: bytes = b"fake"
    ) -> None:
        self.socket = context.socket(zmq.DEALER)
        self.socket.connect(address)
        self.welcome = b""
        self._heard: deque[bytes] = deque()
        self.say(protocol.HELLO + name, *lines)

    def say(self, *lines: bytes) -> None:
        self.socket.send(b"\n".join(lines))

    def hear(self) -> bytes:
        """Return the next request or word that is not about being there."""
        while not self._heard:
            assert self.socket.poll(1000 * PATIENCE), "nothing came"
            self._take(self.socket.recv())
        return self._heard.popleft()

    def _take(self, data: bytes) -> None:
        if data[:1] == protocol.WELCOME:
            self.welcome = data[1:]
        elif data[:1] == protocol.BATCH:
            self._heard.extend(protocol.unpack(data))
        elif data != protocol.PROBE:
            self._heard.append(data)


class Bench:
    """Everything around a dispatcher, which gets some options."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.options = options
        self.bind = f"ipc://{folder}/workers"
        self.context = zmq.Context()
        self.requests = self.context.socket(zmq.PUSH)
        self.requests.bind(f"ipc://{folder}/in")
        self.folder = folder
        self.replies = self.listen(folder)
        self.process = self.start("log")

    def start(self, log: str) -> Process:
        command = [sys.executable, "-m", "brubeck", "dispatch", f"--bind={self.bind}"]
        command += [f"--pull=ipc://{self.folder}/in", f"--pub=ipc://{self.folder}/out"]
        command += [f"--ledger={self.folder}/ledger", *self.options]
        return Process(command, self.folder, log, PYTHONPATH=str(ROOT / "framework"))

    def listen(self, folder: Path) -> "zmq.Socket":
        replies = self.context.socket(zmq.SUB)
        replies.bind(f"ipc://{folder}/out")
        replies.subscribe(IDENT.encode())
        return replies

    def send(self, *messages: bytes) -> None:
        for each in messages:
            self.requests.send(each)

    def worker(self, *lines: bytes, name: bytes = b"fake") -> Worker:
        return Worker(self.context, self.bind, *lines, name=name)

    def reply(self) -> bytes:
        assert self.replies.poll(1000 * PATIENCE), "no reply came"
        data: bytes = self.replies.recv()
        return data

    def close(self) -> None:
        self.context.destroy(linger=0)
        self.process.end()


@contextmanager
def working(folder: Path, *options: str) -> Iterator[Bench]:
    bench = Bench(folder, *options)
    try:
        yield bench
    finally:
        bench.close()


@pytest.fixture
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Give a dispatcher with a Mongrel2 and without workers."""
    with working(tmp_path_factory.mktemp("bench")) as given_:
        yield given_
    assert "Traceback" not in given_.process.text()
    assert given_.process.child.returncode == 0


@pytest.mark.parametrize(
    ("promise", "repeated"),
    [("idempotent", {"GET", "HEAD", "PUT"}), ("all", {"GET", "HEAD", "PUT", "POST"})],
)
def test_what_an_application_lets_be_repeated_goes_to_another_one(
    promise: str, repeated: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also what the dead worker had begun; not what has an answer, or has had a part of one."""
    methods = dict(enumerate(("GET", "HEAD", "PUT", "POST", "GET", "GET"), start=1))
    with working(tmp_path_factory.mktemp("promise"), f"--repeat={promise}") as bench:
        first = bench.worker(credits_(6))
        bench.send(*(message(number, METHOD=method) for number, method in methods.items()))
        for _ in methods:
            first.hear()
        first.say(credits_(0, taken=5, held=1), *done(5), protocol.BEGUN + key(6))
        eventually(lambda: held(bench) == {None: 1}, "his report")
        first.socket.close(0)
        second = bench.worker(credits_(6), name=b"17@second 2")
        heard = [second.hear() for _ in repeated]
        assert heard == [
            message(number, METHOD=method)
            for number, method in methods.items()
            if number < 5 and method in repeated
        ]
        closed = {bench.reply() for _ in range(1 + 2 * (4 - len(repeated)))}
        assert any(reply.startswith(f"{IDENT} 1:6, ".encode()) for reply in closed)
        second.socket.close(0)
        third = bench.worker(credits_(6), name=b"18@third 3")
        refused = [bench.reply() for _ in range(2 * len(repeated))]
        assert sum(b"HTTP/1.1 502" in reply for reply in refused) == len(repeated)
        third.socket.close(0)


def test_nothing_is_given_to_those_who_have_not_asked(bench: Bench) -> None:
    """Two credits are two requests; the third goes to whoever asks next."""
    first = bench.worker(credits_(2))
    bench.send(*map(message, (1, 2, 3)))
    assert [first.hear(), first.hear()] == [message(1), message(2)]
    second = bench.worker(credits_(1))
    assert second.hear() == message(3)


def test_most_credits_come_first(bench: Bench) -> None:
    """Who has asked for more gets the next one, until both have equally much left."""
    few, many = bench.worker(credits_(1)), bench.worker(credits_(3))
    bench.send(*map(message, range(1, 4)))
    assert {many.hear(), many.hear()} <= set(map(message, (1, 2, 3)))
    assert few.hear()


def test_what_follows_on_a_connection_goes_to_the_same_worker(bench: Bench) -> None:
    """Also without a credit: order matters more. When it is done, anybody may have the next."""
    first = bench.worker(credits_(1))
    bench.send(message(1))
    first.hear()
    second = bench.worker(credits_(5))
    bench.send(message(1, "/behind"), message(2))
    assert first.hear() == message(1, "/behind")
    assert second.hear() == message(2)
    first.say(*done(1, 1))
    second.say(*done(2))
    eventually(lambda: statistics(bench)["in_hand"] == 0, "all is done")
    bench.send(message(1, "/again"))
    assert second.hear() == message(1, "/again")


def test_frames_follow_their_handshake_and_cost_no_answer(bench: Bench) -> None:
    """They go where the WebSocket is open; when that worker dies the connection is just closed."""
    first = bench.worker(credits_(1))
    bench.send(message(1, METHOD="WEBSOCKET_HANDSHAKE"))
    first.hear()
    first.say(b"B" + key(1))
    second = bench.worker(credits_(5))
    frame = message(1, METHOD="WEBSOCKET", FLAGS="0x81")
    bench.send(frame, message(2), frame)
    assert [first.hear(), first.hear()] == [frame, frame]
    assert second.hear() == message(2)
    first.socket.close(0)
    assert bench.reply() == f"{IDENT} 1:1, ".encode()


def test_only_who_holds_the_connection_hears_that_the_client_has_gone(bench: Bench) -> None:
    """It costs no credit; a notice about anybody else is nobody's business."""
    first = bench.worker(credits_(2))
    bench.send(message(1), notice(9), notice(1))
    assert first.hear() == message(1)
    assert first.hear() == protocol.NOTICE + notice(1)
    bench.send(message(2))
    assert first.hear() == message(2)
    first.socket.close(0)
    assert bench.reply().startswith(f"{IDENT} 1:2, HTTP/1.1 502".encode())


def test_a_notice_waits_for_no_credit(bench: Bench) -> None:
    """Nor for the requests before it; a request whose client has gone is given to nobody."""
    worker = bench.worker(credits_(1))
    bench.send(*map(message, (1, 2, 3, 4)), notice(3), notice(1))
    assert worker.hear() == message(1)
    assert worker.hear() == protocol.NOTICE + notice(1)
    assert statistics(bench)["waiting"] == 2
    worker.say(credits_(2, taken=1))
    assert [worker.hear(), worker.hear()] == [message(2), message(4)]


def test_who_holds_least_comes_first(bench: Bench) -> None:
    """Of those that are idle, whatever they have asked for."""
    laden = bench.worker(credits_(60, held=3))
    free = bench.worker(credits_(5), name=b"17@free 2")
    eventually(lambda: held(bench) == {None: 3, 2: 0}, "both are known")
    for number in (1, 2, 3):
        bench.send(message(number))
        assert free.hear() == message(number)
        free.say(credits_(0, taken=number, held=number))
        eventually(lambda number=number: held(bench)[2] == number, "the report")
    free.say(credits_(0, taken=3, held=4))
    eventually(lambda: held(bench)[2] == 4, "the report")
    bench.send(message(4))
    assert laden.hear() == message(4)


def held(bench: Bench) -> dict[int | None, int]:
    """Return how much each worker holds, by its number."""
    workers = statistics(bench)["workers"]
    assert isinstance(workers, list)
    return {worker["number"]: worker["held"] for worker in workers}


def test_behind_an_answer_that_may_have_gone_nothing_is_said(bench: Bench) -> None:
    """Between the announcement of an answer and its confirmation a death only closes."""
    worker = bench.worker(credits_(3))
    bench.send(*map(message, (1, 2, 3)))
    for _ in range(3):
        worker.hear()
    worker.say(*done(1))
    worker.say(answers(2))
    eventually(lambda: statistics(bench)["in_hand"] == 2, "the report")
    worker.socket.close(0)
    said = {bench.reply() for _ in range(3)}
    apology = next(each for each in said if b"HTTP/1.1 502" in each)
    assert apology.startswith(f"{IDENT} 1:3, ".encode())
    assert said - {apology} == {f"{IDENT} 1:{number}, ".encode() for number in (2, 3)}
    assert statistics(bench)["lost"] == 1


def test_what_follows_an_announced_answer_waits_for_it(bench: Bench) -> None:
    """Whoever gets it then, his answer cannot come before the other one."""
    first = bench.worker(credits_(1))
    bench.send(message(1))
    first.hear()
    second = bench.worker(credits_(5))
    first.say(answers(1))
    bench.send(message(1, "/behind"), message(2))
    assert second.hear() == message(2)
    assert statistics(bench)["waiting"] == 1
    first.say(protocol.SENT)
    assert second.hear() == message(1, "/behind")


def test_nobody_gets_what_follows_the_end_of_a_connection(bench: Bench) -> None:
    """Whether it waits already or comes later: it may be a body (CWE-444)."""
    first = bench.worker(credits_(1))
    bench.send(message(1))
    first.hear()
    second = bench.worker(credits_(5))
    first.say(answers(1))
    bench.send(message(1, "/waits"), message(2))
    assert second.hear() == message(2)
    first.say(protocol.CLOSED + f"{IDENT} 1".encode(), protocol.SENT)
    eventually(lambda: statistics(bench)["waiting"] == 0, "it is dropped")
    bench.send(message(1, "/comes"), message(3))
    assert second.hear() == message(3)


def test_a_batch_that_did_not_arrive_goes_to_others(bench: Bench) -> None:
    """Who has asked for work and gone without a word costs no request."""
    gone = bench.worker(credits_(60))
    eventually(lambda: len(statistics(bench)["workers"]) == 1, "he is known")
    gone.socket.close(0)
    bench.send(*map(message, range(1, 4)))
    heir = bench.worker(credits_(3))
    assert sorted(heir.hear() for _ in range(3)) == [message(number) for number in range(1, 4)]


def test_what_a_dead_worker_had_not_begun_goes_to_another_one(bench: Bench) -> None:
    """Once, and only what may be repeated; the rest gets 502, as what he had begun."""
    first = bench.worker(credits_(4))
    bench.send(message(1), message(2), message(3, METHOD="POST"), message(4))
    for _ in range(4):
        first.hear()
    first.say(credits_(0, taken=1, held=1), answers(2))
    second = bench.worker(credits_(1), name=b"17@second 2")
    eventually(lambda: held(bench) == {None: 1, 2: 0}, "both reports")
    first.socket.close(0)
    assert second.hear() == message(4)
    said = {bench.reply() for _ in range(5)}
    refused = {reply.partition(b", ")[0] for reply in said if b"HTTP/1.1 502" in reply}
    assert refused == {f"{IDENT} 1:{number}".encode() for number in (1, 3)}
    assert {f"{IDENT} 1:{number}, ".encode() for number in (1, 2, 3)} <= said
    third = bench.worker(credits_(1), name=b"18@third 3")
    eventually(lambda: held(bench) == {2: 0, 3: 0}, "the third is known")
    second.socket.close(0)
    assert bench.reply().startswith(f"{IDENT} 1:4, HTTP/1.1 502".encode())
    third.socket.close(0)


def test_the_next_dispatcher_knows_what_was_lost(bench: Bench) -> None:
    """What nobody had been given, and what workers say that did not come."""
    worker = bench.worker(credits_(3))
    bench.send(*map(message, range(1, 11)))
    for _ in range(3):
        worker.hear()
    eventually(lambda: statistics(bench)["waiting"] == 7, "the rest is read")
    bench.process.signal(signal.SIGKILL)
    bench.process.wait()
    bench.process = bench.start("second")
    bench.worker(protocol.FORMER + worker.welcome + b" 2")
    eventually(lambda: statistics(bench)["lost_before"] == 8, "the count")
    eventually(lambda: "8 requests in hand" in bench.process.text(), "a line")
    bench.process.signal(signal.SIGTERM)
    assert bench.process.wait() == 0
    bench.process = bench.start("third")
    assert statistics(bench)["lost_before"] == 0


def test_who_leaves_gets_the_end_mark_and_nothing_after_it(bench: Bench) -> None:
    """What comes behind something in his hands waits until that is done, then goes elsewhere."""
    first = bench.worker(credits_(5))
    bench.send(message(1))
    first.hear()
    first.say(b"X")
    assert first.hear() == protocol.END
    second = bench.worker(credits_(5))
    bench.send(message(1, "/behind"), message(2))
    assert second.hear() == message(2)
    first.say(*done(1))
    assert second.hear() == message(1, "/behind")


def test_a_new_dispatcher_learns_what_is_held(bench: Bench) -> None:
    """A hello names it, so that it is missed when the worker dies."""
    worker = bench.worker(b"K" + key(7), b"K" + key(8), b"B" + key(8), credits_(1))
    bench.send(message(1))
    worker.hear()
    worker.say(*done(1))
    worker.socket.close(0)
    replies = [bench.reply() for _ in range(3)]
    assert replies[0].startswith(f"{IDENT} 1:7, HTTP/1.1 502 Bad Gateway\r\n".encode())
    assert replies[1:] == [f"{IDENT} 1:7, ".encode(), f"{IDENT} 1:8, ".encode()]


def test_garbage_is_dropped(bench: Bench) -> None:
    """From either side; the next good message is given."""
    worker = bench.worker(
        b"Cx", b"", b"?", b"C1", b"C1 2 x", b"A", b"Anobody 1", b"D", b"Fx", b"F1 9 9", credits_(1)
    )
    stranger = bench.context.socket(zmq.DEALER)
    stranger.connect(bench.bind)
    stranger.send_multipart([credits_(9), b"more"])
    bench.send(b"nonsense", b"", message(1))
    assert worker.hear() == message(1)
    assert bench.process.text().count("makes no sense") == 2


def test_a_mongrel2_that_returns_with_its_ident_has_other_clients(bench: Bench) -> None:
    """Nobody is answered for its former life."""
    worker = bench.worker(credits_(2))
    bench.send(message(1))
    worker.hear()
    bench.replies.close(0)
    bench.replies = bench.listen(bench.process.folder)
    eventually(lambda: statistics(bench)["in_hand"] == 0, "the connections are forgotten")
    bench.send(message(2))
    worker.hear()
    worker.socket.close(0)
    assert bench.reply().startswith(f"{IDENT} 1:2, HTTP/1.1 502".encode())


def test_who_cannot_be_answered_at_the_end_is_sent_away(bench: Bench) -> None:
    """What has left Mongrel2 is given out, or gets 502, when the dispatcher ends."""
    worker = bench.worker(credits_(1))
    bench.send(message(1), message(2))
    worker.hear()
    bench.process.signal(signal.SIGTERM)
    assert bench.reply().startswith(f"{IDENT} 1:2, HTTP/1.1 502".encode())
    assert bench.process.wait() == 0
    assert "1 are in hand at 1 workers, 1 got 502" in bench.process.text()


def statistics(bench: Bench) -> dict[str, object]:
    asker = bench.context.socket(zmq.DEALER)
    asker.connect(bench.bind)
    asker.send(protocol.STATISTICS)
    assert asker.poll(1000 * PATIENCE)
    found: dict[str, object] = json.loads(asker.recv())
    asker.close(0)
    return found


def test_who_asks_for_numbers_may_go_before_they_come(bench: Bench) -> None:
    """A health check that has run out of time does not end the dispatcher."""
    for _ in range(5):
        asker = bench.context.socket(zmq.DEALER)
        asker.connect(bench.bind)
        asker.send(protocol.STATISTICS)
        assert asker.poll(1000 * PATIENCE)
        bench.process.signal(signal.SIGSTOP)
        for _ in range(100):
            asker.send(protocol.STATISTICS)
        asker.close(1000)
        bench.process.signal(signal.SIGCONT)
        assert statistics(bench)["lost"] == 0


def test_numbers_are_shown(bench: Bench) -> None:
    """Fronts, workers, and what was given."""
    worker = bench.worker(credits_(3), name=b"17@here 2")
    bench.send(message(1))
    worker.hear()
    found = statistics(bench)
    assert (found["given"], found["lost"], found["in_hand"]) == (1, 0, 1)
    assert found["fronts"] == [IDENT]
    numbers = {"given": 1, "done": 0, "in_hand": 1, "held": 0, "credits": 2}
    assert found["workers"] == [
        {"number": 2, "name": "17@here", "pid": 17, "is_leaving": False} | numbers
    ]


def test_the_dispatcher_imports_neither_applications_nor_coroutine_libraries() -> None:
    """It has to be up when they are not."""
    done = subprocess.run(
        [sys.executable, "-c", LIGHT],
        check=False,
        cwd=ROOT / "framework",
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        capture_output=True,
        text=True,
    )
    assert done.stderr == "\n"
