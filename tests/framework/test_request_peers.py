"""Requests: the connection, who asks, by which scheme, and for which host."""

import pytest
from brubeck.request import Request
from framework.requests_made import request


@pytest.mark.parametrize(
    ("version", "connection", "keeps", "should_close"),
    [
        ("HTTP/1.1", None, True, False),
        ("HTTP/1.1", "close", False, True),
        ("HTTP/1.1", "Foo, Close", False, False),
        ("HTTP/1.1", "keep-alive", True, False),
        ("HTTP/1.0", None, False, True),
        ("HTTP/1.0", "Keep-Alive", True, True),
    ],
)
def test_the_client_says_whether_it_stays(
    version: str, connection: str | None, keeps: bool, should_close: bool
) -> None:
    """HTTP/1.1 stays unless told otherwise, HTTP/1.0 leaves unless told otherwise."""
    headers = {"connection": connection} if connection else {}
    made = request(VERSION=version, **headers)
    assert made.keep_alive is keeps
    assert made.should_close() is should_close


def test_head_is_known() -> None:
    """The transports leave the body out then."""
    assert request("HEAD").is_head
    assert not request("GET").is_head


def test_a_disconnect_notice_is_known() -> None:
    """Mongrel2 sends METHOD and nothing else."""
    notice = b'snd-1 2 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},'
    parsed = Request.parse_msg(notice)
    assert parsed.is_disconnect() is True
    assert parsed.data == {"type": "disconnect"}


@pytest.mark.parametrize(
    "made",
    [
        request("JSON", body=b'{"type":"disconnect"}'),
        request("GET", body=b'{"type":"disconnect"}'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b'{"type":"hello"}'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b'["disconnect"]'),
        Request("s", "1", "@chat", {"METHOD": "JSON"}, b"broken"),
    ],
)
def test_a_client_cannot_forge_a_disconnect(made: Request) -> None:
    """The method JSON can be sent by anybody; a protocol version shows it."""
    assert made.is_disconnect() is None


def test_only_json_messages_have_data() -> None:
    """Whatever JSON they carry; for other methods it is an empty dict."""
    assert request("POST", body=b'{"a":1}').data == {}
    assert request("JSON", body=b"[1]").data == [1]


def test_every_request_has_an_id_of_its_own() -> None:
    """16 hex characters, the same at every look."""
    made = request()
    assert made.id == made.id
    assert len(made.id) == 16
    assert int(made.id, 16) >= 0
    assert len({request().id for _ in range(50)}) == 50


def test_the_remote_address_is_the_header_that_mongrel2_sets() -> None:
    """Mongrel2 replaces x-forwarded-for by the peer."""
    assert request(x_forwarded_for="127.0.0.1").remote_addr == "127.0.0.1"
    assert request().remote_addr == ""


def test_the_peer_counts_more_than_what_is_forwarded() -> None:
    """With no_clobber_xff the client's own header gets through."""
    made = request(x_forwarded_for="6.6.6.6", REMOTE_ADDR="127.0.0.1")
    assert made.remote_addr == "127.0.0.1"


def test_only_trusted_proxies_are_believed() -> None:
    """Then the chain counts, up to the first stranger."""
    chain = {"x_forwarded_for": "6.6.6.6, 9.9.9.9", "REMOTE_ADDR": "10.0.0.1"}
    assert request(**chain).remote_addr == "10.0.0.1"
    assert request(**chain, trusted_proxies=("10.0.0.1",)).remote_addr == "9.9.9.9"


@pytest.mark.parametrize(
    ("proto", "peer", "scheme"),
    [
        (None, "10.0.0.1", "http"),
        ("https", "10.0.0.1", "https"),
        ("HTTPS", "10.0.0.1", "https"),
        ("https", "6.6.6.6", "http"),
        ("gopher", "10.0.0.1", "http"),
    ],
)
def test_the_scheme_is_the_connections_or_a_trusted_proxys(
    proto: str | None, peer: str, scheme: str
) -> None:
    """Whoever claims to come over TLS must be believed first."""
    headers = {"x_forwarded_proto": proto} if proto else {}
    made = request(REMOTE_ADDR=peer, trusted_proxies=("10.0.0.1",), **headers)
    assert made.scheme == scheme
    assert made.is_secure is (scheme == "https")
    assert request(x_forwarded_proto="https").scheme == "http"
    assert request(URL_SCHEME="https").is_secure


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("x.test", "x.test"),
        ("X.Test.:6767", "x.test"),
        ("[::1]:6767", "[::1]"),
        (["a.test", "b.test"], "a.test"),
        ("", ""),
    ],
)
def test_the_host_is_a_plain_name(header: str | list[str], host: str) -> None:
    """Lower case, without port and trailing dot; of several the first, as Mongrel2 chooses."""
    assert request(host=header).host == host


def test_a_request_without_a_host_has_an_empty_one() -> None:
    """Mongrel2 accepts such requests."""
    assert request().host == ""
