"""The listener: it hears everything, and says so when it may have missed something."""

from collections.abc import Iterator

import pytest
from apps.shared.redisstore.conftest import Server
from framework.conformance.servers import eventually
from redis import Redis
from redisstore import Listener, connect, listening
from redisstore.client import CONNECTIONS

CHANNEL = "news"


class Ear:
    """What a listener has heard."""

    def __init__(self, server: Server) -> None:
        self.heard: list[str] = []
        self.times_told_all = 0
        self.redis = connect(server.url)
        self.listener = Listener(self.redis, CHANNEL, self.tell, self.tell_all)
        self.listener.start()

    def tell(self, text: str) -> None:
        """Take down what was said; choke on some of it."""
        self.heard.append(text)
        if text == "too much":
            raise ValueError(text)

    def tell_all(self) -> None:
        """Count how often everybody was told."""
        self.times_told_all += 1

    def has_connected(self, times: int) -> None:
        """Wait until the subscription was made so often."""
        eventually(lambda: self.times_told_all >= times, f"subscription number {times}")


@pytest.fixture
def ear(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """Give a listener that loses its patience soon."""
    monkeypatch.setattr(listening, "SILENCE", 0.3)
    monkeypatch.setattr(listening.Listener, "period", 0.05)
    ear = Ear(server)
    ear.has_connected(1)
    yield ear
    ear.listener.stop()
    ear.redis.close()


def test_what_is_said_is_heard_in_order(ear: Ear) -> None:
    """Everything since the subscription was made, once."""
    said = [f"{number}" for number in range(100)]
    for text in said:
        ear.redis.publish(CHANNEL, text)
    eventually(lambda: len(ear.heard) >= 100, "the last one")
    assert ear.heard == said


def test_silence_alone_is_no_reason_to_connect_anew(ear: Ear, server: Server) -> None:
    """A sign of life is asked for, comes, and is not taken for news."""
    pings = "cmdstat_ping"
    eventually(lambda: pings in ear.redis.info("commandstats"), "a question")
    before = ear.redis.info("commandstats")[pings]["calls"]
    eventually(
        lambda: ear.redis.info("commandstats")[pings]["calls"] > before + 1, "more questions"
    )
    assert ear.times_told_all == 1
    assert ear.heard == []


def test_a_redis_that_was_killed_is_heard_again(ear: Ear, server: Server) -> None:
    """The subscription is made anew by itself, and everybody is told that something was missed."""
    server.kill()
    server.start()
    ear.has_connected(2)
    ear.redis.publish(CHANNEL, "back again")
    eventually(lambda: ear.heard == ["back again"], "what is said afterwards")


def test_a_redis_that_is_frozen_is_noticed(
    ear: Ear, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Its connection stays open and gives no sign of life: that is no silence."""
    server.freeze()
    eventually(lambda: "no sign of life" in caplog.text, "that it is noticed")
    server.thaw()
    ear.has_connected(2)
    ear.redis.publish(CHANNEL, "awake")
    eventually(lambda: ear.heard == ["awake"], "what is said afterwards")


def test_an_error_of_the_application_does_not_end_the_listener(ear: Ear) -> None:
    """It begins anew, and tells everybody, because what was said meanwhile is lost."""
    ear.redis.publish(CHANNEL, "too much")
    ear.has_connected(2)
    ear.redis.publish(CHANNEL, "and on")
    eventually(lambda: ear.heard[-1] == "and on", "what is said afterwards")


def test_a_listener_needs_no_connection_of_the_pool(ear: Ear, server: Server) -> None:
    """Where all of them are busy it connects, and hears what is said, all the same."""
    pool = ear.redis.connection_pool
    busy = [pool.get_connection() for _ in range(CONNECTIONS)]
    server.kill()
    server.start()
    ear.has_connected(2)
    with Redis.from_url(server.url) as another:
        another.publish(CHANNEL, "heard")
    eventually(lambda: ear.heard == ["heard"], "what is said")
    for connection in busy:
        pool.release(connection)


def test_a_listener_that_was_stopped_leaves_no_subscription(ear: Ear) -> None:
    """Its connection is given back."""
    assert ear.redis.pubsub_numsub(CHANNEL)[0][1] == 1
    ear.listener.stop()
    eventually(lambda: ear.redis.pubsub_numsub(CHANNEL)[0][1] == 0, "no subscription")
