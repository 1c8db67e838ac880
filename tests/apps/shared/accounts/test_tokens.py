"""Tokens: what they may do, and how they are found."""

from collections.abc import Iterator

import pytest
from accounts import people, tokens
from accounts.models import User
from mongostore import Db, connect


@pytest.fixture
def db(mongo_url: str, database: str) -> Iterator[Db]:
    """Give an empty database with its indexes."""
    db = connect(mongo_url, database)
    for each in (people, tokens):
        each.ensure_indexes(db)
    yield db
    for name in ("users", "tokens"):
        db[name].delete_many({})
    db.client.close()


@pytest.fixture
def ada(db: Db) -> User:
    """Give somebody with an account."""
    return people.insert_user(db, User(username="ada", password="none"))


def test_a_token_is_found_by_its_secret_alone(db: Db, ada: User) -> None:
    """The database holds a hash; what it holds opens nothing."""
    secret = tokens.create_token(db, ada, "One", prefix="site_")
    assert secret.startswith("site_")
    stored = db.tokens.find_one({})
    assert stored
    assert secret not in str(stored)
    found = tokens.find_by_secret(db, secret)
    assert found
    assert found.owner == ada.id
    for guess in (stored["hash"], secret[:-1], "", "\ud800"):
        assert tokens.find_by_secret(db, guess) is None


def test_a_token_may_what_was_given_to_it(db: Db, ada: User) -> None:
    """One of before there were scopes may everything, as it always could."""
    reader = tokens.create_token(db, ada, "Reader", [tokens.READ])
    writer = tokens.create_token(db, ada, "Writer")
    scopes = [
        getattr(tokens.find_by_secret(db, secret), "scopes", None) for secret in (reader, writer)
    ]
    assert scopes == [["read"], ["read", "write"]]
    db.tokens.update_one({"name": "Reader"}, {"$unset": {"scopes": ""}})
    old = tokens.find_by_secret(db, reader)
    assert old
    assert old.scopes == ["read", "write"]


def test_a_name_is_taken_once_and_there_is_a_most(db: Db, ada: User) -> None:
    """The database itself refuses the second one of a name."""
    tokens.create_token(db, ada, "One")
    with pytest.raises(tokens.TokenNameTakenError):
        tokens.create_token(db, ada, "One")
    for number in range(tokens.MOST - 1):
        tokens.create_token(db, ada, f"No. {number}")
    with pytest.raises(tokens.TooManyTokensError):
        tokens.create_token(db, ada, "One more")


def test_a_user_is_found_in_any_spelling_and_named_once(db: Db, ada: User) -> None:
    """Capitals make no difference, neither for finding nor for taking a name."""
    found = people.find_user(db, "ADA")
    assert found
    assert found.id == ada.id
    with pytest.raises(people.NameTakenError):
        people.insert_user(db, User(username="ada", password="none"))


def test_origins_are_known_while_somebody_allows_them(db: Db, ada: User) -> None:
    """A browser's question before it says whose token it has is answered by this."""
    assert not people.is_origin_of_anybody(db, "https://ada.example")
    people.change_origins(db, ada, ["https://ada.example"])
    assert people.is_origin_of_anybody(db, "https://ada.example")
