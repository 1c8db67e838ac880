"""The connection to Redis, and one listener and one sweeper for each process."""

from redis.exceptions import RedisError as StoreAway

from redisstore.client import connect
from redisstore.listening import Listener
from redisstore.refusals import if_there_is_room, refusal_of
from redisstore.starting import explained
from redisstore.sweeping import Sweeper

__all__ = [
    "Listener",
    "StoreAway",
    "Sweeper",
    "connect",
    "explained",
    "if_there_is_room",
    "refusal_of",
]
