"""Pages of long lists: nothing is skipped, nothing comes twice."""

from typing import Any, NamedTuple

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from weblinks.paging import BadCursorError, Cursor, Order, Page

NUMBERS = Order("value", -1, "Number")
TEXTS = Order("value", 1, "Text", is_text=True)
ids = st.binary(min_size=12, max_size=12).map(lambda raw: ObjectId(raw.hex()))


class Item(NamedTuple):
    """Something in a list."""

    value: Any
    id: ObjectId


def place(item: Item) -> Cursor:
    return Cursor(item.value, item.id)


def meets(item: Item, condition: dict[str, Any]) -> bool:
    """Say whether MongoDB would find an item by a condition of a cursor."""
    tests = {
        "$gt": lambda a, b: a > b, "$gte": lambda a, b: a >= b,
        "$lt": lambda a, b: a < b, "$lte": lambda a, b: a <= b,
    }  # fmt: skip
    own = {"value": item.value, "_id": item.id}
    for name, wanted in condition.items():
        if name == "$or":
            if not any(meets(item, each) for each in wanted):
                return False
        elif not all(tests[test](own[name], value) for test, value in wanted.items()):
            return False
    return True


@pytest.mark.parametrize("order", [NUMBERS, TEXTS], ids=["numbers", "texts"])
@given(data=st.data())
def test_walking_page_by_page_meets_every_item_once(order: Order, data: st.DataObject) -> None:
    """Also where many have the same value; the place travels as text in an address."""
    values = st.sampled_from(["", "a", "ü", "zebra"]) if order.is_text else st.integers(0, 3)
    items = data.draw(st.lists(st.builds(Item, values, ids), max_size=12, unique_by=lambda i: i.id))
    items.sort(reverse=order.direction < 0)
    walked, before = [], None
    while True:
        behind = [item for item in items if before is None or meets(item, before.behind(order))]
        page = Page.of(behind[:4], 3, place)
        walked += page.links
        if page.next is None:
            break
        before = Cursor.parse(str(page.next), order)
    assert walked == items


@given(st.text())
def test_any_other_text_is_no_place(text: str) -> None:
    """What somebody writes into an address is a place, or refused."""
    try:
        cursor = Cursor.parse(text)
    except BadCursorError:
        return
    assert Cursor.parse(str(cursor)) == cursor


def test_a_place_in_a_list_of_another_order_is_refused() -> None:
    """A number is no place among titles, nor the other way round."""
    number, text = str(Cursor(1, ObjectId())), str(Cursor("one", ObjectId()))
    for said, order in ((number, TEXTS), (text, NUMBERS)):
        with pytest.raises(BadCursorError):
            Cursor.parse(said, order)
