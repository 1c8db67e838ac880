"""Fetching a page, or its head alone: redirects, limits, and what is said when something fails."""

import ssl
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple, TypeVar
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from pagefetch.connection import Deadline, PinnedConnection
from pagefetch.errors import FetchError
from pagefetch.guard import Guard
from pagefetch.head import Head, decode, ends_in, parse_head

PORTS = {"http": 80, "https": 443}
HTML = {"text/html", "application/xhtml+xml"}
READABLE = {*HTML, "text/plain"}
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 16_384  # bytes
NO_ADDRESS = "This is not the address of a web page."
LONGEST_ADDRESS = 4000  # characters
MEGABYTE = 1_048_576  # bytes

Read = TypeVar("Read")


class Limits(NamedTuple):
    """How much one page may cost."""

    seconds: float = 10.0
    """For everything together, redirects included."""
    bytes: int = 524_288
    """Of the page's head; some sites have a lot of styles before their title."""
    redirects: int = 5
    page_bytes: int = 5 * MEGABYTE
    """Of a page that is fetched whole."""


class FetchedPage(NamedTuple):
    """A whole page: where it stands after all redirects, its media type, and what it says."""

    address: str
    kind: str
    text: str


class Redirect(NamedTuple):
    """Where an answer leads, perhaps relative to its own address."""

    location: str


class PageFetcher:
    """Fetches pages that strangers have named.

    `fetch(address)` returns a Head, `fetch.page(address)` a FetchedPage; both raise FetchError.
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
        return self.fetched(address, self.read_head)

    def page(self, address: str) -> FetchedPage:
        """Return the whole page at an address, HTML or plain text."""
        return self.fetched(address, self.read_page)

    def fetched(self, address: str, read: Callable[[HTTPResponse, str], Read]) -> Read:
        """Return what is read from a page; `read` gets the answer and the address it came from."""
        deadline = Deadline(self.limits.seconds)
        try:
            return self.follow(address, deadline, read)
        except TimeoutError as error:
            raise FetchError("The page took too long to answer.") from error
        except ssl.SSLError as error:
            raise FetchError(
                "The site's certificate, or its encryption, is not in order."
            ) from error
        except (OSError, HTTPException) as error:
            raise FetchError("The site does not answer as a web site does.") from error

    def follow(
        self, address: str, deadline: Deadline, read: Callable[[HTTPResponse, str], Read]
    ) -> Read:
        """Go where redirects lead, and return what is read from the page there."""
        for _ in range(self.limits.redirects + 1):
            step = self.step(address, deadline, read)
            if not isinstance(step, Redirect):
                return step
            address = joined(address, step.location)
        raise FetchError(f"The page redirects more than {self.limits.redirects} times.")

    def step(
        self, address: str, deadline: Deadline, read: Callable[[HTTPResponse, str], Read]
    ) -> Read | Redirect:
        """Return what is read from a page, or where it redirects to."""
        parts = checked(address)
        host, port = host_of(parts), parts.port or PORTS[parts.scheme]
        addresses = self.guard.addresses(host, port)
        tls = parts.scheme == "https"
        with closing(PinnedConnection(host, port, addresses, deadline, tls=tls)) as connection:
            connection.request("GET", target(parts), headers=self.headers)
            with closing(connection.getresponse()) as answer:
                location = redirect_of(answer)
                return Redirect(location) if location else read(answer, address)

    def read_head(self, answer: HTTPResponse, _address: str) -> Head:
        """Return the head of a page that has come."""
        kind = kind_of(answer)
        if kind not in HTML:
            raise FetchError(f"This is no web page with a title, but {kind:.60}.")
        charset = answer.headers.get_content_charset()
        return parse_head(head_bytes(answer, self.limits.bytes), charset)

    def read_page(self, answer: HTTPResponse, address: str) -> FetchedPage:
        """Return a page that has come, if it is one that can be read as text."""
        kind = kind_of(answer)
        if kind not in READABLE:
            raise FetchError(f"This is no page of text, but {kind:.60}.")
        content = page_bytes(answer, self.limits.page_bytes)
        return FetchedPage(address, kind, decode(content, answer.headers.get_content_charset()))


def kind_of(answer: HTTPResponse) -> str:
    """Return the media type of a page; raise FetchError if none has come, or a packed one."""
    if answer.status != 200:
        raise FetchError(f"The site answered with status {answer.status}.")
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise FetchError("The site sends the page compressed, though it was asked not to.")
    return answer.headers.get_content_type()


def redirect_of(answer: HTTPResponse) -> str:
    """Return where an answer redirects to, perhaps relative to its own address; empty if nowhere."""
    location = answer.getheader("Location", "") if answer.status in REDIRECTS else ""
    # http.client reads headers as Latin-1; addresses that are not encoded are UTF-8 today.
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def page_bytes(answer: HTTPResponse, limit: int) -> bytes:
    """Return a page; raise FetchError for one of more than so many bytes."""
    content = bytearray()
    while chunk := answer.read1(CHUNK):
        content += chunk
        if len(content) > limit:
            raise FetchError(f"The page is larger than {limit / MEGABYTE:.3g} MiB.")
    return bytes(content)


def head_bytes(answer: HTTPResponse, limit: int) -> bytes:
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
