"""From patterns and arguments back to paths."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from brubeck.reverse import build
from hypothesis import given
from hypothesis import strategies as st

PAGES = r"^/links/(?P<number>[0-9]+)(?:/(?P<page>[0-9]+))?/?$"


def built(pattern: str, *args: object, **kwargs: object) -> str:
    return build(re.compile(pattern), args, kwargs)


@pytest.mark.parametrize(
    ("pattern", "kwargs", "path"),
    [
        (PAGES, {"number": 7}, "/links/7"),
        (PAGES, {"number": 7, "page": 2}, "/links/7/2"),
        (r"^/(?P<name>\w+)?$", {}, "/"),
        (r"^/a(?:/(?P<x>\w)(?:/(?P<y>\w))?)?$", {"x": "1"}, "/a/1"),
        (r"^/a(?:/(?P<x>\w)(?:/(?P<y>\w))?)?$", {"x": "1", "y": "2"}, "/a/1/2"),
        (r"^/todo/(?:(?P<ids>[-\w]+)/*)?$", {"ids": "a-b"}, "/todo/a-b"),
        (r"^/files(?!/secret)/(?P<name>.+)$", {"name": "x"}, "/files/x"),
        (r"^/s?$", {}, "/"),
        (r"^/a/?(?:(?P<x>\d)/)?b/?c$", {}, "/abc"),
        (r"^/a/?(?:(?P<x>\d)/)?b/?c$", {"x": 1}, "/a1/bc"),
    ],
)
def test_optional_parts_are_there_when_they_have_a_value(
    pattern: str, kwargs: dict[str, object], path: str
) -> None:
    """One route serves the list and its second page, and so does one name."""
    assert built(pattern, **kwargs) == path


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (r"^/robots\.txt$", "/robots.txt"),
        (r"^/a\+b\(c\)\-d/?$", "/a+b(c)-d"),
        (r"^/price\$$", "/price$"),
        (r"^/price\$", "/price$"),
    ],
)
def test_what_is_escaped_stands_for_itself(pattern: str, path: str) -> None:
    """A dot in the name of a file, a dollar at the end."""
    assert built(pattern) == path


@pytest.mark.parametrize(
    ("pattern", "missing"), [(r"^/(?P<name>\w+)$", "name"), (r"^/(\w+)$", r"\(\\w\+\)")]
)
def test_a_missing_value_is_named(pattern: str, missing: str) -> None:
    """By the name of its group, or by the group."""
    with pytest.raises(ValueError, match=f"needs a value for {missing}. Pass one to url_for"):
        built(pattern)


def test_what_has_no_group_becomes_the_query() -> None:
    """A list is several values, None is none, and everything is encoded."""
    url = built(PAGES, number=7, tag=["a b", "ü"], sort=None, q="x&y")
    assert url == "/links/7?tag=a+b&tag=%C3%BC&q=x%26y"


def test_values_without_a_place_are_refused() -> None:
    """A positional argument too many is a mistake, not a query."""
    with pytest.raises(ValueError, match="no place for"):
        built(r"^/(\d+)$", 1, 2)


@pytest.mark.parametrize("pattern", [r"^/(?P<a>x)(?P=a)$", r"^/\d$", "^/[ab]$", "^/a|b$"])
def test_what_cannot_be_read_backwards_is_refused(pattern: str) -> None:
    """Better an error than a link that leads nowhere."""
    with pytest.raises(ValueError, match=r"No path can be built|does not fit"):
        built(pattern, a="x")


@given(
    st.text(min_size=1), st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text())
)
def test_values_survive_the_way_there_and_back(value: str, query: dict[str, str]) -> None:
    """Whatever text goes in comes out of the path and the query again."""
    value = value.encode("utf-8", "replace").decode()
    query = {key: text.encode("utf-8", "replace").decode() for key, text in query.items()}
    parts = urlsplit(built(r"^/q/([^/]+)$", value, **query))
    assert unquote(parts.path.removeprefix("/q/")) == value
    assert parse_qs(parts.query, keep_blank_values=True) == {k: [v] for k, v in query.items()}
