"""Secret feeds: one address for each list, known to whoever has it, closed by its owner alone."""

from collections.abc import Iterator

import pytest
from accounts.models import User
from bson import ObjectId
from mongostore import Db, connect
from savedlinks import feeds
from savedlinks.counting import count_by


@pytest.fixture
def db(mongo_url: str, database: str) -> Iterator[Db]:
    """Give an empty database with the indexes of feeds."""
    db = connect(mongo_url, database)
    feeds.ensure_feed_indexes(db)
    yield db
    for name in ("feeds", "listitems"):
        db[name].delete_many({})
    db.client.close()


@pytest.fixture
def ada() -> User:
    """Give somebody who makes feeds; nothing else of her is asked for."""
    return User(id=ObjectId(), username="ada", password="none")


def test_a_list_has_one_address(db: Db, ada: User) -> None:
    """Asking for it twice makes one; other lists have others, and say what they show."""
    for view, tag in (("unread", ""), ("unread", ""), (feeds.ALL, "sea"), (feeds.ALL, "")):
        feeds.insert_feed(db, ada, view, tag)
    found = feeds.list_feeds(db, ada)
    assert [feed.shows for feed in found] == ["Unread", "#sea", "All"]
    assert len({feed.secret for feed in found}) == 3
    assert feeds.find_feed(db, found[0].secret) == found[0]


def test_only_its_owner_closes_a_feed(db: Db, ada: User) -> None:
    """Somebody else is told that there is none; afterwards the address leads nowhere."""
    feeds.insert_feed(db, ada, "unread")
    (feed,) = feeds.list_feeds(db, ada)
    other = User(id=ObjectId(), username="grace", password="none")
    assert not feeds.delete_feed(db, other, feed.secret)
    assert feeds.delete_feed(db, ada, feed.secret)
    assert feeds.find_feed(db, feed.secret) is None


def test_a_feed_follows_its_tag_unless_the_new_one_has_a_feed(db: Db, ada: User) -> None:
    """Nothing is lost and nothing is there twice."""
    for tag in ("old", "older", "taken"):
        feeds.insert_feed(db, ada, feeds.ALL, tag)
    feeds.rename_feed(db, ada, "old", "new")
    feeds.rename_feed(db, ada, "older", "taken")
    assert [feed.tag for feed in feeds.list_feeds(db, ada)] == ["new", "older", "taken"]


def test_links_are_counted_by_what_they_have(db: Db, ada: User) -> None:
    """Each of several tags counts; what is not wanted does not; the alphabet decides the order."""
    for tags, site in ((["sea", "cat"], "b.example"), (["sea"], "a.example"), ([], "a.example")):
        db.listitems.insert_one({"owner_id": ada.id, "tags": tags, "site": site})
    db.listitems.insert_one({"owner_id": ObjectId(), "tags": ["dog"], "site": "c.example"})
    assert count_by(db, "tags", {"owner_id": ada.id}) == [("cat", 1), ("sea", 2)]
    assert count_by(db, "site", {"owner_id": ada.id}) == [("a.example", 2), ("b.example", 1)]
