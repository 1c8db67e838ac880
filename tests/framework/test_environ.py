from io import BytesIO

import pytest
from brubeck.environ import Environ, add_headers, read_body
from brubeck.errors import BadRequest, PayloadTooLarge
from brubeck.limits import Limits


def environ(**values: object) -> Environ:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **values,
    }


def latin1(text: str) -> str:
    """Return text as WSGI shows its UTF-8 bytes."""
    return text.encode().decode("latin-1")


def test_all_headers_get_their_lower_case_names() -> None:
    """Programs need not know the transport to find a header."""
    headers = add_headers(
        environ(HTTP_HOST="x.test", HTTP_X_A_B="1", CONTENT_TYPE="text/plain", CONTENT_LENGTH="3")
    )
    names = ("host", "x-a-b", "content-type", "content-length")
    assert [headers[name] for name in names] == ["x.test", "1", "text/plain", "3"]


def test_the_environ_itself_becomes_the_headers() -> None:
    """Programs of 2012 find the server's keys there."""
    given = environ()
    assert add_headers(given) is given


def test_the_names_of_mongrel2_are_there() -> None:
    """METHOD, VERSION, QUERY, PATH and URL_SCHEME say the same as with Mongrel2."""
    headers = add_headers(
        environ(**{"REQUEST_METHOD": "PUT", "QUERY_STRING": "a=1", "wsgi.url_scheme": "https"})
    )
    assert {
        name: headers[name] for name in ("METHOD", "VERSION", "QUERY", "PATH", "URL_SCHEME")
    } == {
        "METHOD": "PUT",
        "VERSION": "HTTP/1.1",
        "QUERY": "a=1",
        "PATH": "/",
        "URL_SCHEME": "https",
    }


def test_an_empty_environ_is_a_get_of_the_root() -> None:
    """A server that says little is understood anyway."""
    headers = add_headers({})
    assert (headers["METHOD"], headers["PATH"], headers["QUERY"]) == ("GET", "/", "")


def test_a_client_cannot_replace_the_servers_keys() -> None:
    """A header named like one of them is ignored."""
    given = environ(**{"HTTP_WSGI.URL_SCHEME": "https", "HTTP_WSGI.INPUT": "x"})
    headers = add_headers(given)
    assert headers["wsgi.url_scheme"] == headers["URL_SCHEME"] == "http"
    assert not isinstance(given["wsgi.input"], str)


@pytest.mark.parametrize(
    ("path_info", "path"),
    [
        ("/a b", "/a%20b"),
        (latin1("/caf\xe9"), "/caf%C3%A9"),
        ("/100%", "/100%25"),
        ("/a:b@c!$&'()*+,;=-._~", "/a:b@c!$&'()*+,;=-._~"),
        ("/a?b#c", "/a%3Fb%23c"),
        ("", "/"),
        ("/\u20ac", "/%3F"),
    ],
)
def test_the_path_is_encoded_as_it_was_sent(path_info: str, path: str) -> None:
    """Routes match the same path with every transport."""
    assert add_headers(environ(PATH_INFO=path_info))["PATH"] == path


def test_a_server_that_knows_the_raw_path_is_believed() -> None:
    """Only it can tell an encoded slash from a plain one."""
    headers = add_headers(environ(PATH_INFO="/a/b", RAW_PATH_INFO="/a%2Fb"))
    assert headers["PATH"] == "/a%2Fb"


@pytest.mark.parametrize(
    ("sent", "text"), [(latin1("\xe9"), "\xe9"), ("\xe9", "\udce9"), ("\u20ac", "?"), ("a", "a")]
)
def test_bytes_in_headers_are_read_as_with_mongrel2(sent: str, text: str) -> None:
    """UTF-8 where it is UTF-8, surrogate escapes elsewhere."""
    assert add_headers(environ(HTTP_X_A=sent))["x-a"] == text


def test_the_body_is_taken_out_of_the_environ() -> None:
    """With its length, as the original did it."""
    given = environ(**{"CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"abcdef")})
    assert read_body(given, Limits()) == b"abc"
    assert "CONTENT_LENGTH" not in given
    assert "wsgi.input" not in given


@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": ""}])
def test_without_a_length_there_is_no_body(length: dict[str, str]) -> None:
    """Reading on would wait for ever."""
    given = environ(**length)
    assert read_body(given, Limits()) == b""
    assert "wsgi.input" in given


@pytest.mark.parametrize("length", ["abc", "-1", "+1", "1 ", "\xb2"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    """Nobody knows where the next request begins."""
    with pytest.raises(BadRequest, match="Content-Length"):
        read_body(environ(CONTENT_LENGTH=length), Limits())


def test_a_body_over_the_limit_is_not_read() -> None:
    """The limit counts before the bytes do."""
    stream = BytesIO(b"123456")
    with pytest.raises(PayloadTooLarge):
        read_body(environ(**{"CONTENT_LENGTH": "6", "wsgi.input": stream}), Limits(body=5))
    assert stream.tell() == 0


def test_only_text_passes_for_a_header() -> None:
    """Servers keep values of other kinds in the environ, which are left alone."""
    raw = (("Host", "x.test"),)
    headers = add_headers(environ(headers_raw=raw, HTTP_ODD=raw, CONTENT_TYPE=7))
    assert headers["headers_raw"] is raw
    assert "odd" not in headers
    assert "content-type" not in headers
