"""One request. Construction copies nothing; everything else is read at its first use."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from http.cookies import SimpleCookie
from math import inf
from random import getrandbits
from typing import Self, overload
from urllib.parse import SplitResult, urlsplit

from brubeck import environ as wsgi
from brubeck import headchecks, jsontext, negotiation, proxies, wire
from brubeck.cookies import parse_cookies
from brubeck.errors import BadRequest, HTTPError, PayloadTooLarge
from brubeck.forms import Arguments, Files, MalformedForm, parse_multipart, parse_urlencoded
from brubeck.jsontext import JSON
from brubeck.lazy import lazy
from brubeck.limits import DEFAULT_LIMITS, Limits
from brubeck.text import to_bytes, to_unicode, without_surrogates
from brubeck.wire import HeaderValue, parse_netstring

__all__ = ["Request", "parse_netstring", "to_bytes", "to_unicode"]

logger = logging.getLogger(__name__)

FORM_METHODS = frozenset({"POST", "PUT", "PATCH"})
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class Request:
    """What one client asked for.

    `path` is the path as it was sent, percent-encoded. `headers` has the client's headers in lower
    case, a repeated one as a list, and the server's own (METHOD, QUERY, VERSION...) in upper case,
    which clients cannot forge. `body` is bytes. Programs may keep attributes of their own here.

    `method` is GET, POST and so on, `version` the protocol, such as HTTP/1.1; `id` is 16 hex
    characters that name the request in logs and error pages.
    """

    is_wsgi = False
    is_gone = False
    is_answered = False
    is_handshake = False
    _when_gone: Sequence[Callable[[], object]] = ()
    _refusal: HTTPError | None = None
    head_size: float = inf  # upper bound in bytes, if known

    def __init__(
        self,
        sender: str,
        conn_id: str | None,
        path: str,
        headers: dict[str, HeaderValue],
        body: str | bytes,
        url: str | SplitResult | None = None,
        *_args: object,
        limits: Limits = DEFAULT_LIMITS,
        trusted_proxies: Sequence[str] = (),
        **_kwargs: object,
    ) -> None:
        self.sender = sender
        self.conn_id: str = conn_id  # type: ignore[assignment]  # None under WSGI, where nobody asks
        self.path = path
        self.headers = headers
        self.body = body if type(body) is bytes else to_bytes(body)
        self.limits = limits
        self.trusted_proxies = trusted_proxies
        # Every request is asked for these, so they are no properties.
        method, version = headers.get("METHOD"), headers.get("VERSION")
        self.method = method if isinstance(method, str) else ""
        self.version = version if isinstance(version, str) else ""
        self.id = f"{getrandbits(64):016x}"
        if url is not None:
            self.url_parts = urlsplit(url) if isinstance(url, str) else url

    # -- from the transports -------------------------------------------------------------------

    @classmethod
    def parse_msg(
        cls,
        message: str | bytes,
        *,
        limits: Limits = DEFAULT_LIMITS,
        trusted_proxies: Sequence[str] = (),
    ) -> Self:
        """Read one of Mongrel2's messages. Raises BadMessage when it is none."""
        raw = message if type(message) is bytes else to_bytes(message)
        sender, conn_id, path, headers, body = wire.parse(raw)
        request = cls(
            sender,
            conn_id,
            headers.get("PATH", path),  # type: ignore[arg-type]  # wire lets no list pass here
            headers,
            body,
            limits=limits,
            trusted_proxies=trusted_proxies,
        )
        request.head_size = len(message) - len(body)
        return request

    @classmethod
    def parse_wsgi_request(
        cls,
        environ: wsgi.Environ,
        *,
        limits: Limits = DEFAULT_LIMITS,
        trusted_proxies: Sequence[str] = (),
    ) -> Self:
        """Make a request of a WSGI environ, which becomes its headers, and read the body.

        A body that is not to be had is empty here, and `check_limits` says why.
        """
        headers = wsgi.add_headers(environ)
        body, refusal = b"", None
        try:
            body = wsgi.read_body(environ, limits)
        except HTTPError as error:
            refusal = error
        request = cls(
            "WSGI_server",
            None,
            environ["PATH"],
            headers,
            body,
            limits=limits,
            trusted_proxies=trusted_proxies,
        )
        request.is_wsgi = True
        request._refusal = refusal
        return request

    def check_limits(self) -> None:
        """Raise the HTTPError that a request which is too large or misleading gets.

        PayloadTooLarge also for upload notices: their headers can be forged, and there is no
        limit on what they announce.
        """
        if self._refusal is not None:
            raise self._refusal
        headchecks.check(self)
        if (self.body and len(self.body) > self.limits.body) or self.is_upload_notice:
            raise PayloadTooLarge

    # -- the first line and the connection -----------------------------------------------------

    @property
    def is_head(self) -> bool:
        """Whether only the head of the answer is wanted."""
        return self.method == "HEAD"

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants the connection to stay (RFC 9112, 9.3)."""
        if self.headers.get("connection") is None:
            return self.version != "HTTP/1.0"
        if self.is_handshake:  # Mongrel2 would take another request for frames
            return False
        connection = self.header("connection", "").lower().replace(" ", "").split(",")
        if self.version == "HTTP/1.0":
            return "keep-alive" in connection
        return "close" not in connection

    def become_handshake(self) -> None:
        """Turn Mongrel2's message about a WebSocket into the request that the client has sent.

        Its body is the proof that belongs into the answer, which is easily made again.
        """
        self.method, self.body, self.is_handshake = "GET", b"", True

    def should_close(self) -> bool:
        """Tell whether the connection has to be closed after the answer, by the old rule."""
        return self.header("connection", "").lower() == "close" or self.version == "HTTP/1.0"

    def is_disconnect(self) -> bool | None:
        """Return True for Mongrel2's notice that a client has gone, else None.

        A client may send the method JSON itself; its requests have a protocol version, notices
        have none.
        """
        if self.method != "JSON" or "VERSION" in self.headers or not isinstance(self.data, dict):
            return None
        return self.data.get("type") == "disconnect" or None

    def when_gone(self, function: Callable[[], object]) -> None:
        """Have a function called, which must not block, if the client leaves before the answer.

        `is_gone` says so from then on. Mongrel2 tells the handler process of that; other servers
        may not notice before somebody writes to the client.
        """
        self._when_gone = (*self._when_gone, function)

    def leave(self) -> None:
        """Note that the client has gone; for transports."""
        self.is_gone = True
        functions, self._when_gone = self._when_gone, ()
        for function in functions:
            try:
                function()
            except Exception:
                logger.exception("What was to happen when a client goes failed")

    @property
    def is_upload_notice(self) -> bool:
        """Whether the request tells of a large body that Mongrel2 keeps in a file, or claims to."""
        headers = self.headers
        return "x-mongrel2-upload-start" in headers or "x-mongrel2-upload-done" in headers

    # -- where it came from and where it goes --------------------------------------------------

    @lazy
    def remote_addr(self) -> str:
        """Return the client's address: the peer, or with trusted proxies whom they name."""
        if not self.trusted_proxies:
            return self._peer
        return proxies.client_address(
            self._peer, self.header("x-forwarded-for", ""), self.trusted_proxies
        )

    @lazy
    def scheme(self) -> str:
        """`http` or `https`; X-Forwarded-Proto counts only from a trusted proxy."""
        claimed = self.header("x-forwarded-proto", "").strip().lower()
        if (
            claimed in {"http", "https"}
            and self.trusted_proxies
            and proxies.is_trusted(self._peer, self.trusted_proxies)
        ):
            return claimed
        return self._own_header("URL_SCHEME") or "http"

    @property
    def is_secure(self) -> bool:
        """Whether the client came over TLS."""
        return self.scheme == "https"

    @lazy
    def host(self) -> str:
        """Return the host name asked for: lower case, without port and trailing dot."""
        name = self._first_header("host").strip().lower()
        if name.startswith("["):  # an IPv6 address has colons of its own
            return name.partition("]")[0] + "]"
        return name.partition(":")[0].removesuffix(".")

    @lazy
    def query(self) -> str:
        """Return the query string as it was sent."""
        return self._own_header("QUERY")

    @lazy
    def url_parts(self) -> SplitResult:
        """Return the address in its parts."""
        return SplitResult(self.scheme, self._first_header("host"), self.path, self.query, "")

    @property
    def url(self) -> str:
        """The address as text."""
        return self.url_parts.geturl()

    # -- headers -------------------------------------------------------------------------------

    @overload
    def header(self, name: str, default: str) -> str: ...
    @overload
    def header(self, name: str, default: None = None) -> str | None: ...
    def header(self, name: str, default: str | None = None) -> str | None:
        """Return one of the client's headers; a repeated one is joined (RFC 9110, 5.3).

        Bytes that were not UTF-8 are replacement characters; `headers` has them as they came.
        """
        value = self.headers.get(name.lower())
        if isinstance(value, list):
            # Cookie is the exception to the comma (RFC 6265, 5.4).
            value = ("; " if name.lower() == "cookie" else ", ").join(value)
        # WSGI servers keep values of other kinds under such names too.
        return without_surrogates(value) if isinstance(value, str) else default

    @property
    def content_type(self) -> str | None:
        """The header Content-Type, parameters included."""
        return self._first_header("content-type") or None

    @lazy
    def cookies(self) -> SimpleCookie:
        """Return the cookies that the client sent."""
        return parse_cookies(self.header("cookie"))

    def accepts(self, *types: str) -> str | None:
        """Return the media type of `types` that the client likes best, None if it wants none."""
        return negotiation.best_match(self.header("accept"), types)

    # -- arguments and body --------------------------------------------------------------------

    @lazy
    def arguments(self) -> Arguments:
        """Names and values: those of the query, then those of a form body.

        Raises PayloadTooLarge for more or longer values than the limits allow.
        """
        arguments = parse_urlencoded(without_surrogates(self.query), self.limits)
        for name, values in self._form[0].items():
            arguments.setdefault(name, []).extend(values)
        return arguments

    @property
    def body_arguments(self) -> Arguments:
        """Names and values of a form body alone: for what must not be in an address (CWE-598)."""
        return self._form[0]

    @lazy
    def files(self) -> Files:
        """Return uploaded files by name. Only a request with a multipart body has this attribute."""
        files = self._form[1]
        if files is None:
            raise AttributeError(
                "Only a request with a multipart body has files. "
                'Ask with hasattr(message, "files"), or send the form as multipart/form-data.'
            )
        return files

    @lazy
    def _form(self) -> tuple[Arguments, Files | None]:
        if self.method not in FORM_METHODS:
            return {}, None
        kind = (self.content_type or "").lower()
        if kind.startswith("application/x-www-form-urlencoded"):
            return parse_urlencoded(self.body, self.limits), None
        if kind.startswith("multipart/form-data"):
            return self._multipart()
        return {}, None

    def _multipart(self) -> tuple[Arguments, Files]:
        return self._parsed_multipart(self.body)

    def _parsed_multipart(self, body: bytes | Iterable[bytes]) -> tuple[Arguments, Files]:
        try:
            return parse_multipart(body, self.content_type or "", self.limits)
        except MalformedForm as error:
            logger.warning("A form with files could not be read and counts as empty. %s", error)
            return {}, {}

    def get_argument(
        self,
        name: str,
        default: str | None = None,
        strip: bool | None = True,  # noqa: FBT001, FBT002 - programs pass it by position
    ) -> str | None:
        """Return the last value of an argument, or the default."""
        values = self.get_arguments(name, strip)
        return values[-1] if values else default

    def get_arguments(
        self,
        name: str,
        strip: bool | None = True,  # noqa: FBT001, FBT002 - programs pass it by position
    ) -> list[str] | None:
        """Return all values of an argument, None without one. Control characters become blanks."""
        values = self.arguments.get(name)
        if values is None:
            return None
        cleaned = [_CONTROL.sub(" ", value) for value in values]
        return [value.strip() for value in cleaned] if strip else cleaned

    @lazy
    def data(self) -> JSON:
        """Return the value of a message with the method JSON, else an empty dict."""
        if self.method != "JSON":
            return {}
        try:
            return jsontext.loads(self.body, max_depth=self.limits.json_depth)
        except ValueError as error:
            logger.warning("A JSON message could not be read and counts as empty. %s", error)
            return {}

    def json(self) -> dict[str, JSON] | list[JSON]:
        """Return the body as JSON object or list. Raises BadRequest when it is neither."""
        return self._json

    @lazy
    def _json(self) -> dict[str, JSON] | list[JSON]:
        try:
            value = jsontext.loads(self.body, max_depth=self.limits.json_depth)
        except ValueError as error:
            raise BadRequest(f"The body is not valid JSON: {error}. Correct it.") from error
        if not isinstance(value, dict | list):
            raise BadRequest("The JSON body must be an object or a list. Wrap the value in one.")
        return value

    # -- details -------------------------------------------------------------------------------

    @property
    def _peer(self) -> str:
        """Who holds the other end of the connection to our server.

        Mongrel2 overwrites X-Forwarded-For with it unless told not to; elsewhere anybody may
        write what he likes there (CWE-348).
        """
        peer = self._own_header("REMOTE_ADDR")
        return peer if peer or self.is_wsgi else self._first_header("x-forwarded-for")

    def _own_header(self, name: str) -> str:
        value = self.headers.get(name)
        return value if isinstance(value, str) else ""

    def _first_header(self, name: str) -> str:
        value = self.headers.get(name)
        if isinstance(value, list) and value:
            return value[0]
        return value if isinstance(value, str) else ""
