"""A browser of few lines, which goes to a running suite and remembers what it was given."""

import http.client
import re
from contextlib import closing
from http.cookies import SimpleCookie
from typing import Protocol
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
FORM = "application/x-www-form-urlencoded"
PATIENCE = 60  # seconds


class Place(Protocol):
    """Where a suite listens, and under which names."""

    port: int

    def host(self, site: str) -> str:
        """Return the Host header of a site."""


class Browser:
    """A browser that keeps cookies."""

    def __init__(self, place: Place, site: str) -> None:
        self._place, self._site = place, site
        self.cookies: dict[str, str] = {}

    @property
    def cookie_header(self) -> str:
        """What it sends to the site with each request."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Return status and text of an answer."""
        told = {"Host": self._place.host(self._site), **headers}
        if self.cookies:
            told["Cookie"] = self.cookie_header
        address = ("127.0.0.1", self._place.port)
        with closing(http.client.HTTPConnection(*address, timeout=PATIENCE)) as asks:
            asks.request(method, path, body=body.encode() or None, headers=told)
            answer = asks.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
            return answer.status, answer.read().decode()

    def sends(self, path: str, at: str = "", **form: str) -> tuple[int, str]:
        """Send a form with the token of the page on which it is."""
        found = TOKEN.search(self.ask("GET", at or path)[1])
        token = {"csrf_token": found[1]} if found else {}
        return self.ask("POST", path, urlencode({**token, **form}), **{"Content-Type": FORM})
