"""AutoAPI: JSON merge patches (RFC 7396)."""

import json
from typing import Any

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.autoapi.mergepatch import merge_patch
from brubeck.queryset import AbstractQueryset
from brubeck.testing import TestClient
from framework.autoapi.notes import Bare, call, client_of, statuses, stored_note
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_patches_merge_as_the_rfc_shows(target: Any, patch: Any, result: Any) -> None:
    """RFC 7396, appendix A."""
    assert merge_patch(target, patch) == result


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON_VALUES, JSON_VALUES)
def test_a_patch_can_be_repeated(target: Any, patch: Any) -> None:
    """Once more changes nothing, and neither argument is changed."""
    before = json.dumps([target, patch])
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once
    assert json.dumps([target, patch]) == before


def test_a_patch_changes_what_it_names(ann: TestClient, queries: AbstractQueryset) -> None:
    """Null removes, objects merge, lists are replaced; both content types will do."""
    part = {"name": "p"}
    call(ann, "POST", "", {"id": "a", "text": "x", "tag": "t", "part": part, "parts": [part]})
    for content_type in ("application/json", "application/merge-patch+json; charset=utf-8"):
        patch = json.dumps({"tag": None, "part": {"cost": 3}, "parts": []}).encode()
        answer = ann.request(
            "PATCH", "/notes/a", body=patch, headers={"Content-Type": content_type}
        )
        assert answer.status_code == 200
        shown = answer.json()["data"]
        assert (shown["text"], shown.get("tag"), shown["part"], shown["parts"]) == (
            "x",
            None,
            part,
            [],
        )


def test_a_patch_for_several_documents(ann: TestClient, queries: AbstractQueryset) -> None:
    """One object for all in the address, or a list with an object and an id for each."""
    queries.create([stored_note(key) for key in "abc"])
    answer = call(ann, "PATCH", "a,b", {"tag": "t"})
    assert statuses(answer) == [("a", 200), ("b", 200)]
    for path in ("", "c,a"):
        patches = [{"id": "a", "text": "1"}, {"id": "c", "text": "3"}]
        assert statuses(call(ann, "PATCH", path, patches)) == [("a", 200), ("c", 200)]
    stored = [(item["text"], item.get("tag")) for _, item in queries.read_page(9).items]
    assert stored == [("1", "t"), ("B", "t"), ("3", None)]
    assert call(ann, "PATCH", "", {"id": "a", "text": "4"}).json()["data"]["text"] == "4"


@pytest.mark.parametrize(
    ("path", "patch", "status", "says"),
    [
        ("a,b", {"text": "x" * 21}, 400, "errors"),
        ("a", {"text": None}, 400, "errors"),
        ("a", {"part": 5}, 400, "errors"),
        ("a", {"parts": [{"name": 5}]}, 400, "errors"),
        ("a", {"id": "b"}, 400, "ids"),
        ("a", {"id": {"$ne": 1}}, 400, "ids"),
        ("a,b", {"id": "a"}, 400, "ids"),
        ("a,b", [{"id": "a"}], 400, "ids"),
        ("a,b", [{"id": "a"}, {"tag": "x"}], 400, "names an id"),
        ("", {"tag": "x"}, 400, "names an id"),
        ("", [{"id": "a", "tag": "x"}, {"id": "b", "text": None}], 400, "errors"),
        ("a", [], 400, "JSON object"),
        ("a", "text", 400, "object"),
        ("a,zz", {"tag": "x"}, 404, "zz"),
        ("zz", {"tag": "x"}, 404, "zz"),
    ],
)
def test_a_patch_is_for_all_or_none(
    ann: TestClient, queries: AbstractQueryset, path: str, patch: Any, status: int, says: str
) -> None:
    """What is invalid as a whole, or missing, keeps everything as it is, and is explained."""
    queries.create([stored_note("a"), stored_note("b")])
    before = sorted(map(str, queries.read(None)))  # type: ignore[arg-type]
    answer = call(ann, "PATCH", path, patch)
    assert answer.status_code == status
    assert says in answer.text
    assert sorted(map(str, queries.read(None))) == before  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_values_that_cannot_even_be_assigned_are_invalid(ann: TestClient, method: str) -> None:
    """400 naming item and field, not a defect of the server's."""
    answer = call(ann, method, "", [{"id": "a", "text": "x"}, {"id": "b", "text": "x", "part": 5}])
    assert answer.status_code == 400
    (found,) = answer.json()["errors"]
    assert (found["item"], found["field"]) == (1, "part")


def test_an_api_may_refuse_patches(queries: AbstractQueryset) -> None:
    """Programs rule methods out as before."""
    client = client_of(AutoAPIBase, queries, model=Bare, SUPPORTED_METHODS=("GET",))
    assert call(client, "PATCH", "a", {"text": "x"}).status_code == 405
