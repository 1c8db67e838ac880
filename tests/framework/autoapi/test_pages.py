"""AutoAPI: lists in pages, over every store."""

from typing import Any
from urllib.parse import quote

import pytest
from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import AbstractQueryset, DictQueryset, RedisQueryset
from brubeck.testing import TestClient
from framework.autoapi.notes import (
    ANN,
    BOB,
    Bare,
    NoteAPI,
    client_of,
    ids,
    serve,
    stored_note,
    walk,
)


def bare_client(queries: Any, count: int, **members: Any) -> TestClient:
    queries.create([Bare(id=f"{number:03}", text="x") for number in range(count)])
    return client_of(AutoAPIBase, queries, model=Bare, **members)


def test_small_collections_are_answered_as_ever(queries: AbstractQueryset) -> None:
    """Without arguments: everything under `data`, no link, no further keys."""
    answer = bare_client(queries, 3).get("/notes/")
    assert ids(answer) == ["000", "001", "002"]
    assert set(answer.json()) == {"status_code", "status_msg", "timestamp", "data"}
    assert answer.headers["link"] is None


def test_large_collections_come_in_pages(queries: AbstractQueryset) -> None:
    """Each tells in document and header where the next one is, the last one does not."""
    client = bare_client(queries, 7, page_limit=3)
    everything = [f"{number:03}" for number in range(7)]
    assert walk(client, "/notes/") == [everything[:3], everything[3:6], everything[6:]]
    assert walk(client, "/notes/?limit=7") == [everything]
    assert walk(client, "/notes/?limit=6") == [everything[:6], everything[6:]]


def test_a_page_is_limited_by_default() -> None:
    """A hundred, and a thousand for who asks for more."""
    client = bare_client(DictQueryset(), 1001)
    assert len(ids(client.get("/notes/"))) == 100
    assert len(ids(client.get("/notes/?limit=5000"))) == 1000
    assert len(ids(client.get(f"/notes/?limit={'9' * 6000}"))) == 1000


def test_the_next_page_has_the_other_arguments_too() -> None:
    """Filters of a program are not lost on the way, and are escaped."""
    answer = bare_client(DictQueryset(), 3).get("/notes/?limit=1&tag=a%20%22%3E&tag=b")
    assert answer.json()["next"].startswith("/notes/?limit=1&tag=a+%22%3E&tag=b&after=")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "00", "1e3", "٣"])
def test_a_bad_limit_is_refused(limit: str) -> None:
    """400, saying which argument it is."""
    answer = bare_client(DictQueryset(), 3).get(f"/notes/?limit={quote(limit)}")
    assert answer.status_code == 400
    assert "limit" in answer.text


@pytest.mark.parametrize("after", ["!!", "a", "%00", "ä", "W10"])
def test_a_bad_cursor_is_refused_or_some_place(queries: AbstractQueryset, after: str) -> None:
    """Never a defect of the server's."""
    answer = bare_client(queries, 3).get(f"/notes/?after={quote(after, safe='%')}")
    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or "Begin again without one." in answer.text


def test_a_program_can_filter_and_sort(queries: AbstractQueryset) -> None:
    """By a hook, and by the sort key of its queryset."""
    queries.sort_key = "tag"
    if isinstance(queries, RedisQueryset):
        queries.indexed = True

    def page_filters(self: Any) -> dict[str, Any]:
        wanted = self.get_argument("text")
        return {} if wanted is None else {"text": wanted}

    client = TestClient(serve(NoteAPI, queries, page_filters=page_filters), headers={"X-User": ANN})
    queries.create([stored_note(key, text=text, tag=tag) for key, text, tag in
                    [("a", "x", "3"), ("b", "y", "2"), ("c", "x", "1"), ("d", "x", "2")]])  # fmt: skip
    queries.create(stored_note("e", BOB, text="x", tag="0"))
    assert walk(client, "/notes/?text=x&limit=2") == [["c", "d"], ["a"]]
    assert walk(client, "/notes/") == [["c", "b", "d", "a"]]
