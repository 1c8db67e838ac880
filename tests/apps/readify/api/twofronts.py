"""Readify behind two Mongrel2 servers: each knows the website and the API by their host names."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import psutil
from accounts import people, tokens
from apps.readify.people import HOST, stored_user
from apps.readify.programs import API_HOST
from brubeck.cookies import cookie_encode
from brubeck.sessions import MongoSessionStore
from framework.conformance.servers import Process, ask, eventually
from framework.faults.sites import BRUBECK
from launcher import mongrel2
from launcher.applications import APPLICATIONS
from launcher.sites import Site
from mongostore import connect
from ports import free_port
from readify import queries
from servers import environment
from weblinks.typedlinks import TypedLink

SECRET = "only-for-this-test-" * 3
DESCRIPTORS = 1024
# The API first: unknown names, and those of no program, are the last one's.
PROGRAMS = {"api": "readify_api", "web": "readify"}
TABLE = {entry.name: entry for entry in APPLICATIONS}


class Front:
    """One Mongrel2 for both programs, configured as the launcher does it."""

    def __init__(self, folder: Path) -> None:
        (folder / "uploads").mkdir(parents=True)
        self.folder, self.port = folder, free_port()
        self.sites = {program: self._site(program, name) for program, name in PROGRAMS.items()}
        self.process: Process | None = None

    def _site(self, program: str, name: str) -> Site:
        host = (API_HOST if program == "api" else HOST).partition(":")[0]
        pull, pub = (f"ipc://{self.folder}/{name}.{end}" for end in ("in", "out"))
        return Site(TABLE[name], host=host, port=self.port, pull=pull, pub=pub)

    def start(self) -> None:
        """Start it."""
        sites = list(self.sites.values())
        told = mongrel2.Configuration(sites, "127.0.0.1", self.port, DESCRIPTORS)
        mongrel2.write(told, self.folder)
        self.process = Process(list(mongrel2.COMMAND), self.folder, "mongrel2")

    def end(self) -> None:
        """End it, if it runs."""
        if self.process:
            self.process.end()


class ReadifySite:
    """Two Mongrel2 servers, one of which runs, and two workers of each program for both of them."""

    def __init__(self, folder: Path, mongo_url: str, database: str) -> None:
        self.folder = folder
        self.front, self.beside = Front(folder / "front"), Front(folder / "beside")
        self.supervisors: dict[str, Process] = {}
        self.db = connect(mongo_url, database)
        self.settings = environment(
            MONGO_URL=mongo_url,
            READIFY_DATABASE=database,
            READIFY_SECRET=SECRET,
            READIFY_OTHER_HOSTS="127.0.0.1",
            READIFY_API_CALLS="1000000",
            READIFY_LOG_LEVEL="ERROR",
        )
        self.asked = self._what_is_asked()

    def _what_is_asked(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Return a path of each program, and the headers with which Ada sees her link there."""
        people.ensure_indexes(self.db)
        self.user = stored_user(type("Holder", (), {"db_conn": self.db})(), "ada")
        queries.add_link(self.db, self.user, TypedLink("http://mine.example/"))
        session = MongoSessionStore(self.db.sessions).create(self.user.id, {})
        cookie = cookie_encode(("session", session.id), SECRET)
        token = tokens.create_token(self.db, self.user, "program")
        return {
            "web": ("/", {"Host": HOST, "Cookie": f"session={cookie}"}),
            "api": ("/links/", {"Host": API_HOST, "Authorization": f"Bearer {token}"}),
        }

    def start(self, *programs: str) -> None:
        """Start the first Mongrel2, and programs that would serve the second one as well."""
        self.front.start()
        for program in programs:
            self.supervisors[program] = self._supervisor(program)
        for program, supervisor in self.supervisors.items():
            self.wait_for(self.front, program)
            eventually(lambda of=supervisor: of.text().count("is here.") == 2, "both workers")

    def _supervisor(self, program: str) -> Process:
        places = [front.sites[program] for front in (self.front, self.beside)]
        *_, workers, promise = TABLE[PROGRAMS[program]].command
        addresses = [
            f"--pull={','.join(place.pull for place in places)}",
            f"--pub={','.join(place.pub for place in places)}",
        ]
        command = [*BRUBECK, "run", f"readify.site:{program}", workers, promise, *addresses]
        return Process(command, self.folder, program, **self.settings)

    def wait_for(self, front: Front, program: str) -> None:
        """Return once a program answers behind a Mongrel2."""
        eventually(lambda: self.status(front.port, program) == "200", f"{program} answers")

    def status(self, port: int, program: str) -> str:
        """Return the status of an answer, which has to be the right one, or why there was none."""
        path, headers = self.asked[program]
        try:
            answer = ask(port, "GET", path, headers)
        except (OSError, HTTPException) as error:
            return type(error).__name__
        assert answer.status != 200 or b"mine.example" in answer.body
        return str(answer.status)

    def workers_of(self, program: str) -> list[int]:
        """Return the process ids of the workers of a program."""
        supervisor = psutil.Process(self.supervisors[program].child.pid)
        return [child.pid for child in supervisor.children() if "dispatch" not in child.cmdline()]

    def wait_for_another_worker(self, program: str, so_far: int) -> None:
        """Return once the dispatcher has met more workers than so many."""
        supervisor = self.supervisors[program]
        eventually(lambda: supervisor.text().count("is here.") > so_far, "another worker")

    def end(self) -> None:
        """End everything."""
        for supervisor in self.supervisors.values():
            supervisor.end()
        for front in (self.front, self.beside):
            front.end()
        self.db.client.drop_database(self.db.name)
        self.db.client.close()


@contextmanager
def readify_site(folder: Path, mongo_url: str, database: str) -> Iterator[ReadifySite]:
    """Give a site of which nothing runs yet, and end all of it after the block."""
    site = ReadifySite(folder, mongo_url, database)
    try:
        yield site
    finally:
        site.end()
