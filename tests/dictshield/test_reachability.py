"""Section 4 of the interface: `verify_exists` with a time limit, and never inside a private network."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from dictshield import reachability


class Pages(BaseHTTPRequestHandler):
    """Answers by the path: /200, /404, /302."""

    def do_HEAD(self) -> None:
        """Give the status that the path names."""
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[str]:
    """Give the address of a local server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture
def _everything_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "is_public", lambda _: True)


@pytest.mark.usefixtures("_everything_is_public")
@pytest.mark.parametrize(
    ("path", "expected"), [("/200", True), ("/302", True), ("/404", False), ("/500?a=b", False)]
)
def test_a_page_is_there_if_the_server_says_so(server: str, path: str, expected: bool) -> None:
    """Errors mean that it is not; a redirection is an answer and is not followed."""
    assert reachability.is_reachable(f"http://{server}{path}") is expected


def test_private_addresses_are_never_asked(server: str) -> None:
    """A server inside the network is as if it were not there."""
    assert not reachability.is_reachable(f"http://{server}/200")
    assert not reachability.is_reachable(f"https://{server}/200")


@pytest.mark.usefixtures("_everything_is_public")
def test_a_server_that_does_not_answer_is_not_there() -> None:
    """A refused connection is an answer too."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert not reachability.is_reachable(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("fe80::1", False),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
    ],
)
def test_public_is_what_the_internet_routes(address: str, expected: bool) -> None:
    """Loopback, private and link-local addresses are not public."""
    assert reachability.is_public(address) is expected


def test_a_time_limit_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is made with a limit of seconds."""
    limits = []

    def connect(address: object, timeout: float, source: object) -> socket.socket:
        limits.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(reachability, "connect_publicly", connect)
    assert not reachability.is_reachable("http://example.com/")
    assert limits == [reachability.TIMEOUT]
