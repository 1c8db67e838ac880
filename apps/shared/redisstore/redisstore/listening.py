"""One subscription for a whole process, which survives what happens to Redis.

Notice the two ways in which a connection ends. One is seen: an error, and the listener connects
anew. The other is not: the server is frozen, or the network swallows what is sent, and silence looks
like peace. So the listener asks for a sign of life when it has heard nothing for a while.

And notice what nobody can know after either: what was published meanwhile. Whoever keeps a listener
says what is to be done then, in `tell_all`.

It has a connection outside of the pool of all others: it needs one when that is exhausted, too, and
what redis-py tidies up when a subscription is thrown away must not meet a lock of somebody else.
"""

import logging
from collections.abc import Callable
from typing import Any

from redis import ConnectionPool, Redis

from redisstore.rounds import Rounds

SILENCE = 10.0  # seconds until a sign of life is asked for, and then until it must have come

log = logging.getLogger(__name__)


class Listener(Rounds):
    """Listens to one channel in a greenlet of its own, and begins anew when that has ended.

    `redis` is what `redisstore.connect` returns. `tell` is called with the text of each
    publication, `tell_all` whenever the subscription was made, at first or anew.
    """

    period = 0.5  # seconds until Redis is asked again after it was away

    def __init__(
        self, redis: Any, channel: str, tell: Callable[[str], None], tell_all: Callable[[], None]
    ) -> None:
        self._redis = redis
        self._channel = channel
        self._tell = tell
        self._tell_all = tell_all

    def go_round(self) -> None:
        """Read until no sign of life comes any more."""
        with _apart(self._redis) as redis, redis.pubsub() as subscription:
            subscription.subscribe(self._channel)
            while (news := _next(subscription)) is not None:
                if news["type"] == "subscribe":
                    self._tell_all()
                elif news["type"] == "message":
                    self._tell(news["data"])
        log.warning("Redis gave no sign of life for %s s; connecting anew.", SILENCE)


def _apart(redis: Any) -> Any:
    """Return a client of the same Redis with a connection of its own."""
    pool = redis.connection_pool
    return Redis.from_pool(
        ConnectionPool(pool.connection_class, max_connections=1, **pool.connection_kwargs)
    )


def _next(subscription: Any) -> Any:
    """Return what comes next, the answer to a question for a sign of life included; None without."""
    news = subscription.get_message(timeout=SILENCE)
    if news is None:
        subscription.ping()
        news = subscription.get_message(timeout=SILENCE)
    return news
