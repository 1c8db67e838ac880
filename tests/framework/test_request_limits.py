"""Requests: what is too much, and what is none."""

import pytest
from brubeck.errors import BadRequest, HeadersTooLarge, HTTPError, LengthRequired, PayloadTooLarge
from brubeck.limits import Limits
from brubeck.request import Request
from framework.requests_made import environ, message, request

# What Mongrel2 takes for a length all the same, mostly for 0 (CWE-444).
NO_LENGTHS = ("", "-1", "+5", "0x10", "5abc", "1_0", "0, 5", "0 5", "٣", str(2**31), "9" * 5000)
NO_HOSTS = (
    "x.test/evil",
    "evil@x.test",
    "x.test:67a",
    "x.test:1:2",
    "a b",
    "[x]",
    "x\\y",
    "bücher",
)


def test_an_ordinary_request_is_within_the_limits() -> None:
    """Both transports' own keys do not count."""
    request(host="x.test", QUERY="a=1").check_limits()
    Request.parse_msg(message({"host": "x.test"})).check_limits()
    Request.parse_wsgi_request(
        environ(**{f"SERVER_{n}": "x" * 1000 for n in range(200)}, HTTP_HOST="x.test")
    ).check_limits()


@pytest.mark.parametrize(
    "made",
    [request(), Request.parse_msg(message({"VERSION": "HTTP/1.1"}))],
    ids=["as object", "as message"],
)
def test_a_request_without_a_host_is_refused(made: Request) -> None:
    """In HTTP/1.1 it must say whom it asks (RFC 9112, 3.2); an empty name is one."""
    with pytest.raises(BadRequest, match="names no host"):
        made.check_limits()
    made.headers["host"] = ""
    made.check_limits()


def test_the_first_version_of_http_knows_no_hosts() -> None:
    """Old clients and probes do without one."""
    Request.parse_msg(message({"VERSION": "HTTP/1.0"})).check_limits()
    Request.parse_msg(message({"METHOD": "JSON"})).check_limits()


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (request(body=b"123456", limits=Limits(body=5)), PayloadTooLarge),
        (request(x_mongrel2_upload_start="/etc/passwd"), PayloadTooLarge),
        (request(x_mongrel2_upload_done="/etc/passwd"), PayloadTooLarge),
        (request(host=["a.test", "b.test"]), BadRequest),
        (request(content_length=["3", "4"]), BadRequest),
        (request(content_length="3", transfer_encoding="chunked"), BadRequest),
        *((request(content_length=text), BadRequest) for text in NO_LENGTHS),
        *((request(host=text), BadRequest) for text in NO_HOSTS),
        (request(transfer_encoding="chunked", x_mongrel2_upload_start="f"), LengthRequired),
        (request(**{f"x_{n}": "1" for n in range(101)}), HeadersTooLarge),
        (request(x_a="1" * 16_384), HeadersTooLarge),
        (request(x_a=["1" * 9000, "1" * 9000]), HeadersTooLarge),
        (Request.parse_msg(message({"x-a": "1" * 16_384})), HeadersTooLarge),
    ],
)
def test_a_request_over_a_limit_is_refused(made: Request, error: type[HTTPError]) -> None:
    """Each kind of excess has its own status."""
    made.headers.setdefault("host", "x.test")
    with pytest.raises(error):
        made.check_limits()


def test_a_wsgi_server_has_put_a_chunked_body_together() -> None:
    """What it says about the length is its own word, not the client's."""
    chunked = environ(HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="0", HTTP_HOST="x.test")
    Request.parse_wsgi_request(chunked).check_limits()


def test_an_upload_notice_is_known_by_either_header() -> None:
    """Both can be forged, so neither is believed."""
    assert request(x_mongrel2_upload_start="f").is_upload_notice
    assert request(x_mongrel2_upload_done="f").is_upload_notice
    assert not request().is_upload_notice
