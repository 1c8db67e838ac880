"""The connection to Redis, and one listener for each process."""

from redis.exceptions import RedisError as StoreAway

from redisstore.client import connect
from redisstore.listening import Listener
from redisstore.starting import explained

__all__ = ["Listener", "StoreAway", "connect", "explained"]
