"""Fetching the head of a page: redirects, limits, and what is said when something fails."""

import ssl
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from pagefetch.connection import Deadline, PinnedConnection
from pagefetch.errors import FetchError
from pagefetch.guard import Guard
from pagefetch.head import Head, ends_in, parse_head

PORTS = {"http": 80, "https": 443}
HTML = {"text/html", "application/xhtml+xml"}
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 16_384  # bytes
NO_ADDRESS = "This is not the address of a web page."
LONGEST_ADDRESS = 4000  # characters


class Limits(NamedTuple):
    """How much one page may cost."""

    seconds: float = 10.0
    """For everything together, redirects included."""
    bytes: int = 524_288
    """Of the page's head; some sites have a lot of styles before their title."""
    redirects: int = 5


class PageFetcher:
    """Fetches the heads of pages: `fetch(address)` returns a Head or raises FetchError.

    `allowed` are addresses or networks that may be connected to though they are not public.
    """

    def __init__(
        self,
        *,
        allowed: tuple[str, ...] = (),
        limits: Limits | None = None,
        user_agent: str = "pagefetch",
    ) -> None:
        self.guard = Guard(allowed)
        self.limits = limits or Limits()
        self.headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml;q=0.9",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def __call__(self, address: str) -> Head:
        """Return what the page at an address says about itself."""
        deadline = Deadline(self.limits.seconds)
        try:
            return self.follow(address, deadline)
        except TimeoutError as error:
            raise FetchError("The page took too long to answer.") from error
        except ssl.SSLError as error:
            raise FetchError(
                "The site's certificate, or its encryption, is not in order."
            ) from error
        except (OSError, HTTPException) as error:
            raise FetchError("The site does not answer as a web site does.") from error

    def follow(self, address: str, deadline: Deadline) -> Head:
        """Go where redirects lead, and return the head of the page there."""
        for _ in range(self.limits.redirects + 1):
            step = self.step(address, deadline)
            if isinstance(step, Head):
                return step
            address = joined(address, step)
        raise FetchError(f"The page redirects more than {self.limits.redirects} times.")

    def step(self, address: str, deadline: Deadline) -> Head | str:
        """Return the head of a page, or the address that it redirects to."""
        parts = checked(address)
        host, port = host_of(parts), parts.port or PORTS[parts.scheme]
        addresses = self.guard.addresses(host, port)
        tls = parts.scheme == "https"
        with closing(PinnedConnection(host, port, addresses, deadline, tls=tls)) as connection:
            connection.request("GET", target(parts), headers=self.headers)
            with closing(connection.getresponse()) as answer:
                return redirect_of(answer) or self.read(answer)

    def read(self, answer: HTTPResponse) -> Head:
        """Return the head of a page that has come."""
        if answer.status != 200:
            raise FetchError(f"The site answered with status {answer.status}.")
        kind = answer.headers.get_content_type()
        if kind not in HTML:
            raise FetchError(f"This is no web page with a title, but {kind:.60}.")
        if answer.getheader("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("The site sends the page compressed, though it was asked not to.")
        return parse_head(
            read_head(answer, self.limits.bytes), answer.headers.get_content_charset()
        )


def redirect_of(answer: HTTPResponse) -> str:
    """Return where an answer redirects to, perhaps relative to its own address; empty if nowhere."""
    location = answer.getheader("Location", "") if answer.status in REDIRECTS else ""
    # http.client reads headers as Latin-1; addresses that are not encoded are UTF-8 today.
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def read_head(answer: HTTPResponse, limit: int) -> bytes:
    """Return a page up to the end of its head, and no more than so many bytes."""
    content = bytearray()
    while len(content) < limit:
        chunk = answer.read1(CHUNK)
        # The end may stand across two chunks.
        is_complete = ends_in(bytes(content[-10:]) + chunk)
        content += chunk
        if is_complete or not chunk:
            break
    return bytes(content[:limit])


def joined(address: str, target: str) -> str:
    """Return where a redirect leads from an address; raise FetchError if that is nowhere."""
    try:
        return urljoin(address, target)
    except ValueError as error:
        raise FetchError(NO_ADDRESS) from error


def checked(address: str) -> SplitResult:
    """Return the parts of an address; raise FetchError if it is not one of the web."""
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_web = False
    if not is_web or len(address) > LONGEST_ADDRESS:
        raise FetchError(NO_ADDRESS)
    return parts


def host_of(parts: SplitResult) -> str:
    """Return the host in the form that the domain name system knows (RFC 5891, UTS 46)."""
    host = parts.hostname or ""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise FetchError("There can be no host of this name.") from error


def target(parts: SplitResult) -> str:
    """Return what is asked for: path and query, percent-encoded; never a user or a password."""
    path = quote(parts.path or "/", safe="%!$&'()*+,;=:@/~")
    query = quote(parts.query, safe="%!$&'()*+,;=:@/?~[]")
    return f"{path}?{query}" if query else path
