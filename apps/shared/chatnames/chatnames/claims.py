"""Whose a name is: kept in Redis, so that all processes of an application agree."""

from hashlib import sha256
from typing import Any

from chatnames.lookalikes import shapes

# All shapes of a name or none: a script runs as a whole.
CLAIM = """
for _, shape in ipairs(KEYS) do
  local owner = redis.call('GET', shape)
  if owner and owner ~= ARGV[1] then return 0 end
end
for _, shape in ipairs(KEYS) do redis.call('SET', shape, ARGV[1], 'EX', ARGV[2]) end
return 1
"""
RELEASE = """
for _, shape in ipairs(KEYS) do
  if redis.call('GET', shape) == ARGV[1] then redis.call('DEL', shape) end
end
"""


class NameClaims:
    """Names and their owners. Whoever has a name has all names that look like it.

    `redis` is what `redisstore.connect` returns. The keys begin with `prefix` and a colon; an owner
    who is not heard of for so many `seconds` loses the name.
    """

    def __init__(self, redis: Any, prefix: str, seconds: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._seconds = seconds
        self._claim = redis.register_script(CLAIM)
        self._release = redis.register_script(RELEASE)

    def claim(self, owner: str, name: str, former: str = "") -> bool:
        """Give a name to an owner, who has had the `former` one; False if it is somebody else's."""
        if not self._claim(self._keys(shapes(name)), [owner, self._seconds]):
            return False
        if former:
            self._give_back(owner, shapes(former) - shapes(name))
        return True

    def release(self, owner: str, name: str) -> None:
        """Set a name free, if it is the owner's."""
        self._give_back(owner, shapes(name))

    def owner_of(self, name: str) -> str:
        """Return whose a name is, nothing for one that is free."""
        return str(self._redis.get(self._keys(shapes(name))[0]) or "")

    def keep(self, name: str) -> None:
        """Note that a name's owner was heard of."""
        with self._redis.pipeline(transaction=False) as pipe:
            self.keep_in(pipe, name)
            pipe.execute()

    def keep_in(self, pipe: Any, name: str) -> None:
        """Note the same in a pipeline that does something else as well."""
        for key in self._keys(shapes(name)):
            pipe.expire(key, self._seconds)

    def _give_back(self, owner: str, given_back: set[str]) -> None:
        if given_back:
            self._release(self._keys(given_back), [owner])

    def _keys(self, looks: set[str]) -> list[str]:
        return [f"{self._prefix}:{_digest(look)}" for look in sorted(looks)]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
