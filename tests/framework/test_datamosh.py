"""Arguments with types, owners and streams: contract section 12, line by line."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from brubeck.datamosh import (
    OwnedHandlerMixin,
    OwnedModelMixin,
    StreamedHandlerMixin,
    StreamedModelMixin,
    get_typed_argument,
)
from brubeck.handlers import WebMessageHandler
from dictshield.document import Document
from doubles import make_application, make_request
from hypothesis import given
from hypothesis import strategies as st


class Stream(WebMessageHandler, OwnedHandlerMixin, StreamedHandlerMixin):
    pass


class Item(Document, OwnedModelMixin, StreamedModelMixin):
    pass


def stream(query: str = "") -> Any:
    return Stream(make_application(), make_request(query=query))


def test_typed_arguments_are_converted() -> None:
    """Any conversion error gives the default unconverted."""
    assert get_typed_argument("n", "d", stream("n=5"), int) == 5
    assert get_typed_argument("n", "d", stream("n=x"), int) == "d"
    assert get_typed_argument("n", None, stream(), int) is None
    assert get_typed_argument("n", "7", stream(), int) == 7


def test_the_owner_is_an_argument() -> None:
    """Or the default, by either spelling (fix 27)."""
    assert stream("owner=ada").get_owner_username() == "ada"
    assert stream().get_owner_username() is None
    assert stream().get_owner_username("eve") == "eve"
    assert stream().get_owner_username(default_username="eve") == "eve"
    assert stream().get_owner_username(default_usernam="eve") == "eve"


def test_the_offset_is_an_integer() -> None:
    """Never negative."""
    assert stream("since=12").get_stream_offset() == 12
    assert stream().get_stream_offset(7) == 7
    assert stream("since=-1").get_stream_offset() == 0
    assert stream("since=x").get_stream_offset() == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (0, 25, 0)),
        ("page=2&count=100", (2, 25, 50)),
        ("page=2&count=10", (2, 10, 20)),
        ("page=2&count=10&skip=3", (2, 10, 3)),
        ("page=-2&count=-10&skip=-3", (0, 0, 0)),
        ("page=x&count=y&skip=z", (0, 25, 0)),
    ],
)
def test_paging_arguments(query: str, expected: tuple[int, int, int]) -> None:
    """(page, count, skip): capped, skip from the page, never negative."""
    assert stream(query).get_paging_arguments() == expected


def test_paging_defaults_and_cap_can_be_chosen() -> None:
    """max_count None is no cap."""
    assert stream("count=100").get_paging_arguments(max_count=None) == (0, 100, 0)
    assert stream().get_paging_arguments(1, 5, 10) == (1, 5, 5)


@given(st.text(), st.text(), st.text())
def test_paging_survives_whatever_is_typed(page: str, count: str, skip: str) -> None:
    """The numbers are always ones that a database takes."""
    query = urlencode({"page": page, "count": count, "skip": skip, "since": page})
    numbers = (*stream(query).get_paging_arguments(), stream(query).get_stream_offset())
    assert all(0 <= number < 2**63 for number in numbers)
    assert numbers[1] <= 25


@pytest.mark.parametrize("text", [str(10**30), "9" * 5000, "-" + "9" * 30])
def test_numbers_that_are_too_large_are_cut(text: str) -> None:
    """Instead of failing in the driver of the database."""
    numbers = stream(f"page={text}&count=25&skip={text}&since={text}").get_paging_arguments()
    assert all(0 <= number < 2**63 for number in numbers)


def test_owned_and_streamed_documents() -> None:
    """Fields and rules of the mixins, which leave no trace in the document's types."""
    owner = uuid4()
    item = Item(owner_id=owner, owner_username="ada", updated_at="1970-01-01T00:00:01")
    assert item.validate()
    stored = item.to_python()
    assert stored["owner_id"] == owner
    assert (stored["created_at"], stored["updated_at"]) == (0, 1000)
    assert stored["_types"] == ["Item"]
    assert {path for path, *_ in Item().errors()} >= {"owner_id", "owner_username"}
