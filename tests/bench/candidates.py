"""Who is measured: Brubeck in its forms, its peers as their documentation starts them, the ceiling."""

import sys
from typing import NamedTuple

PYTHON = [sys.executable, "-W", "ignore", "-m"]
FROM_MONGREL2 = ["--pull", "ipc://in", "--pub", "ipc://out"]
HELD = 8_192  # polls that a server must be allowed to hold, where its default is lower
IDLE = "60"  # seconds that it keeps a silent connection; the defaults of some are 2 and 5


class Candidate(NamedTuple):
    """A program, and the commands that start it.

    `{port}` and `{workers}` in a command are replaced. Those behind Mongrel2 get one of their own.
    """

    name: str
    label: str
    commands: list[list[str]]
    is_behind_mongrel2: bool = False


def brubeck(library: str, *options: str) -> list[str]:
    """Return the command that serves Brubeck's program."""
    run = ["brubeck", "run", "bench.peers.brubeck_app:app", "--concurrency", library]
    return [*PYTHON, *run, "--workers", "{workers}", *options]


def gunicorn(module: str) -> list[str]:
    """Return the command that serves a WSGI program with greenlets."""
    many = ["-k", "gevent", "-w", "{workers}", "--worker-connections", str(HELD)]
    where = ["-b", "127.0.0.1:{port}", "--backlog", "4096", "--keep-alive", IDLE]
    return [*PYTHON, "gunicorn", "--log-level", "error", *many, *where, f"bench.peers.{module}:app"]


def uvicorn(module: str) -> list[str]:
    """Return the command that serves an ASGI program with uvloop and httptools."""
    quiet = ["--no-access-log", "--log-level", "error"]
    where = ["--port", "{port}", "--workers", "{workers}", "--timeout-keep-alive", IDLE]
    return [*PYTHON, "uvicorn", *where, *quiet, f"bench.peers.{module}:app"]


def granian(module: str) -> list[str]:
    """Return the command that serves an ASGI program with a server in Rust."""
    where = ["--port", "{port}", "--workers", "{workers}", "--interface", "asgi"]
    many = ["--backlog", str(HELD), "--backpressure", str(HELD), "--log-level", "error"]
    return [*PYTHON, "granian", *where, *many, f"bench.peers.{module}:app"]


DIRECT = ["--transport", "mongrel2", "--direct", *FROM_MONGREL2]
DISPATCHER = [*PYTHON, "brubeck", "dispatch", *FROM_MONGREL2, "--bind", "ipc://workers"]
DISPATCHED = [DISPATCHER, brubeck("gevent", "--dispatcher", "ipc://workers")]
CEILING = [*PYTHON, "bench.peers.ceiling"]

CANDIDATES = {
    candidate.name: candidate
    for candidate in [
        Candidate("ceiling", "bare ZeroMQ loop", [CEILING], is_behind_mongrel2=True),
        Candidate("gevent", "Brubeck, gevent", [brubeck("gevent", *DIRECT)], True),
        Candidate("eventlet", "Brubeck, eventlet", [brubeck("eventlet", *DIRECT)], True),
        Candidate("dispatched", "Brubeck, gevent, dispatched", DISPATCHED, True),
        Candidate("granian", "Starlette, Granian", [granian("starlette_app")]),
        Candidate("starlette", "Starlette, uvicorn", [uvicorn("starlette_app")]),
        Candidate("aiohttp", "aiohttp", [[*PYTHON, "bench.peers.aiohttp_app", "{port}"]]),
        Candidate("fastapi", "FastAPI, uvicorn", [uvicorn("fastapi_app")]),
        Candidate("falcon", "Falcon, gunicorn with gevent", [gunicorn("falcon_app")]),
        Candidate("tornado", "Tornado", [[*PYTHON, "bench.peers.tornado_app", "{port}"]]),
        Candidate("flask", "Flask, gunicorn with gevent", [gunicorn("flask_app")]),
    ]
}
OURS = ("gevent", "eventlet", "dispatched")
PEERS = tuple(name for name in CANDIDATES if name not in {"ceiling", *OURS})
