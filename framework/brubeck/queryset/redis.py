"""RedisQueryset: documents as JSON text in one Redis hash."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

from brubeck.queryset.base import AbstractQueryset, Status


class RedisQueryset(AbstractQueryset):
    """Keep documents in a Redis hash named `hash_name`, by default like `api_id`.

    `db_conn` is a redis-py connection. Give each model a `hash_name` of its own where several
    share a database. With `compress` the text is compressed by zlib at `compress_level`.
    """

    def __init__(
        self,
        compress: bool = False,  # noqa: FBT001, FBT002 - a positional argument since 2012
        compress_level: int = 1,
        hash_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.compress = compress
        self.compress_level = compress_level
        self.hash_name = self.api_id if hash_name is None else hash_name

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, or UPDATED when it was there."""
        is_new = self.db_conn.hset(self.hash_name, self.key_of(shield), self._packed(shield))
        return self._stored(is_new), shield

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents in one round trip."""
        packed = [(self.key_of(shield), self._packed(shield)) for shield in shields]
        pipeline = self.db_conn.pipeline()
        for key, text in packed:
            pipeline.hset(self.hash_name, key, text)
        replies = pipeline.execute()
        pipeline.reset()
        return [
            (self._stored(reply), shield) for reply, shield in zip(replies, shields, strict=False)
        ]

    def update_one(self, shield: Any) -> Status:
        """Store one document, there before or not."""
        return self.create_one(shield)

    def update_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents, there before or not, in one round trip."""
        return self.create_many(shields)

    def read_all(self) -> list[Status]:
        """Return every document."""
        return [(self.MSG_OK, self._unpacked(data)) for data in self.db_conn.hvals(self.hash_name)]

    def read_one(self, iid: Any) -> Status:
        """Return one document, or FAILED and the id."""
        return self._read(self.db_conn.hget(self.hash_name, str(iid)), iid)

    def read_many(self, iids: Sequence[Any]) -> list[Status]:
        """Return many documents in one round trip."""
        pipeline = self.db_conn.pipeline()
        for iid in iids:
            pipeline.hget(self.hash_name, str(iid))
        replies = pipeline.execute()
        pipeline.reset()
        return [self._read(reply, iid) for reply, iid in zip(replies, iids, strict=False)]

    def destroy_one(self, iid: Any) -> Status:
        """Remove one document: UPDATED and what it was, or NOTFOUND and the id."""
        pipeline = self.db_conn.pipeline()
        pipeline.hget(self.hash_name, str(iid))
        pipeline.hdel(self.hash_name, str(iid))
        data = pipeline.execute()[0]
        pipeline.reset()
        return self._removed(data, iid, self.MSG_NOTFOUND)

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents; FAILED and the id for those that are not there."""
        pipeline = self.db_conn.pipeline()
        for iid in iids:
            pipeline.hget(self.hash_name, str(iid))
        found = pipeline.execute()
        for iid in iids:
            pipeline.hdel(self.hash_name, str(iid))
        pipeline.execute()
        pipeline.reset()
        return [
            self._removed(data, iid, self.MSG_FAILED)
            for data, iid in zip(found, iids, strict=False)
        ]

    def _stored(self, is_new: Any) -> str:
        return self.MSG_CREATED if is_new else self.MSG_UPDATED

    def _read(self, data: Any, iid: Any) -> Status:
        if data is None:
            return self.MSG_FAILED, str(iid)
        return self.MSG_OK, self._unpacked(data)

    def _removed(self, data: Any, iid: Any, missing: str) -> Status:
        if data is None:
            return missing, str(iid)
        return self.MSG_UPDATED, self._unpacked(data)

    def _packed(self, shield: Any) -> Any:
        text = shield.to_json()
        return zlib.compress(text.encode(), self.compress_level) if self.compress else text

    def _unpacked(self, data: Any) -> Any:
        return json.loads(zlib.decompress(data) if self.compress else data)
