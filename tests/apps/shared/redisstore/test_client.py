"""The client: nothing is sent twice, nobody is turned away, no password is shown."""

import pytest
from apps.shared.redisstore.conftest import Server
from brubeck.concurrency import current
from brubeck.settings import SettingsError
from framework.conformance.servers import eventually
from redisstore import StoreAway, connect


@pytest.mark.parametrize("url", ["", "localhost", "http://localhost", "redis://h:port/0"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    """Before anything is sent, with an example of one that is."""
    with pytest.raises(SettingsError, match="Set it to one like redis://"):
        connect(url)


def test_no_message_shows_the_password() -> None:
    """Neither the refusal of an address nor its cause, which a log would show as well."""
    with pytest.raises(SettingsError) as refusal:
        connect("redis://:hidden@host:a port/0")
    assert "hidden" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_redis_that_is_not_there_is_noticed_when_it_is_needed() -> None:
    """An application starts without it, and says so when somebody asks."""
    redis = connect("unix:///nothing/is/here")
    with pytest.raises(StoreAway):
        redis.ping()


def test_who_finds_all_connections_busy_waits(server: Server) -> None:
    """Fifty requests over one connection are all answered."""
    redis, answers = connect(server.url, connections=1), []
    for number in range(50):
        current().spawn(lambda number=number: answers.append(redis.echo(f"{number}")))
    eventually(lambda: len(answers) == 50, "an answer for everybody")
    redis.close()


def test_a_command_whose_answer_was_lost_is_not_sent_again(server: Server) -> None:
    """It may have been carried out: the error is for the one who asked, and nothing happens twice."""
    redis = connect(server.url, patience=0.2)
    redis.ping()
    server.freeze()
    with pytest.raises(StoreAway):
        redis.incr("said")
    server.thaw()
    eventually(lambda: redis.get("said"), "what was sent before")
    assert redis.get("said") == "1"
    redis.close()
