"""A MongoDB that is there, one that is away, and addresses that are none."""

from functools import partial

import pymongo
import pytest
from brubeck.settings import SettingsError
from mongostore import DatabaseAway, connect, explained, prepare
from pymongo.errors import OperationFailure

NOBODY = "mongodb://name:hush@127.0.0.1:1/?timeoutMS=300"


def test_a_database_is_prepared_with_time_enough(mongo_url: str, database: str) -> None:
    """What is done before the first request has more than the seconds of a question."""
    db, limits = connect(mongo_url, database), []
    prepare(
        db,
        partial(db.users.create_index, "name"),
        lambda: limits.append(pymongo._csot.get_timeout()),
    )
    assert "name_1" in db.users.index_information()
    assert limits[0]
    assert limits[0] > 3600
    db.client.close()


def test_a_question_has_a_limit_unless_the_address_sets_one(mongo_url: str, database: str) -> None:
    """A database that hangs does not hang a site."""
    db = connect(mongo_url, database)
    assert db.client.options.timeout == 5
    db.client.close()
    own = connect(f"{mongo_url}/?timeoutMS=700", database)
    assert own.client.options.timeout == 0.7
    own.client.close()


def test_a_database_that_is_away_ends_a_program_with_a_sentence() -> None:
    """It says what to do, and shows no password."""
    db = connect(NOBODY, "test")
    with pytest.raises(SystemExit) as ended, explained("Readify"):
        prepare(db)
    assert "MongoDB does not answer. Start it, or set MONGO_URL" in str(ended.value)
    assert "hush" not in str(ended.value)
    with pytest.raises(DatabaseAway):
        db.users.find_one({})
    db.client.close()


def test_a_database_that_refuses_is_named_with_the_application() -> None:
    """Whoever runs several of them knows whose rights are missing."""
    refused = pytest.raises(SystemExit, match=r"refuses to work for Readify.*not authorized")
    with refused, explained("Readify"):
        raise OperationFailure("wrapped", details={"errmsg": "not authorized"})


@pytest.mark.parametrize("url", ["http://hush", "mongodb://a:hu@sh@host", "mongodb://host:port"])
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError, match="MONGO_URL is no address") as refused:
        connect(url, "test")
    assert "hu" not in str(refused.value).replace("such as", "")
