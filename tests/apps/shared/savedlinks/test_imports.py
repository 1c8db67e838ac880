"""Imports: stored in parts, saved one after the other, whatever interrupts them."""

from collections.abc import Iterator

import pytest
from accounts.models import User
from bookmarks import Bookmark, Reading, Remark
from bson import ObjectId
from mongostore import Db, Filter, connect
from savedlinks import Importer, imports


@pytest.fixture
def db(mongo_url: str, database: str) -> Iterator[Db]:
    """Give an empty database with the indexes of imports."""
    db = connect(mongo_url, database)
    imports.ensure_import_indexes(db)
    yield db
    for name in imports.OWNED:
        db[name].delete_many({})
    db.client.close()


@pytest.fixture
def ada() -> User:
    """Give somebody who imports; nothing else of her is asked for."""
    return User(id=ObjectId(), username="ada", password="none")


class Shelf:
    """Saves bookmarks by their addresses, as an application saves them as links."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def save(self, db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
        """Keep those addresses that are new."""
        new = [bookmark.url for bookmark in bookmarks if bookmark.url not in self.urls]
        self.urls += new
        return len(new)


def reading(number: int) -> Reading:
    """Return so many bookmarks, and something to say about one of them."""
    bookmarks = [Bookmark(f"https://example.com/{each}", tags=("sea",)) for each in range(number)]
    return Reading(bookmarks, [Remark("A", "Left out.")])


def start(db: Db, user: User, number: int) -> ObjectId:
    """Store an import of so many bookmarks."""
    return imports.insert_import(
        db, user, "a.html", reading(number), fetch=False, keep_public=False
    )


@pytest.mark.parametrize("number", [0, 1, imports.PART, imports.PART + 1])
def test_every_bookmark_is_saved_in_its_order(number: int, db: Db, ada: User) -> None:
    """None of them, one, a full part, one more: afterwards nothing waits."""
    job_id, shelf = start(db, ada, number), Shelf()
    assert Importer(db, shelf.save).step()
    assert shelf.urls == [bookmark.url for bookmark in reading(number).bookmarks]
    found = imports.find_import(db, ada, str(job_id))
    assert found
    assert (found.is_done, found.added, found.known, found.handled) == (True, number, 0, number)
    assert found.remarks == [["A", "Left out."]]
    assert db.importparts.count_documents({}) == 0
    assert not Importer(db, shelf.save).step()


def test_a_part_that_was_saved_twice_counts_once(db: Db, ada: User) -> None:
    """Whoever died between saving a part and deleting it has done no harm."""
    job_id, shelf = start(db, ada, 3), Shelf()
    shelf.save(db, {}, reading(3).bookmarks)
    assert Importer(db, shelf.save).step()
    found = imports.find_import(db, ada, str(job_id))
    assert found
    assert (found.added, found.known, found.handled) == (0, 3, 3)


def test_one_worker_at_a_time_has_an_import(db: Db, ada: User) -> None:
    """The second finds nothing to do, until the first gives it back."""
    start(db, ada, 1)
    job = imports.claim_import(db)
    assert job
    assert imports.claim_import(db) is None
    imports.release_import(db, job)
    assert imports.claim_import(db)


def test_whoever_stops_in_the_middle_leaves_the_rest_to_the_next(db: Db, ada: User) -> None:
    """A part is finished; the others are saved after the next start."""
    start(db, ada, 2 * imports.PART)
    shelf, woken = Shelf(), []
    importer = Importer(db, shelf.save, when_done=lambda: woken.append(True))
    importer.is_stopping = True
    assert importer.step()
    assert (len(shelf.urls), woken) == (imports.PART, [])
    importer.is_stopping = False
    assert importer.step()
    assert (len(shelf.urls), woken) == (2 * imports.PART, [True])


def test_an_import_ends_with_the_account(db: Db, ada: User) -> None:
    """What is deleted while a part is being saved is not made anew by it."""
    start(db, ada, 2 * imports.PART)
    job = imports.claim_import(db)
    assert job

    def save(db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
        for name in imports.OWNED:
            db[name].delete_many({"owner_id": ada.id})
        return 0

    assert not imports.store_next_part(db, job, save)
    assert db.imports.count_documents({}) == db.importparts.count_documents({}) == 0


def test_imports_are_of_one_person(db: Db, ada: User) -> None:
    """Others neither find them nor take them along."""
    job_id, other = start(db, ada, 1), User(id=ObjectId(), username="grace", password="none")
    assert imports.find_import(db, other, str(job_id)) is None
    assert imports.find_import(db, ada, "nonsense") is None
    assert imports.imports_of(db, other) == imports.list_imports(db, other) == []
    assert [each["name"] for each in imports.imports_of(db, ada)] == ["a.html"]
