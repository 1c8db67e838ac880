"""The connection to Redis, the keys of this installation in it, and what runs inside of it."""

from functools import cached_property
from pathlib import Path
from typing import Any

import redisstore
from chatnames import NameClaims

from spotichat.keys import Keys

HERE = Path(__file__).parent
COMMON = "common.lua"
MONTH = 30 * 24 * 60 * 60  # seconds that a name waits for its owner


class Store:
    """What every question to Redis needs.

    `kept` is how many messages a room keeps, `crowd` above how many people coming and going is not
    announced.
    """

    def __init__(self, redis: Any, keys: Keys, *, kept: int = 500, crowd: int = 100) -> None:
        self.redis = redis
        self.keys = keys
        self.kept = kept
        self.crowd = crowd
        self.names = NameClaims(redis, keys.names, MONTH)
        self.expired = redis.register_script((HERE / "expired.lua").read_text())

    def run(
        self, name: str, room: str, person: str, nickname: str, *args: object, said: str = ""
    ) -> Any:
        """Run one of the scripts about a person in a room; `args` are those that it adds."""
        keys = self.keys
        common = (keys.news, room, person, nickname, self.kept, self.crowd)
        return self._scripts[name](keys.of(room, person, said), [*common, *args])

    @cached_property
    def _scripts(self) -> dict[str, Any]:
        """Notice that redis-py sends a script once, and then only its name (EVALSHA)."""
        common = (HERE / COMMON).read_text()
        return {
            path.stem: self.redis.register_script(common + path.read_text())
            for path in HERE.glob("*.lua")
            if path.name != COMMON
        }


def connect(url: str, namespace: str, *, kept: int = 500, crowd: int = 100) -> Store:
    """Return the store; nothing is sent yet. Raises SettingsError for an address that is none."""
    return Store(redisstore.connect(url), Keys(namespace), kept=kept, crowd=crowd)
