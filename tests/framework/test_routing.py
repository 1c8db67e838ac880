import re

import pytest
from brubeck.routing import Router, literal_prefix
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=150)

PIECES = st.sampled_from(
    ["/", "a", "b", "ab", r"\.", r"\-", r"\d", r"\w+", "[ab]", "[|(]", "[]a]", "(a|b)", "(?P<n>a)", "(b)?",
     "a?", "b*", "a{0,2}", "|", "^", "$", ".", "(?:a|/b)", r"\(", "(?#|)", r"\Z", "(?i:a)"]
)  # fmt: skip
PATTERNS = st.lists(PIECES, max_size=6).map(
    lambda pieces: "^/" * (len(pieces) % 2) + "".join(pieces)
)
PATHS = st.text("/ab.-1(|", max_size=8).map(lambda text: f"/{text}")


def compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def router(*patterns: str) -> Router[int]:
    """Return a router whose targets are the positions of its patterns."""
    table: Router[int] = Router()
    for position, pattern in enumerate(patterns):
        table.add(pattern, position)
    return table


def target(table: Router[int], path: str) -> int | None:
    match = table.match(path)
    return match.target if match else None


@quick
@given(st.lists(PATTERNS.filter(compiles), max_size=8), st.lists(PATHS, min_size=1, max_size=5))
def test_matching_is_the_same_as_trying_all_rules_in_order(
    patterns: list[str], paths: list[str]
) -> None:
    """The index is an optimisation, and nothing else."""
    table = router(*patterns)
    for path in paths:
        tried = (i for i, pattern in enumerate(patterns) if re.match(pattern, path))
        assert target(table, path) == next(tried, None)


@quick
@given(PATTERNS.filter(compiles), PATHS)
def test_the_literal_prefix_begins_everything_that_matches(pattern: str, path: str) -> None:
    """What the index relies on holds for every pattern."""
    if re.match(pattern, path):
        assert path.startswith(literal_prefix(re.compile(pattern)))


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("^/brubeck", "/brubeck"),
        ("/brubeck$", "/brubeck"),
        (r"^/a\.b\-c/(?P<id>\d+)", "/a.b-c/"),
        ("^/ab?", "/a"),
        ("^/a|/b", ""),
        ("^/(a|b)", "/"),
        ("^/[|]", "/"),
        ("(?i)^/a", ""),
        (r"^/\d", "/"),
        ("", ""),
    ],
)
def test_literal_prefixes_are_found(pattern: str, prefix: str) -> None:
    """Ordinary rules are told apart by their beginning."""
    assert literal_prefix(re.compile(pattern)) == prefix


@pytest.mark.parametrize("flags", [re.IGNORECASE, re.VERBOSE])
def test_flags_that_change_the_meaning_of_letters_rule_out_a_prefix(flags: re.RegexFlag) -> None:
    """Patterns that come compiled may ignore case or blanks."""
    assert literal_prefix(re.compile("^/a", flags)) == ""


def test_the_first_rule_that_matches_wins() -> None:
    """Later rules are never tried, however well they fit."""
    assert target(router("^/a", "^/ab", "^/"), "/ab") == 0
    assert target(router("^/", "^/ab$"), "/ab") == 0
    assert target(router("^/ab$", "^/"), "/ab") == 0


def test_patterns_are_anchored_at_the_start_only() -> None:
    """`^/brubeck` answers for everything below it too."""
    assert target(router("^/brubeck"), "/brubeck/anything") == 0
    assert target(router("brubeck"), "/brubeck") is None


def test_unmatched_paths_have_no_match() -> None:
    """The caller decides what a 404 looks like."""
    assert Router[int]().match("/") is None
    assert router("^/a$").match("/b") is None


def test_named_groups_come_as_a_dict() -> None:
    """With any named group there are only named ones; unmatched ones are None."""
    match = router(r"^/(x)/(?P<id>\d+)(?:/(?P<tail>\w+))?$").match("/x/12")
    assert match is not None
    assert match.url_args == {"id": "12", "tail": None}


def test_unnamed_groups_come_in_order() -> None:
    """Without named groups all groups are positional, unmatched ones None."""
    match = router(r"^/(\w+)/(\d+)?$").match("/a/")
    assert match is not None
    assert match.url_args == ("a", None)


def test_a_match_belongs_to_its_caller() -> None:
    """Changing the arguments of one request does not reach the next."""
    table = router("^/(?P<id>a)$")
    for _ in range(2):
        match = table.match("/a")
        assert match is not None
        assert match.url_args == {"id": "a"}
        assert isinstance(match.url_args, dict)
        match.url_args.clear()


def test_rules_can_be_added_after_a_match() -> None:
    """A program may add routes at any time."""
    table = router("^/a$")
    assert table.match("/b") is None
    table.add("^/b$", 1)
    assert target(table, "/b") == 1


def test_routes_are_kept_as_pairs() -> None:
    """The table can be read as (compiled pattern, target), in order."""
    assert router("^/a", "^/b").routes == [(re.compile("^/a"), 0), (re.compile("^/b"), 1)]


def test_compiled_patterns_are_taken_as_they_are() -> None:
    """A program may compile its own, with its own flags."""
    table: Router[int] = Router()
    table.add(re.compile("^/A$", re.IGNORECASE), 0)
    assert target(table, "/a") == 0


def test_patterns_know_all_scripts() -> None:
    r"""Patterns are compiled with re.UNICODE: \w is any letter."""
    assert target(router(r"^/(\w+)$"), "/\xe9") == 0


def test_a_pattern_that_does_not_compile_is_shown() -> None:
    """The error names the pattern."""
    with pytest.raises(ValueError, match=r"'\^/\(a' is no regular expression"):
        Router[int]().add("^/(a", 0)


def test_five_hundred_rules_leave_few_to_try() -> None:
    """The work for one path does not grow with the table."""
    tried = []
    table: Router[int] = Router()
    for position in range(500):
        table.add(f"^/section{position}/(?P<id>[0-9]+)$", position)
    assert target(table, "/section7/1") == 7
    tried = table._possible("/section77/1")
    assert [route.target for route in tried] == [77]


@pytest.mark.parametrize(
    ("pattern", "args", "kwargs", "path"),
    [
        ("^/$", (), {}, "/"),
        (r"^/todo/(?P<id>\d+)/?$", (), {"id": 4}, "/todo/4"),
        (r"^/a\.b/(\w+)/(\w+)$", ("x", "y"), {}, "/a.b/x/y"),
        ("^/q/(?P<text>.+)$", (), {"text": "a b/\xe9?"}, "/q/a%20b%2F%C3%A9%3F"),
        ("^/n/(?P<x>(a|b)[)])$", (), {"x": "a)"}, None),
    ],
)
def test_url_for_builds_the_path_of_a_named_route(
    pattern: str, args: tuple[object, ...], kwargs: dict[str, object], path: str | None
) -> None:
    """Arguments are percent-encoded and put in the place of their groups."""
    table: Router[str] = Router()
    table.add(pattern, "target", name="here")
    if path is None:
        with pytest.raises(ValueError, match="does not fit"):
            table.url_for("here", *args, **kwargs)
    else:
        assert table.url_for("here", *args, **kwargs) == path


def test_url_for_an_unknown_name_lists_the_known_ones() -> None:
    """A misspelt name is found by comparing."""
    table: Router[int] = Router()
    with pytest.raises(LookupError, match="named routes: none"):
        table.url_for("a")
    table.add("^/a$", 0, name="first")
    with pytest.raises(LookupError, match="named routes: first"):
        table.url_for("frist")


@pytest.mark.parametrize(
    ("pattern", "args", "kwargs", "message"),
    [
        (r"^/(?P<id>\d+)$", (), {}, "needs a value for id"),
        (r"^/(\d+)$", (), {}, "needs a value for"),
        (r"^/(?P<id>\d+)$", (), {"id": "x"}, "does not fit"),
        ("^/a+$", (), {}, "is no group"),
    ],
)
def test_url_for_never_builds_a_path_that_leads_elsewhere(
    pattern: str, args: tuple[object, ...], kwargs: dict[str, object], message: str
) -> None:
    """What cannot be built, or would not match, raises."""
    table: Router[int] = Router()
    table.add(pattern, 0, name="here")
    with pytest.raises(ValueError, match=message):
        table.url_for("here", *args, **kwargs)


@pytest.mark.parametrize("pattern", ["^/a(x)|/b", "^/a(x)(y)|/b", "^/a(?:x(y))|/b"])
def test_an_alternative_behind_a_group_is_found(pattern: str) -> None:
    """What stands before the bar is not taken for the beginning of everything that matches."""
    router: Router[str] = Router()
    router.add(pattern, "here")
    assert literal_prefix(re.compile(pattern)) == ""
    found = router.match("/b")
    assert found is not None
    assert found.target == "here"
