"""Promises of `brubeck run`, kept by real processes."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
from brubeck.cli import main
from brubeck.cli.new import create
from framework.conformance.servers import Process, eventually, is_listening
from ports import free_port

FRAMEWORK = Path(__file__).parents[2] / "framework"
PATIENCE = 60.0
LIBRARIES = ("gevent", "eventlet")

PROGRAM = """
import os
from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.metrics import measure
from brubeck.request_handling import Brubeck, render

TEXT = "first"

def page(application, message):
    return render(f"{TEXT} {os.getpid()} {current().name}", 200, "OK", {})

app = Brubeck(WSGIConnection(PORT, "127.0.0.1"), [("^/$", page)], log_level="WARNING")
measure(app)
"""


def ask(port: int, path: str = "/") -> str:
    """Return what is answered on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def try_to_ask(port: int) -> str:
    """Return what is answered, empty text when nobody answers."""
    try:
        return ask(port)
    except (OSError, http.client.HTTPException):
        return ""


class Command:
    """`brubeck run` as a child process."""

    def __init__(self, folder: Path, arguments: tuple[str, ...]) -> None:
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "brubeck", "run", *arguments],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": str(FRAMEWORK), "PYTHONDONTWRITEBYTECODE": "1"},
            )

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Return the exit code after a signal."""
        self.child.send_signal(number)
        return self.child.wait(PATIENCE)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Command]:
    """Run a command until the end of the block at the latest."""
    command = Command(folder, arguments)
    try:
        yield command
    finally:
        if command.child.poll() is None:
            command.child.terminate()
        try:
            command.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            command.child.kill()
            command.child.wait()


@pytest.fixture
def port() -> int:
    """Give a free port."""
    return free_port()


@pytest.fixture
def program(tmp_path: Path, port: int) -> Path:
    """Give the file of an application that has a port of its own."""
    path = tmp_path / "cli_program.py"
    path.write_text(PROGRAM.replace("PORT", str(port)))
    return path


def workers_that_answer(port: int, number: int) -> set[str]:
    """Wait until so many processes have answered; return their ids."""
    found: set[str] = set()

    def all_answer() -> bool:
        if words := try_to_ask(port).split():
            found.add(words[1])
        return len(found) >= number

    eventually(all_answer, f"answers of {number} workers")
    return found


def is_alive(pid: str) -> bool:
    """Say whether a process runs; a dead one whose parent has not asked yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_new_project_starts_and_shows_its_page(tmp_path: Path) -> None:
    """The first command after `brubeck new` works."""
    create(tmp_path / "shop", "shop")
    with running(tmp_path / "shop", "shop.app:create_app", "--port", "0") as command:
        pattern = re.compile(r"Serving on port (\d+)")
        eventually(lambda: pattern.search(command.text()), "a port")
        found = pattern.search(command.text())
        assert found
        page = ask(int(found[1]))
        assert "<h1>shop</h1>" in page
        assert 'name="csrf_token"' in page
        assert command.end() == 0
        assert "Traceback" not in command.text()


def test_a_new_project_starts_behind_mongrel2(tmp_path: Path, port: int) -> None:
    """The commands of its README work, with the configuration that it brings along.

    Mongrel2 has an identity that it never had before.
    """
    folder = tmp_path / "shop"
    create(folder, "shop")
    configuration = folder / "mongrel2.conf"
    configuration.write_text(configuration.read_text().replace("port=6767", f"port={port}"))
    readme = (folder / "README.md").read_text()
    commands = re.search(r"(mkdir -p run && sed .*\n +m2sh .*) && (mongrel2 .*)\n", readme)
    assert commands
    subprocess.run(["sh", "-ec", commands[1]], cwd=folder, check=True, capture_output=True)
    assert re.search(r"send_ident='shop-\d{10,}'", (folder / "run" / "mongrel2.conf").read_text())
    mongrel2 = Process(commands[2].split(), folder, "mongrel2")
    try:
        pair = ("--pull", "ipc://run/in", "--pub", "ipc://run/out")
        with running(folder, "shop.app:create_app", *pair) as command:
            eventually(lambda: is_listening(port), "Mongrel2 listens")
            assert "<h1>shop</h1>" in ask(port)
            assert command.end() == 0
    finally:
        mongrel2.end()


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_process_serves_and_ends(
    program: Path, port: int, library: str, number: signal.Signals
) -> None:
    """On either library, with the application's own port, and with exit code 0."""
    with running(program.parent, "cli_program:app", "--concurrency", library) as command:
        eventually(lambda: try_to_ask(port), "an answer")
        text, pid, name = ask(port).split()
        assert (text, int(pid), name) == ("first", command.child.pid, library)
        assert command.end(number) == 0
        assert "Brubeck going down..." in command.text()


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("is_own", [True, False], ids=["own port", "port of the supervisor"])
def test_several_workers_share_a_port(program: Path, port: int, library: str, is_own: bool) -> None:
    """Each of them answers, a killed one is replaced, and all end with the supervisor."""
    where = [] if is_own else ["--port", str(port)]
    arguments = ["cli_program:app", "--workers=2", f"--concurrency={library}", *where]
    with running(program.parent, *arguments) as command:
        first = workers_that_answer(port, 2)
        victim = first.pop()
        os.kill(int(victim), signal.SIGKILL)
        eventually(lambda: f"Worker {victim} was ended by SIGKILL" in command.text(), "a log line")
        eventually(lambda: workers_that_answer(port, 1) - first - {victim}, "a new worker")
        second = workers_that_answer(port, 2)
        assert command.end() == 0
        eventually(lambda: not any(map(is_alive, first | second)), "the end of the workers")
        assert not try_to_ask(port)


class Front:
    """Mongrel2's two sockets."""

    def __init__(self, folder: Path) -> None:
        self.addresses = f"ipc://{folder}/in", f"ipc://{folder}/out"
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._requests = self._context.socket(zmq.PUSH)
        self._requests.bind(self.addresses[0])
        self._replies = self._context.socket(zmq.SUB)
        self._replies.setsockopt(zmq.SUBSCRIBE, b"front")
        self._replies.setsockopt(zmq.RCVTIMEO, int(1000 * PATIENCE))
        self._replies.bind(self.addresses[1])

    def ask(self, path: str) -> bytes:
        """Return the reply to a request; ZeroMQ waits until there is a worker."""
        headers = b'{"METHOD":"GET","VERSION":"HTTP/1.1","PATH":"/","host":"localhost"}'
        self._requests.send(b"front 1 %s %d:%s,0:," % (path.encode(), len(headers), headers))
        return self._replies.recv()

    def close(self) -> None:
        self._context.destroy(linger=0)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_mongrel2_is_served_at_the_given_addresses(program: Path, workers: str) -> None:
    """They replace the connection of the application."""
    front = Front(program.parent)
    pull, pub = front.addresses
    arguments = ["cli_program:app", "--pull", pull, "--pub", pub, "--workers", workers]
    with running(program.parent, *arguments) as command:
        try:
            reply = front.ask("/")
        finally:
            front.close()
        assert reply.startswith(b"front 1:1, HTTP/1.1 200 OK")
        assert b"first" in reply
        assert command.end() == 0


def test_workers_end_with_a_supervisor_that_was_killed(program: Path, port: int) -> None:
    """Nobody has to hunt for processes that keep a port."""
    with running(program.parent, "cli_program:app", "--workers=2", f"--port={port}") as command:
        pids = workers_that_answer(port, 2)
        command.child.kill()
        eventually(lambda: not any(map(is_alive, pids)), "the end of the workers")


def test_metrics_of_all_workers_are_shown_by_each(program: Path, port: int) -> None:
    """Whichever worker answers shows the requests of all, with their numbers and processes."""
    with running(program.parent, "cli_program:app", "--workers=2", f"--port={port}"):
        asked: Counter[str] = Counter()
        while len(asked) < 2:
            if words := try_to_ask(port).split():
                asked[words[1]] += 1
        lines = ask(port, "/metrics").splitlines()
        for pid, count in asked.items():
            (number,) = [
                number
                for number in (1, 2)
                if f'brubeck_worker_info{{process="{pid}",worker="{number}"}} 1.0' in lines
            ]
            labels = f'method="GET",route="^/$",status="200",worker="{number}"'
            assert f"brubeck_requests_total{{{labels}}} {count:.1f}" in lines


def test_a_changed_program_is_started_again(program: Path, port: int) -> None:
    """A typing error is survived, and its correction noticed."""
    right = program.read_text()
    with running(program.parent, "cli_program:app", "--reload") as command:
        eventually(lambda: try_to_ask(port).startswith("first"), "the first answer")
        program.write_text(right.replace("first", "second"))
        eventually(lambda: try_to_ask(port).startswith("second"), "the second answer")
        program.write_text(right.replace("first", "wrong") + "\ndef (:\n")
        eventually(lambda: "It is tried again" in command.text(), "the failure")
        assert "SyntaxError" in command.text()
        program.write_text(right.replace("first", "third"))
        eventually(lambda: try_to_ask(port).startswith("third"), "the third answer")
        assert command.end(signal.SIGINT) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_cannot_start_ends_with_2(tmp_path: Path, workers: str) -> None:
    """Also when workers were to be started."""
    with running(tmp_path, "cli_nowhere:app", "--workers", workers) as command:
        assert command.child.wait(PATIENCE) == 2
        assert "There is no module cli_nowhere." in command.text()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_ends_with_2(program: Path, port: int, workers: str) -> None:
    """The sentence names the port; there is no traceback."""
    with socket.create_server(("127.0.0.1", port)):
        arguments = ["cli_program:app", "--port", str(port), "--workers", workers]
        with running(program.parent, *arguments) as command:
            assert command.child.wait(PATIENCE) == 2
            assert f"Port {port} of 127.0.0.1 is taken." in command.text()
            assert "Traceback" not in command.text()


def test_options_that_contradict_each_other_end_with_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is started."""
    assert main(["run", "shop:app", "--port=1", "--pull=ipc://a"]) == 2
    assert "Give those of one transport" in capsys.readouterr().err


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    """As other commands do."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"brubeck \d+\.\d+\.\d+\n", capsys.readouterr().out)
