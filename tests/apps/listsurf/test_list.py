"""The list of links, a page at a time."""

import re

import pytest
from accounts.models import User
from apps.listsurf.conftest import People
from apps.listsurf.people import NEXT, TITLES, Person
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from listsurf.models import Link
from listsurf.queries import Db, insert_link, list_links
from weblinks.paging import PAGE_SIZE, BadCursorError, Cursor


def add_links(db: Db, user: User, count: int, *, updated_at: int = 0) -> list[str]:
    """Store links whose times are those of their numbers; return their titles, newest first."""
    for number in range(1, count + 1):
        link = Link(
            owner=user.id,
            username=user.username,
            url=f"https://example.com/{number}",
            title=f"Number {number}",
            created_at=number,
            updated_at=updated_at or number,
        )
        insert_link(db, link)
    return [f"Number {number}" for number in range(count, 0, -1)]


def test_pages_lead_to_the_oldest_link(ada: Person, db: Db) -> None:
    """Every link comes once, the newest first."""
    expected = add_links(db, ada.user, 2 * PAGE_SIZE + 3)
    assert ada.titles() == expected
    page = ada.get("/").text
    assert len(TITLES.findall(page)) == PAGE_SIZE
    assert "53 links" in page


@pytest.mark.parametrize("count", [PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1])
def test_a_next_page_is_offered_only_where_there_is_one(count: int, ada: Person, db: Db) -> None:
    """Nobody is led to an empty page."""
    expected = add_links(db, ada.user, count)
    assert ada.titles() == expected
    assert bool(NEXT.search(ada.get("/").text)) == (count > PAGE_SIZE)


def test_links_of_the_same_millisecond_are_neither_lost_nor_repeated(ada: Person, db: Db) -> None:
    """The id decides where times are equal."""
    expected = add_links(db, ada.user, 2 * PAGE_SIZE, updated_at=1)
    assert sorted(ada.titles()) == sorted(expected)


def test_links_added_meanwhile_move_nothing(ada: Person, db: Db) -> None:
    """The second page goes on where the first one ended, whatever has come on top."""
    expected = add_links(db, ada.user, 2 * PAGE_SIZE)
    following = NEXT.search(ada.get("/").text)
    assert following
    ada.saves("https://example.com/new", "New")
    assert ada.titles(following[1]) == expected[PAGE_SIZE:]


def test_a_page_costs_the_same_however_long_the_list_is(ada: Person, db: Db) -> None:
    """The database is asked for one page and one link more."""
    add_links(db, ada.user, PAGE_SIZE * 3)
    page = list_links(db, ada.user, count=10)
    assert len(page.links) == 10
    assert page.next is not None


def test_times_are_for_people_and_for_programs(ada: Person, db: Db) -> None:
    """Words to read, and the exact instant beside them."""
    add_links(db, ada.user, 1, updated_at=1_700_000_000_000)
    ada.saves("https://example.com/new", "New")
    page = ada.get("/").text
    assert '<time datetime="2023-11-14T22:13:20Z"' in page
    assert ">14 Nov 2023</time>" in page
    assert re.search(r"just now|seconds? ago", page)


def test_the_host_is_shown_and_credentials_are_not(ada: Person) -> None:
    """One sees where a link leads; a user name before the host is no help for that."""
    ada.saves("https://bank.example:pin@evil.example/", "A bank?")
    meta = re.search(r'class="link-meta"><span>(.*?)</span>', ada.get("/").text)
    assert meta
    assert meta[1] == "evil.<wbr>example", "it may be broken into lines behind its dots"


@pytest.mark.parametrize("before", ["x", "1", "1-2", "-1-" + "0" * 24, "1-" + "g" * 24])
def test_a_place_that_is_none_is_explained(before: str, ada: Person) -> None:
    """400 and the way back, not an empty page."""
    answer = ada.get("/", query={"before": before})
    assert answer.status_code == 400
    assert 'href="/"' in answer.text


def test_behind_the_oldest_link_there_is_a_way_back(ada: Person) -> None:
    """An old bookmark of a page says that there is nothing more."""
    answer = ada.get("/", query={"before": f"0-{'0' * 24}"})
    assert answer.status_code == 200
    assert "no older links" in answer.text


def test_everybody_sees_his_own_links_only(ada: Person, person: People, db: Db) -> None:
    """The queries name the owner."""
    add_links(db, person("grace").user, 3)
    assert ada.titles() == []


@given(st.integers(0, 10**15 - 1), st.binary(min_size=12, max_size=12))
def test_a_cursor_survives_the_way_through_an_address(updated_at: int, link_id: bytes) -> None:
    """What is written into `next` is read back as the same place."""
    cursor = Cursor(updated_at, ObjectId(link_id))
    assert Cursor.parse(str(cursor)) == cursor


@given(st.text(max_size=50))
def test_any_other_text_is_refused(text: str) -> None:
    """A cursor is read or refused, and nothing else happens."""
    with pytest.raises(BadCursorError, match="`next`"):
        Cursor.parse(f"x{text}")
