"""Changing a Redis hash and its order in one step, which a script on the server does."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from brubeck.text import to_unicode

# The order is sorted sets whose members are places, so that the server pages by BYLEX; a second
# hash knows where each document stands, or its old place could not be found when it moves.
CHANGE = """
local documents, places = KEYS[1], KEYS[2]
local key, is_conditional, expected, data, standing = unpack(ARGV)
local before = redis.call('HGET', documents, key) or ''
if is_conditional == '1' and before ~= expected then return {0, before} end
local stood = redis.call('HGET', places, key)
if stood then
  for _, at in ipairs(cjson.decode(stood)) do redis.call('ZREM', at[1], at[2]) end
end
if data == '' then
  redis.call('HDEL', documents, key)
else
  redis.call('HSET', documents, key, data)
end
if data == '' or standing == '' then
  redis.call('HDEL', places, key)
else
  for _, at in ipairs(cjson.decode(standing)) do redis.call('ZADD', at[1], 0, at[2]) end
  redis.call('HSET', places, key, standing)
end
return {1, before}
"""

Standing = list[tuple[str, str]]
"""The sorted sets that a document is in, each with its place there."""


class RedisIndex:
    """The order of the documents in a hash, and the order of those with one value of a key."""

    def __init__(self, connection: Any, hash_name: str) -> None:
        self.connection = connection
        self.hash_name = hash_name
        self.order = f"{hash_name}:order"
        self.places = f"{hash_name}:places"
        self._change = connection.register_script(CHANGE)

    def set_of(self, name: str, value: Any) -> str:
        """Return the sorted set of the documents with one value of a key."""
        return f"{self.order}:{name}={value}"

    def change(self, pipeline: Any, key: str, data: Any, standing: Standing) -> None:
        """Put a document, `""` for none, under a key whatever is there; in a pipeline."""
        self._run(pipeline, key, 0, "", data, standing)

    def change_if(
        self, pipeline: Any, key: str, expected: Any, data: Any, standing: Standing
    ) -> None:
        """Do it only where `expected` is stored, `""` for nothing."""
        self._run(pipeline, key, 1, expected, data, standing)

    def _run(
        self, pipeline: Any, key: str, is_conditional: int, expected: Any, data: Any, at: Standing
    ) -> None:
        arguments = [key, is_conditional, expected, data, json.dumps(at) if at else ""]
        self._change(keys=[self.hash_name, self.places], args=arguments, client=pipeline)

    def is_whole(self) -> bool:
        """Tell whether there are as many places as documents: others may have written, too."""
        pipeline = self.connection.pipeline()
        pipeline.hlen(self.hash_name)
        pipeline.zcard(self.order)
        documents, places = pipeline.execute()
        return bool(documents == places)

    def documents(self) -> Iterator[tuple[str, Any]]:
        """Yield every key with what is stored under it."""
        return ((to_unicode(key), data) for key, data in self.connection.hscan_iter(self.hash_name))

    def forget_missing(self) -> None:
        """Drop the places of documents that are not there any more."""
        for batch in batches(self.connection.hscan_iter(self.places)):
            pipeline = self.connection.pipeline()
            for key, _ in batch:
                self.change_if(pipeline, to_unicode(key), "", "", [])
            pipeline.execute()

    def behind(self, name: str, start: str, size: int) -> Iterator[list[str]]:
        """Yield the places behind a place in a sorted set, in lists of at most `size`."""
        low = f"({start}" if start else "-"
        while members := self.connection.zrangebylex(name, low, "+", 0, size):
            places = [to_unicode(member) for member in members]
            yield places
            low = f"({places[-1]}"


def batches(items: Iterable[Any], size: int = 1000) -> Iterator[list[Any]]:
    """Yield items in lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
