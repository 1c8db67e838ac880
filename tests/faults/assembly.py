"""The whole suite in parts that a test can kill, stop and start again, each by itself.

The launcher ends when one of its programs dies, as a demo should; here every part is a process of the
test's own, told the same by the launcher's own functions.
"""

import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
from faults.network import THERE, BadNetwork
from faults.waiting import wait_for
from framework.conformance.servers import Answer, Process
from launcher import mongrel2
from launcher.applications import APPLICATIONS, INDEX
from launcher.options import Options
from launcher.sites import Site, addresses, environment, listing, plan
from ports import free_port

STORES = ("mongo", "redis")
CLIENT = 10.0  # seconds until a client gives up: what a killed program had in hand gets no answer
LOG = 3000  # characters of each log that a failure shows
MUCH = str(10**6)
PLENTY = {
    "LISTSURF_API_CALLS": MUCH,
    "LISTSURF_FETCH": "no",
    "READIFY_API_CALLS": MUCH,
    "NOJS_MESSAGES": MUCH,
    "NOJS_ROOM_MESSAGES": MUCH,
    "NOJS_NEW_NAMES": MUCH,
    "SPOTICHAT_POINTS": MUCH,
    "SPOTICHAT_ROOM_POINTS": MUCH,
    "SPOTICHAT_NEW_PEOPLE": MUCH,
    "SPOTICHAT_KEPT": "100000",
}


class Part:
    """A process that can be started again."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environ: Mapping[str, str]
    ) -> None:
        self.name = name
        self._command, self._folder, self._environ = list(command), folder, dict(environ)
        self._starts = 0

    def start(self) -> None:
        """Start it, with a log of its own for each time."""
        self._starts += 1
        self.process = Process(
            self._command, self._folder, f"{self.name}.{self._starts}", **self._environ
        )

    def signal(self, number: int) -> None:
        """Send a signal to it and to all its children."""
        for each in self.family():
            each.send_signal(number)

    def family(self) -> list[psutil.Process]:
        """Return the process and all below it."""
        root = psutil.Process(self.process.child.pid)
        return [root, *root.children(recursive=True)]

    def kill(self) -> None:
        """End it without a word, with all its children."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.child.poll() is None:
            self.signal(signal.SIGCONT)
        self.process.end()

    def text(self) -> str:
        """Return what it has written, over all its lives."""
        logs = sorted(self._folder.glob(f"{self.name}.*.log"))
        return "".join(log.read_text(errors="replace") for log in logs)


class Assembly:
    """All parts of the suite in one folder.

    `data` is where the stores keep theirs, `bind` where Mongrel2 listens, `extra` what programs have
    in their environment besides, `sync` when Redis writes to its disk, `far` the network of the stores.
    """

    def __init__(
        self,
        folder: Path,
        *,
        data: Path | None = None,
        extra: Mapping[str, str] | None = None,
        bind: str = "127.0.0.1",
        sync: str = "always",
        far: BadNetwork | None = None,
    ) -> None:
        self.folder = folder
        self.bind, self.sync, self.far = bind, sync, far
        self.data = data or folder
        self.options = Options(port=free_port(), var=folder)
        self.sites = plan((*APPLICATIONS, INDEX), self.options, "mongrel2", folder)
        self._extra = {**PLENTY, **(extra or {})}
        (folder / "uploads").mkdir()
        for name in STORES:
            (self.data / name).mkdir()
        self.host = THERE if far else "127.0.0.1"
        self.mongo_port, self.redis_port = free_port(), free_port()
        self.mongo_url = f"mongodb://{self.host}:{self.mongo_port}"
        self.redis_url = f"redis://{self.host}:{self.redis_port}"
        self.parts = {part.name: part for part in self._all_parts()}

    @property
    def port(self) -> int:
        """Where Mongrel2 listens."""
        return self.options.port

    def _all_parts(self) -> Iterator[Part]:
        yield self._part("mongo", self._mongo)
        yield self._part("redis", self._redis)
        yield self._part("mongrel2", mongrel2.COMMAND)
        for site in self.sites:
            yield self._part(site.name, site.application.command, **self._environment(site))

    def _part(self, name: str, command: Sequence[str], **environ: str) -> Part:
        return Part(name, command, self.folder, environ)

    def _store(self, *command: object) -> list[str]:
        return self.far.command(*command) if self.far else list(map(str, command))

    @property
    def _mongo(self) -> list[str]:
        where = ("--host", self.host, "--port", self.mongo_port, "--data", self.data / "mongo")
        return self._store(sys.executable, "-m", "mongolite", *where)

    @property
    def _redis(self) -> list[str]:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing. Install it with: apt-get install redis-server"
        where = ("--bind", self.host, "--port", self.redis_port, "--protected-mode", "no")
        kept = ("--save", "", "--appendonly", "yes", "--appendfsync", self.sync)
        return self._store(program, *where, *kept, "--dir", self.data / "redis")

    def _environment(self, site: Site) -> dict[str, str]:
        stores = {"MONGO_URL": self.mongo_url, "REDIS_URL": self.redis_url}
        secret = f"one secret for all of {site.application.family}, of sufficient length"
        told = environment(
            site, self.options, "mongrel2", secret=secret, stores=stores, base=self._extra
        )
        told |= addresses(site, self.sites) | {"UPLOADS": str(self.folder / "uploads")}
        told["CONTROL_ADDRESS"] = f"ipc://{self.folder}/mongrel2.control"
        if site.application is INDEX:
            told["INDEX_SITES"] = listing(self.sites[:-1], "127.0.0.1")
        return told

    def start(self) -> None:
        """Start everything, and return when each site works."""
        for part in self.parts.values():
            if part.name == "mongrel2":
                self._configure()
            part.start()
        self.wait_until_works()

    def wait_until_works(self) -> None:
        """Wait until every site and its store answer; where one does not, show what the logs say."""
        wait_for(self.works, self._what_does_not_work)

    def _what_does_not_work(self) -> str:
        broken = [site.name for site in self.sites if not self.site_works(site.name)]
        names = {*broken, "mongrel2", *STORES} if broken else ()
        logs = [f"{name}:\n{self.parts[name].text()[-LOG:]}" for name in names]
        return "\n\n".join([f"that all sites work; these do not: {broken}", *logs])

    def _configure(self) -> None:
        told = mongrel2.Configuration(self.sites, self.bind, self.port, mongrel2.descriptors())
        mongrel2.write(told, self.folder)

    def start_part(self, name: str) -> None:
        """Start a part that was killed, as its supervisor would."""
        if name == "mongrel2":
            (self.folder / "mongrel2.pid").unlink(missing_ok=True)
            self._configure()
        self.parts[name].start()

    def works(self) -> bool:
        """Say whether every site and its store answer."""
        return all(self.site_works(site.name) for site in self.sites)

    def site_works(self, name: str) -> bool:
        """Say whether a site and its store answer."""
        return self.status(name, self.hosts[name].application.health) == 200

    def status(self, name: str, path: str) -> int:
        """Return the status of a page, 0 while nobody answers."""
        try:
            return self.ask(name, "GET", path).status
        except (OSError, HTTPException):
            return 0

    @cached_property
    def hosts(self) -> dict[str, Site]:
        """The place of each site."""
        return {site.name: site for site in self.sites}

    def ask(self, name: str, method: str, path: str, **parts: object) -> Answer:
        """Ask a site through Mongrel2."""
        headers = {"Host": f"{self.hosts[name].host}:{self.port}"}
        headers |= parts.pop("headers", {})  # type: ignore[arg-type]
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=CLIENT)) as client:
            client.request(method, path, headers=headers, **parts)  # type: ignore[arg-type]
            answer = client.getresponse()
            return Answer(answer.status, answer.reason, answer.headers, answer.read())

    def children(self, name: str, word: str) -> list[psutil.Process]:
        """Return the processes below a part in whose command a word stands: run, dispatch."""
        found = self.parts[name].family()[1:]
        return [each for each in found if word in _command(each)]

    def end(self) -> None:
        """Stop everything."""
        for part in reversed(self.parts.values()):
            if hasattr(part, "process"):
                part.end()


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def assembled(folder: Path, **options: object) -> Iterator[Assembly]:
    """Give a running suite, and end all of it after the block."""
    assembly = Assembly(folder, **options)  # type: ignore[arg-type]
    try:
        assembly.start()
        yield assembly
    finally:
        assembly.end()
