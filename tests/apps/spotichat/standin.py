"""The stand-in for Spotify as a process, and a person who agrees on its page."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from framework.conformance.servers import ROOT, Answer, Process, ask, eventually
from ports import free_port

PARTS = ("framework", "apps/spotichat", "apps/shared/redisstore", "apps/shared/chatnames")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLIENT_ID = "stand-in"


class StandIn:
    """A running stand-in; its people can be told what to hear, and its endpoints to fail."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(
            [sys.executable, "-W", "ignore", "-m", "spotifystandin"],
            folder,
            "standin",
            PYTHONPATH=os.pathsep.join(str(ROOT / part) for part in PARTS),
            SPOTIFYSTANDIN_PORT=str(self.port),
            **settings,
        )

    def is_ready(self) -> bool:
        """Say whether it answers."""
        try:
            return ask(self.port, "GET", "/healthz").status == 200
        except OSError:
            return False

    def post(self, path: str, **form: object) -> Answer:
        """Send a form."""
        return ask(self.port, "POST", path, FORM, urlencode(form).encode())

    def plays(self, listener: str, do: str, song: str = "") -> None:
        """Press a button of somebody's player: play, skip, pause, silence."""
        assert self.post("/radio/player", listener=listener, do=do, song=song).status == 302

    def fails(self, kind: str, where: str = "playing", times: int = 1, seconds: int = 1) -> None:
        """Let the next answers go wrong; `expire`, `revoke` and `none` are kinds, too."""
        answer = self.post("/radio/faults", kind=kind, where=where, times=times, seconds=seconds)
        assert answer.status == 302

    def counts(self) -> dict[str, int]:
        """Return how often each endpoint was asked, and how often tokens were refreshed."""
        counts: dict[str, int] = json.loads(ask(self.port, "GET", "/radio/counts").body)
        return counts

    def agrees(self, url: str, listener: str = "ada") -> dict[str, str]:
        """Open the page at which a sign-in begins, agree, and return what goes back to the site."""
        parts = urlsplit(url)
        page = ask(self.port, "GET", f"{parts.path}?{parts.query}")
        assert page.status == 200, page.body
        given = dict(parse_qsl(parts.query))
        answer = self.post("/authorize", **given, listener=listener)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def end(self) -> None:
        """Stop it."""
        self.process.end()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[StandIn]:
    """Run a stand-in until the end of the block."""
    standin = StandIn(folder, **settings)
    try:
        eventually(standin.is_ready, f"an answer of the stand-in:\n{standin.process.text()}")
        yield standin
    finally:
        standin.end()
