"""Fetching the head of a page from a server, which may want to do harm."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from apps.shared.pagefetch.sites import Site, names, page, redirect, running
from pagefetch import FetchError, Head, PageFetcher
from pagefetch.fetcher import Limits

PAGE = page(b"<title>Hello</title><meta name=description content='A page'>")
SOON = Limits(seconds=0.5)


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a site on this machine."""
    with running(Site()) as site:
        yield site


@pytest.fixture
def fetch() -> PageFetcher:
    """Give a fetcher that may go to this machine."""
    return PageFetcher(allowed=("127.0.0.1",), limits=SOON._replace(seconds=5))


def test_a_page_is_fetched(site: Site, fetch: PageFetcher) -> None:
    """Title and description; the request names the host and carries no secrets."""
    site.answers["/a%20b?q=%C3%A4"] = PAGE
    address = site.address("/a b?q=ä#part").replace("//", "//me:secret@")
    assert fetch(address) == Head("Hello", "A page")
    (request,) = site.requests
    assert f"Host: 127.0.0.1:{site.port}\r\n" in request
    assert "Authorization" not in request
    assert "secret" not in request


def test_without_exceptions_this_machine_is_refused_before_a_connection(site: Site) -> None:
    """Nobody is asked anything."""
    with pytest.raises(FetchError, match="not on the public internet"):
        PageFetcher()(site.address())
    assert site.requests == []


def test_a_redirect_into_our_network_is_refused(
    site: Site, fetch: PageFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is checked anew, by name and by number (CWE-918)."""
    monkeypatch.setattr(socket, "getaddrinfo", names(inside=["10.0.0.7"]))
    for target in ("http://127.0.0.2:8080/", "http://inside.example/", "http://169.254.169.254/"):
        site.answers["/"] = redirect(target)
        with pytest.raises(FetchError, match="not on the public internet"):
            fetch(site.address())


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "//[/"])
def test_a_redirect_out_of_the_web_is_refused(target: str, site: Site, fetch: PageFetcher) -> None:
    """Only http and https are followed."""
    site.answers["/"] = redirect(target)
    with pytest.raises(FetchError, match="not the address of a web page"):
        fetch(site.address())


def test_a_name_that_changes_its_mind_gains_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is resolved once; the connection goes to the address that was checked (DNS rebinding)."""
    resolver = names(rebinding=["127.0.0.1", "127.0.0.2"])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    site.answers["/"] = PAGE
    fetch = PageFetcher(allowed=("127.0.0.1",))
    assert fetch(site.address(host="rebinding.example")).title == "Hello"
    assert f"Host: rebinding.example:{site.port}" in site.requests[0]


def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody chooses among them later."""
    monkeypatch.setattr(socket, "getaddrinfo", names(mixed=["1.1.1.1 192.168.0.1"]))
    with pytest.raises(FetchError, match="not on the public internet"):
        PageFetcher()("http://mixed.example/")


def test_redirects_are_followed_a_few_times(site: Site, fetch: PageFetcher) -> None:
    """Relative ones and those with signs that are not encoded, too; a circle ends."""
    site.answers |= {"/": redirect("next?ä"), "/next?%C3%A4": redirect("/last"), "/last": PAGE}
    assert fetch(site.address()).title == "Hello"
    site.answers["/"] = redirect("/")
    with pytest.raises(FetchError, match="more than 5 times"):
        fetch(site.address())


def test_reading_stops_where_the_head_ends(site: Site, fetch: PageFetcher) -> None:
    """A server that never ends its page is not waited for."""

    def endless(client: socket.socket) -> None:
        client.sendall(
            b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Early</title></he"
        )
        client.sendall(b"ad><body>")
        client.recv(1)

    site.answers["/"] = endless
    assert fetch(site.address()).title == "Early"


def test_a_head_without_end_is_cut(site: Site) -> None:
    """So many bytes are read and no more; the title is in them."""

    def flood(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Early</title>")
        while True:
            client.sendall(b"x" * 65536)

    site.answers["/"] = flood
    fetch = PageFetcher(allowed=("127.0.0.1",), limits=Limits(bytes=100_000))
    assert fetch(site.address()).title == "Early"


@pytest.mark.parametrize("first", [b"", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"])
def test_a_server_that_dawdles_is_given_up(first: bytes, site: Site) -> None:
    """The time is for everything together, however often a byte comes (CWE-400)."""

    def drip(client: socket.socket) -> None:
        client.sendall(first)
        client.settimeout(0.05)
        while True:
            client.sendall(b"H")
            with suppress(TimeoutError):
                assert client.recv(1) == b"", "the other side hangs up, and says no more"
                return

    site.answers["/"] = drip
    with pytest.raises(FetchError, match="too long"):
        PageFetcher(allowed=("127.0.0.1",), limits=SOON)(site.address())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b"%PDF", kind="application/pdf"), "application/pdf"),
        (page(b"<title>Gone</title>", status="410 Gone"), "status 410"),
        (page(b"\x1f\x8b", Content_Encoding="gzip"), "compressed"),
        (b"220 mail.example ESMTP\r\n", "does not answer as a web site"),
        (b"", "does not answer as a web site"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n", "does not answer as a web site"),
    ],
    ids=["no page", "gone", "compressed", "no web server", "nothing", "too many headers"],
)
def test_what_fails_is_said_in_a_sentence(
    answer: bytes, reason: str, site: Site, fetch: PageFetcher
) -> None:
    """One that may be shown."""
    site.answers["/"] = answer
    with pytest.raises(FetchError, match=reason):
        fetch(site.address())


def test_a_closed_port_is_explained(fetch: PageFetcher) -> None:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FetchError, match="does not answer"):
        fetch(f"http://127.0.0.1:{port}/")


def test_the_next_address_is_tried(
    site: Site, fetch: PageFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host with several addresses is reached if one of them answers."""
    monkeypatch.setattr(socket, "getaddrinfo", names(both=["127.0.0.9 127.0.0.1"]))
    site.answers["/"] = PAGE
    fetch = PageFetcher(allowed=("127.0.0.0/8",))
    assert fetch(site.address(host="both.example")).title == "Hello"


def test_a_server_without_a_certificate_is_not_trusted(site: Site, fetch: PageFetcher) -> None:
    """What answers is no TLS at all here; it is refused as a false certificate would be."""
    site.answers["/"] = PAGE
    with pytest.raises(FetchError, match=r"certificate|does not answer"):
        fetch(site.address().replace("http:", "https:"))
