"""Many writers, several processes, one of them killed: a program that follows sees it all, once.

The database is killed, too: whatever was acknowledged is there when it is back.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import gevent
import pytest
from accounts import people, tokens
from apps.readify.people import PASSWORD, stored_user
from apps.readify.writers import (
    ApiWriter,
    Caller,
    Follower,
    FormWriter,
    PurgingWriter,
    Record,
    settle_doubts,
    stored_numbers,
)
from conftest import first_address, stack
from histories import problems_of
from mongostore import Db, connect
from ports import free_port
from readify import queries
from readify.models import User
from servers import served

SECRET = "only-for-this-test-" * 3


class Stage:
    """A database, an account in it, and the processes that serve it."""

    def __init__(self, mongo_url: str, database: str, processes: ExitStack) -> None:
        self.mongo_url = mongo_url
        self.database = database
        self.processes = processes
        self.db: Db = connect(mongo_url, database)
        processes.callback(self.db.client.close)
        queries.ensure_indexes(self.db)
        people.ensure_indexes(self.db)
        self.user: User = stored_user_in(self.db)
        self.token = tokens.create_token(self.db, self.user, "program")
        self.record = Record()

    def serve(self, program: str, library: str) -> tuple[int, "subprocess.Popen[str]"]:
        """Start a process of a program; return its port, and the process."""
        port = free_port()
        settings = {
            "MONGO_URL": self.mongo_url,
            "READIFY_DATABASE": self.database,
            "READIFY_TRANSPORT": "wsgi",
            "READIFY_PORT": str(port),
            "READIFY_SECRET": SECRET,
            "READIFY_OTHER_HOSTS": "127.0.0.1",
            "READIFY_API_CALLS": "1000000",
            "READIFY_LOG_LEVEL": "ERROR",
            "BRUBECK_CONCURRENCY": library,
        }
        process = self.processes.enter_context(served(["readify", program], port, settings))
        return port, process

    def caller(self, ports: Sequence[int], first: int = 0) -> Caller:
        """Return somebody who asks the API, beginning with one of its processes."""
        return Caller(list(ports), self.token, first)

    def api_writers(self, ports: Sequence[int], number: int) -> list[ApiWriter]:
        """Return writers, some at each process."""
        return [ApiWriter(f"w{at}", self.caller(ports, at), self.record) for at in range(number)]


def stored_user_in(db: Db) -> User:
    """Return a user with the password PASSWORD."""
    holder = type("Holder", (), {"db_conn": db})()
    return stored_user(holder, "ada")


@pytest.fixture
def stage(mongo_url: str, database: str) -> Iterator[Stage]:
    """Give a stage on the database of the test run."""
    with ExitStack() as processes:
        yield Stage(mongo_url, database, processes)


def write_until(
    writers: Sequence[ApiWriter | FormWriter | PurgingWriter], steps: int
) -> list[gevent.Greenlet]:
    """Let each writer take its steps, all of them at the same time."""

    def work(writer: ApiWriter | FormWriter | PurgingWriter) -> None:
        for number in range(steps):
            writer.step(number)

    return [gevent.spawn(work, writer) for writer in writers]


@pytest.mark.timeout(300)
def test_a_program_sees_every_change_once_though_a_process_is_killed(stage: Stage) -> None:
    """Twenty writers at two processes of the API, one of the website, and in this one."""
    (first, victim), (second, _) = (stage.serve("api", name) for name in ("gevent", "eventlet"))
    web, _ = stage.serve("web", "gevent")
    by_api = stage.api_writers([first, second], 12)
    by_form = [FormWriter(f"f{at}", web, PASSWORD) for at in range(4)]
    here = [PurgingWriter(f"p{at}", stage.db, stage.user, stage.record) for at in range(4)]
    working = write_until([*by_api, *by_form, *here], 12)
    follower = Follower(stage.caller([second, first]))
    following = gevent.spawn(follower.follow, lambda: all(each.ready() for each in working))
    wait_until(lambda: len(follower.seen) > 60)
    victim.send_signal(signal.SIGKILL)
    gevent.joinall([*working, following], raise_error=True)
    saved = [url for writer in by_form for url in writer.saved]
    settle_doubts(stage.db, stage.user, stage.record, saved)
    doubtful = stage.record.doubtful
    assert len(stage.record.told) > 200
    assert problems_of(stage.record.told, follower.seen, is_merged=True, doubtful=doubtful) == []
    assert {event.thing: event.number for event in follower.seen} == stored_numbers(
        stage.db, stage.user.id
    )


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when something is so; the time limit of the test ends it otherwise."""
    while not is_so():
        gevent.sleep(0.01)


@contextmanager
def mongo(folder: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Run an embedded MongoDB with its data in a folder; it is killed when the block is left."""
    command = [sys.executable, "-m", "mongolite", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=stack()) as server:
        try:
            first_address(server)
            yield server
        finally:
            server.kill()


@pytest.mark.timeout(300)
def test_what_was_acknowledged_survives_the_death_of_the_database(tmp_path: Path) -> None:
    """Killed twice under writers: each change that they were told of is there, and in the feed."""
    port = free_port()
    with ExitStack() as processes:
        server = processes.enter_context(mongo(tmp_path, port))
        stage = Stage(f"mongodb://127.0.0.1:{port}/?timeoutMS=20000", "readify", processes)
        ports = [stage.serve("api", "gevent")[0] for _ in range(2)]
        working = write_until(stage.api_writers(ports, 8), 20)
        follower = Follower(stage.caller(ports))
        following = gevent.spawn(follower.follow, lambda: all(each.ready() for each in working))
        for enough in (20, 60):
            wait_until(lambda enough=enough: len(stage.record.told) > enough)
            server.kill()
            server.wait()
            server = processes.enter_context(mongo(tmp_path, port))
        gevent.joinall([*working, following], raise_error=True)
        settle_doubts(stage.db, stage.user, stage.record)
        doubtful = stage.record.doubtful
        assert (
            problems_of(stage.record.told, follower.seen, is_merged=True, doubtful=doubtful) == []
        )
        numbers = stored_numbers(stage.db, stage.user.id)
        assert {event.thing: event.number for event in follower.seen} == numbers
        assert {event.thing for event in stage.record.told} <= set(numbers)
