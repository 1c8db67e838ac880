"""Databases of older versions are understood, and get what they lack."""

from apps.listsurf.conftest import People
from apps.listsurf.people import Person
from bookmarks import Reading
from listsurf.queries import Db, ensure_indexes, list_links
from listsurf.queries.indexes import OLD_FEED_INDEX, OLD_INDEX
from savedlinks.feeds import list_feeds
from savedlinks.imports import insert_import, list_imports


def test_a_database_of_the_original_is_understood(ada: Person, db: Db) -> None:
    """Its links are found, sorted and shown; one that is there twice stays there twice."""
    for index in list(db.listitems.index_information()):
        if index != "_id_":
            db.listitems.drop_index(index)
    for number, url in enumerate(
        ["http://b.example/x", "http://a.example/x", "http://a.example/x"]
    ):
        db.listitems.insert_one(
            {
                "owner": ada.user.id,
                "username": "ada",
                "created_at": 1_300_000_000_000 + number,
                "updated_at": 1_300_000_000_000 + number,
                "url": url,
                "_cls": "ListItem",
                "_types": ["ListItem"],
            }
        )
    ensure_indexes(db)
    ensure_indexes(db)
    assert ada.titles() == ["a.example", "a.example", "b.example"]
    assert ada.titles("/?order=title") == ["a.example", "a.example", "b.example"]
    assert ada.titles("/?q=b.example") == ["b.example"]
    assert ada.titles("/?tag=x") == []
    known = ada.saves("http://A.example/x")
    assert "You saved this address before" in known.text
    for link in ada.links():
        ada.sends(f"/delete_item/{link['id']}")
    assert ada.titles() == []


def test_a_database_of_the_version_before_is_understood(ada: Person, db: Db) -> None:
    """The index that compared spellings goes; titles stay, deleting and saving again works."""
    db.listitems.create_index([("owner", 1), ("url", 1)], unique=True)
    link = {"owner": ada.user.id, "username": "ada", "created_at": 1, "updated_at": 1}
    db.listitems.insert_one({**link, "url": "https://example.com/", "title": "Old", "_cls": "Link"})
    ensure_indexes(db)
    assert OLD_INDEX not in db.listitems.index_information()
    assert ada.titles() == ["Old"]
    assert ada.get("/").text.count("fetch") == 0
    assert not list_links(db, ada.user).links[0].is_public


def test_the_index_forbids_the_same_page_for_one_owner_only(
    ada: Person, person: People, db: Db
) -> None:
    """Two people may save one page; one person saves it once, however it is written."""
    for each in (ada, person("grace")):
        assert each.saves("https://example.com/%7Eada/./x?").status_code == 302
        assert each.saves("https://EXAMPLE.com:443/~ada/x").status_code == 200
    assert db.listitems.count_documents({}) == 2


def test_imports_of_the_version_before_are_still_listed(ada: Person, db: Db) -> None:
    """Their owner was called otherwise then."""
    insert_import(db, ada.user, "old.html", Reading([], []), fetch=False, keep_public=False)
    names = {"owner_id": "owner", "owner_username": "username"}
    db.imports.update_many({}, {"$rename": names})
    assert list_imports(db, ada.user) == []
    ensure_indexes(db)
    assert [job.name for job in list_imports(db, ada.user)] == ["old.html"]


def test_feeds_of_the_version_before_stay_open(ada: Person, db: Db) -> None:
    """Their addresses stand in feed readers; the index that counted tags alone goes."""
    db.feeds.create_index([("owner", 1), ("tag", 1)], unique=True)
    for tag in ("", "sea"):
        db.feeds.insert_one(
            {"_id": f"old-{tag}", "owner": ada.user.id, "tag": tag, "created_at": 1}
        )
    ensure_indexes(db)
    ada.sends("/feeds", what="all")
    assert sorted(feed.secret for feed in list_feeds(db, ada.user)) == ["old-", "old-sea"]
    assert OLD_FEED_INDEX not in db.feeds.index_information()
    assert ada.get("/feed/old-sea.atom").status_code == 200
