"""Workers of the website and of the API die, and nobody notices who asks as HTTP lets him ask.

A request that was in a dead worker's hands is answered with 502, or by the end of the connection. Who
only reads may send it again by himself (RFC 9110, 9.2.2), as clients and proxies do. A second Mongrel2
stands beside the first all the time, and the same workers serve both.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import gevent
import pytest
from accounts import people, tokens
from apps.readify.people import HOST, stored_user
from apps.readify.programs import API_HOST
from brubeck.cookies import cookie_encode
from brubeck.sessions import MongoSessionStore
from framework.conformance.servers import Process, ask, eventually
from framework.faults.sites import BRUBECK, Site
from mongostore import connect
from readify import queries
from servers import environment
from weblinks.typedlinks import TypedLink

SECRET = "only-for-this-test-" * 3
CREDITS = 64  # the most requests that a worker has in hand
ENOUGH = 60  # answers


class ReadifySite(Site):
    """Two Mongrel2 servers, a dispatcher and two workers of one of Readify's programs."""

    def __init__(self, folder: Path, program: str, mongo_url: str, database: str) -> None:
        super().__init__(folder)
        self.program = program
        self.db = connect(mongo_url, database)
        self.settings = environment(
            MONGO_URL=mongo_url,
            READIFY_DATABASE=database,
            READIFY_SECRET=SECRET,
            READIFY_API_CALLS="1000000",
            READIFY_LOG_LEVEL="ERROR",
        )
        people.ensure_indexes(self.db)
        user = stored_user(type("Holder", (), {"db_conn": self.db})(), "ada")
        queries.add_link(self.db, user, TypedLink("http://mine.example/"))
        session = MongoSessionStore(self.db.sessions).create(user.id, {})
        cookie = cookie_encode(("session", session.id), SECRET)
        token = tokens.create_token(self.db, user, "program")
        self.asked = {
            "web": ("/", {"Host": HOST, "Cookie": f"session={cookie}"}),
            "api": ("/links/", {"Host": API_HOST, "Authorization": f"Bearer {token}"}),
        }[program]

    def start(self) -> Process:
        """Start all of it; return the supervisor of dispatcher and workers."""
        for name in ("front", "beside"):
            self.add_front(name)
        target = f"readify.site:{self.program}"
        command = [*BRUBECK, "run", target, "--workers=2", *self.addresses]
        self.processes.append(Process(command, self.folder, "supervisor", **self.settings))
        for front in self.fronts:
            eventually(lambda port=front.port: self.status(port) == "200", "an answer")
        supervisor = self.processes[-1]
        eventually(lambda: supervisor.text().count("is here.") == 2, "both workers are known")
        return supervisor

    def status(self, port: int) -> str:
        """Return the status of an answer, which has to be the right one, or why there was none."""
        path, headers = self.asked
        try:
            answer = ask(port, "GET", path, headers)
        except (OSError, HTTPException) as error:
            return type(error).__name__
        assert answer.status != 200 or b"mine.example" in answer.body
        return str(answer.status)

    def workers_of(self, supervisor: Process) -> list[int]:
        """Return the process ids of the workers."""
        pid = supervisor.child.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [
            int(child)
            for child in children
            if b"\0dispatch\0" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]


@contextmanager
def site_of(folder: Path, program: str, mongo_url: str, database: str) -> Iterator[ReadifySite]:
    """Give a site, and end all of it after the block."""
    site = ReadifySite(folder, program, mongo_url, database)
    try:
        yield site
    finally:
        site.end()
        site.db.client.close()


class Readers:
    """Clients at both Mongrel2 servers who read all the time, and ask once more if they must."""

    def __init__(self, site: ReadifySite, number: int = 6) -> None:
        self.site = site
        self.first: Counter[str] = Counter()
        self.second: Counter[str] = Counter()
        self.is_over = False
        ports = [front.port for front in site.fronts]
        self.clients = [gevent.spawn(self.read, ports[at % 2]) for at in range(number)]

    def read(self, port: int) -> None:
        """Ask until it is over."""
        while not self.is_over:
            status = self.site.status(port)
            self.first[status] += 1
            if status != "200":
                self.second[self.site.status(port)] += 1

    def wait_for_more(self) -> None:
        """Return after some more answers."""
        enough = self.first["200"] + ENOUGH
        eventually(lambda: self.first["200"] > enough, "more answers")

    def end(self) -> None:
        """Let all clients finish what they ask."""
        self.is_over = True
        gevent.joinall(self.clients, raise_error=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("program", ["web", "api"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_readers_do_not_notice_that_a_worker_is_gone(
    tmp_path_factory: pytest.TempPathFactory,
    mongo_url: str,
    database: str,
    program: str,
    number: int,
) -> None:
    """Whoever had a request in its hands asks once more at most; a new worker is there soon."""
    folder = tmp_path_factory.mktemp("site")
    with site_of(folder, program, mongo_url, f"{database}_{program}{number}") as site:
        supervisor = site.start()
        readers = Readers(site)
        readers.wait_for_more()
        os.kill(site.workers_of(supervisor)[0], number)
        eventually(lambda: supervisor.text().count("is here.") == 3, "another worker")
        readers.wait_for_more()
        readers.end()
        site.db.client.drop_database(site.db.name)
    assert set(readers.second) <= {"200"}, readers.second
    repeated = readers.second.total()
    assert repeated <= CREDITS
    if number == signal.SIGTERM:
        assert repeated == 0, readers.first
