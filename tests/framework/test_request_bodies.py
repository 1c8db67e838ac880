"""Requests: arguments, forms, files and JSON."""

import logging

import pytest
from brubeck.errors import BadRequest, PayloadTooLarge
from brubeck.limits import Limits
from framework.requests_made import FORM, form, request
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=50)
MULTIPART = "multipart/form-data; boundary=b"


def multipart(name: str = "a", value: str = "1", filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return f"{head}{value}\r\n--b--\r\n".encode()


def test_the_last_value_is_the_argument() -> None:
    """Query first, then the body, so that the body wins."""
    made = form(b"a=2", QUERY="a=1")
    assert made.get_argument("a") == "2"
    assert made.get_arguments("a") == ["1", "2"]


def test_body_arguments_are_those_of_the_body_alone() -> None:
    """A secret counts only where it cannot end up in an address, a log or a bookmark."""
    made = form(b"a=2", QUERY="a=1&b=3")
    assert made.body_arguments == {"a": ["2"]}
    assert made.arguments == {"a": ["1", "2"], "b": ["3"]}
    assert made.body_arguments == {"a": ["2"]}


def test_a_missing_argument_is_the_default() -> None:
    """get_arguments gives None, not an empty list; a blank value counts as missing."""
    made = request(QUERY="a=")
    assert made.get_argument("a") is None
    assert made.get_argument("a", "b") == "b"
    assert made.get_arguments("a") is None


def test_an_empty_list_is_a_missing_argument() -> None:
    """Programs may have emptied it."""
    made = request()
    made.arguments = {"a": []}
    assert made.get_argument("a", "b") == "b"
    assert made.get_arguments("a") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_these_methods_have_form_bodies(method: str) -> None:
    """A form may be sent by each of them."""
    assert form(b"a=1", method).get_argument("a") == "1"
    assert form(multipart(), method, MULTIPART).get_argument("a") == "1"


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_have_no_form_bodies(method: str) -> None:
    """Their bodies are left alone."""
    made = form(b"a=1", method, QUERY="b=2")
    assert made.arguments == {"b": ["2"]}
    assert not hasattr(form(multipart(), method, MULTIPART), "files")


def test_multipart_values_are_appended_to_those_of_the_query() -> None:
    """The original replaced them."""
    made = form(multipart(value="2"), content_type=MULTIPART, QUERY="a=1&b=3")
    assert made.arguments == {"a": ["1", "2"], "b": ["3"]}


def test_a_body_of_another_type_is_no_form() -> None:
    """JSON is read by json()."""
    assert form(b'{"a":"b=c"}', content_type="application/json").arguments == {}
    assert request("POST", body=b"a=1").arguments == {}


@pytest.mark.parametrize(
    ("sent", "strip", "value"),
    [
        ("a=%20b%20", True, "b"),
        ("a=%20b%20", False, " b "),
        ("a=%20b%20", None, " b "),
        ("a=x%00%08%0Ey", True, "x   y"),
        ("a=x%09%0A%0Dy", True, "x\t\n\ry"),
        ("a=%FF", True, "\ufffd"),
        ("a=\udcff", True, "\ufffd"),
        ("a=x\ud800", True, "x\ufffd"),
        ("a=\xe9", True, "\xe9"),
    ],
)
def test_arguments_are_clean_text(sent: str, strip: bool | None, value: str) -> None:
    """Control characters become blanks, bad bytes replacement characters; None is no strip."""
    made = request(QUERY=sent)
    assert made.get_argument("a", None, strip) == value
    assert made.get_arguments("a", strip) == [value]


def test_only_multipart_requests_have_files() -> None:
    """Programs ask with hasattr()."""
    assert not hasattr(request(), "files")
    assert not hasattr(form(b"a=1"), "files")
    assert form(multipart(), content_type=MULTIPART).files == {}


def test_files_are_lists_by_name() -> None:
    """The published demo reads message.files['data'][0]['body']."""
    made = form(multipart("data", "content", "a.txt"), content_type=MULTIPART)
    assert made.files["data"][0]["body"] == b"content"
    assert made.arguments == {}


def test_a_malformed_form_is_logged_and_leaves_the_arguments_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The query still counts, and there are no files."""
    made = form(b"broken", content_type=MULTIPART, QUERY="a=1")
    with caplog.at_level(logging.WARNING):
        assert made.arguments == {"a": ["1"]}
    assert made.files == {}
    assert "could not be read" in caplog.text


def test_arguments_over_a_limit_are_refused() -> None:
    """In the query and in both kinds of bodies."""
    few = Limits(arguments=2)
    with pytest.raises(PayloadTooLarge):
        _ = request(QUERY="a=1&b=2&c=3", limits=few).arguments
    with pytest.raises(PayloadTooLarge):
        _ = form(b"a=1&b=2&c=3", limits=few).arguments
    with pytest.raises(PayloadTooLarge):
        form(
            multipart(value="12345"), content_type=MULTIPART, limits=Limits(argument_size=4)
        ).get_argument("a")


@quick
@given(
    st.text(), st.binary(), st.sampled_from([FORM, MULTIPART, "multipart/form-data", "", "\xff"])
)
def test_any_query_and_body_give_arguments(query: str, body: bytes, content_type: str) -> None:
    """Malformed input is tolerated; nothing raises."""
    made = form(body, content_type=content_type, QUERY=query.encode().decode("latin-1"))
    assert isinstance(made.arguments, dict)


@pytest.mark.parametrize(("body", "value"), [(b'{"a":1}', {"a": 1}), (b"[1,2]", [1, 2])])
def test_a_json_body_is_an_object_or_a_list(body: bytes, value: object) -> None:
    """The same one at every look."""
    made = request("POST", body=body)
    assert made.json() == value
    assert made.json() is made.json()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"1", b"null", b'"a"', b"[NaN]", b"[" * 100_000]
)
def test_another_json_body_is_a_bad_request(body: bytes) -> None:
    """The client learns what is wrong and what to do."""
    with pytest.raises(BadRequest) as caught:
        request("POST", body=body).json()
    assert "JSON" in caught.value.detail


def test_json_that_is_too_deep_is_a_bad_request() -> None:
    """The depth is a limit like others."""
    assert request(body=b"[[]]", limits=Limits(json_depth=2)).json() == [[]]
    with pytest.raises(BadRequest, match="deeper than 2"):
        request(body=b"[[[]]]", limits=Limits(json_depth=2)).json()
