"""A client for tests: requests go straight to the application, without sockets or processes.

    client = TestClient(create_app(settings))
    page = client.post("/login", form={"username": "jd", "password": "secret"}, follow=True)
    assert page.status_code == 200

It behaves like a browser with one open window: cookies are kept by the rules of browsers.
"""

import json as json_module
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.message import Message
from http.client import HTTPMessage
from http.cookiejar import Cookie, CookieJar
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import Request as UrlRequest

from brubeck.application import Brubeck
from brubeck.errors import HTTPError
from brubeck.parking import Parked
from brubeck.request import Request
from brubeck.response import Response
from brubeck.streaming import StreamedResponse
from brubeck.websockets.handshake import Upgrade
from brubeck.websockets.testing import TestWebSocket

MAX_REDIRECTS = 20
HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "a2V5IG9mIHRoZSB0ZXN0cw==",
}
BOUNDARY = "boundary-of-the-test-client"
REMOTE_ADDR = "127.0.0.1"
PATIENCE = 10.0  # seconds for work after the answer

File = tuple[str, bytes, str]
Form = Mapping[str, object] | Iterable[tuple[str, object]]


class TestResponse:
    """What came back: `status_code`, `status_msg`, `headers`, `body` in bytes.

    `headers` finds names in any spelling: `headers["location"]`, None when missing;
    `headers.get_all("set-cookie")` for repeated ones. `url` is where the answer comes from.

    A streamed body is collected when somebody asks for `body`. One that has no end can be iterated
    over: `for piece in response`, and `close()` is what a client does who goes.
    """

    __test__ = False  # its name makes pytest curious

    def __init__(self, response: Response, url: str, *, is_head: bool) -> None:
        status, headers, self._body = response.to_wsgi(head=is_head)
        self._pieces: Iterator[bytes] = iter(())
        self.close: Callable[[], object] = lambda: None
        if isinstance(response, StreamedResponse) and not is_head:
            self._pieces, self.close = response.encoded(), response.discard
        code, _, self.status_msg = status.partition(" ")
        self.status_code = int(code)
        self.url = url
        self.headers = HTTPMessage()
        for name, value in headers:
            self.headers.add_header(name, value)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces of a streamed body as they are made."""
        return self._pieces

    @property
    def body(self) -> bytes:
        """The whole body."""
        self._body += b"".join(self._pieces)
        return self._body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies that this answer sets, with their attributes."""
        jar = SimpleCookie()
        for line in self.headers.get_all("set-cookie") or ():
            jar.load(line)
        return jar

    def json(self) -> Any:
        """Return the body as the value that it is the JSON text of."""
        return json_module.loads(self.body)

    def info(self) -> Message:
        """Return the headers; the standard library's cookie jar asks for them so."""
        return self.headers


class TestClient:
    """One visitor of an application.

    `host` is what the visitor has typed as the site's name, with a port if need be;
    `scheme` is http or https; `headers` go with every request. Requests return when the work
    that handlers left for after the answer is done, too.
    """

    __test__ = False  # its name makes pytest curious

    def __init__(
        self,
        app: Brubeck,
        host: str = "localhost",
        *,
        scheme: str = "http",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.app = app
        self.origin = f"{scheme}://{host}"
        self.headers = dict(headers or {})
        self._jar = CookieJar()
        self._numbers = count(1)

    # -- cookies -------------------------------------------------------------------------------

    @property
    def cookies(self) -> dict[str, str]:
        """Names and values of the cookies that the visitor holds."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def set_cookie(self, name: str, value: str) -> None:
        """Put a cookie into the visitor's browser, replacing one of the same name."""
        response = Response(200, b"", [("Set-Cookie", f"{name}={value}; Path=/")])
        self._keep_cookies(TestResponse(response, self.origin + "/", is_head=False))

    def clear_cookies(self) -> None:
        """Forget all cookies, as a visitor who comes for the first time."""
        self._jar.clear()

    def stored_cookie(self, name: str) -> Cookie | None:
        """Return one cookie with its attributes, or None."""
        return next((cookie for cookie in self._jar if cookie.name == name), None)

    def _keep_cookies(self, response: TestResponse) -> None:
        carrier = UrlRequest(response.url)  # noqa: S310  never opened
        self._jar.extract_cookies(response, carrier)  # type: ignore[arg-type]  # it has info()

    def _cookie_header(self, url: str) -> dict[str, str]:
        carrier = UrlRequest(url)  # noqa: S310  never opened
        self._jar.add_cookie_header(carrier)
        value = carrier.get_header("Cookie")
        return {"cookie": value} if value else {}

    # -- requests ------------------------------------------------------------------------------

    def get(self, path: str, **options: Any) -> TestResponse:
        """Send a GET request; the options are those of `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send a POST request; the options are those of `request`."""
        return self.request("POST", path, **options)

    def websocket(self, path: str, headers: Mapping[str, str] | None = None) -> TestWebSocket:
        """Open a WebSocket. Raises ConnectionRefusedError when the handler does not want it."""
        url = urljoin(self.origin, path)
        sent = {"origin": self.origin} | self.headers | HANDSHAKE | dict(headers or {})
        request = self._request("GET", url, sent, b"")
        answer = self.app.handle(request)
        if isinstance(answer, Upgrade):
            return TestWebSocket(answer, request.path)
        status = answer.status_code if isinstance(answer, Response) else "nothing"
        raise ConnectionRefusedError(f"{path} answered the handshake with {status}, not with 101.")

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Form | None = None,
        form: Form | None = None,
        json: object = None,
        files: Mapping[str, File] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> TestResponse:
        """Send one request and return the answer.

        `path` may carry a query string; `query` is added to it. The body is one of `form`
        (urlencoded, or multipart together with `files`: field name -> (file name, bytes,
        content type)), `json` (any value), or `body`. `follow` goes where redirects point.
        """
        url = _with_query(urljoin(self.origin, path), query)
        content_type, body = _content(form, files, json, body)
        sent = self.headers | dict(headers or {})
        if content_type:
            sent = {"content-type": content_type} | sent
        response = self._send(method, url, sent, body)
        hops = 0
        while follow and response.status_code in {301, 302, 303, 307, 308}:
            hops += 1
            if hops > MAX_REDIRECTS:
                raise RuntimeError(
                    f"{url} redirects more than {MAX_REDIRECTS} times. "
                    "Look at one step after the other with follow=False."
                )
            if response.status_code < 307 and method != "HEAD":
                method, sent, body = "GET", self.headers, b""
            target = urljoin(response.url, response.headers["location"])
            response = self._send(method, target, sent, body)
        return response

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> TestResponse:
        request = self._request(method, url, headers, body)
        answer = self._answer(request)
        if isinstance(answer, Parked):
            answer = answer.wait()
        self._wait_for_background_work()
        response = TestResponse(answer or Response(204), url, is_head=method == "HEAD")
        self._keep_cookies(response)
        return response

    def _wait_for_background_work(self) -> None:
        unfinished = self.app.background.wait(PATIENCE)
        if unfinished:
            raise TimeoutError(
                f"{', '.join(unfinished)} did not finish within {PATIENCE} s after the answer. "
                "Have it end by itself, or start it with current().spawn(...)."
            )

    def _answer(self, request: Request) -> Response | Parked | None:
        """Have a request answered as the transports do."""
        uploads = self.app.uploads
        if uploads is not None and uploads.takes(request):
            try:
                request = uploads.receive(request) or request
            except HTTPError as error:
                return self.app.refuse(request, error)
        return self.app.handle(request)

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Make the request that Mongrel2 would have sent."""
        parts = urlsplit(url)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        all_headers: dict[str, Any] = {
            "PATH": path,
            "METHOD": method,
            "VERSION": "HTTP/1.1",
            "URI": path + (f"?{parts.query}" if parts.query else ""),
            "PATTERN": "/",
            "URL_SCHEME": parts.scheme,
            "REMOTE_ADDR": REMOTE_ADDR,
            "x-forwarded-for": REMOTE_ADDR,
            "host": parts.netloc,
            **self._cookie_header(url),
            **{name.lower(): value for name, value in headers.items()},
        }
        if parts.query:
            all_headers["QUERY"] = parts.query
        if body:
            all_headers["content-length"] = str(len(body))
        return Request(
            "test-client",
            str(next(self._numbers)),
            path,
            all_headers,
            body,
            limits=self.app.limits,
            trusted_proxies=self.app.trusted_proxies,
        )


def _with_query(url: str, query: Form | None) -> str:
    if query is None:
        return url
    return f"{url}{'&' if '?' in url else '?'}{_urlencoded(query)}"


def _urlencoded(form: Form) -> str:
    return urlencode(form, doseq=True)  # type: ignore[arg-type]  # any values, as in the docs


def _content(
    form: Form | None, files: Mapping[str, File] | None, document: object, body: bytes
) -> tuple[str, bytes]:
    """Return content type and bytes of a body."""
    if files is not None:
        return f"multipart/form-data; boundary={BOUNDARY}", _multipart(form, files)
    if form is not None:
        return "application/x-www-form-urlencoded", _urlencoded(form).encode()
    if document is not None:
        return "application/json", json_module.dumps(document).encode()
    return "", body


def _multipart(form: Form | None, files: Mapping[str, File]) -> bytes:
    fields = form.items() if isinstance(form, Mapping) else form or ()
    parts = [(f'name="{name}"', "", str(value).encode()) for name, value in fields]
    for name, (filename, content, content_type) in files.items():
        line = f"Content-Type: {content_type}\r\n"
        parts.append((f'name="{name}"; filename="{filename}"', line, content))
    encoded = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{line}\r\n".encode()
        + content
        + b"\r\n"
        for disposition, line, content in parts
    ]
    return b"".join(encoded) + f"--{BOUNDARY}--\r\n".encode()
