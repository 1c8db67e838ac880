"""RedisQueryset: documents as JSON text in one Redis hash."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from brubeck.queryset.base import NO_FILTERS, AbstractQueryset, Change, Status, Stored
from brubeck.queryset.places import Page, fits, key_at, opened
from brubeck.queryset.redisindex import RedisIndex, Standing, batches


class RedisQueryset(AbstractQueryset):
    """Keep documents in a Redis hash named `hash_name`, by default like `api_id`.

    `db_conn` is a redis-py connection. Give each model a `hash_name` of its own where several
    share a database. With `compress` the text is compressed by zlib at `compress_level`.

    With `indexed`, a `sort_key` or `filter_keys` the order is kept beside the hash, and reading a
    page costs the same however many documents there are. Documents from before, or written by
    programs without the option, find their place when the next page is read.
    """

    def __init__(
        self,
        compress: bool = False,  # noqa: FBT001, FBT002 - a positional argument since 2012
        compress_level: int = 1,
        hash_name: str | None = None,
        indexed: bool = False,  # noqa: FBT001, FBT002 - like its neighbours
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.indexed = indexed or bool(self.sort_key or self.filter_keys)
        self.compress = compress
        self.compress_level = compress_level
        self.hash_name = self.api_id if hash_name is None else hash_name

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, or UPDATED when it was there."""
        if self.indexed:
            return self.create_many([shield])[0]
        is_new = self.db_conn.hset(self.hash_name, self.key_of(shield), self._packed(shield))
        return self._stored(is_new), shield

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents in one round trip."""
        if self.indexed:
            return self._put_indexed(shields)
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
        if self.indexed:
            return self._drop_indexed([iid], self.MSG_NOTFOUND)[0]
        pipeline = self.db_conn.pipeline()
        pipeline.hget(self.hash_name, str(iid))
        pipeline.hdel(self.hash_name, str(iid))
        data = pipeline.execute()[0]
        pipeline.reset()
        return self._removed(data, iid, self.MSG_NOTFOUND)

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents; FAILED and the id for those that are not there."""
        if self.indexed:
            return self._drop_indexed(iids, self.MSG_FAILED)
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

    # -- pages and changes ---------------------------------------------------------------------

    def read_page(
        self, limit: int, after: str | None = None, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Page:
        """Return at most `limit` documents behind the cursor `after` that have these values."""
        if not self.indexed:
            return super().read_page(limit, after, filters)
        if not self._index.is_whole():
            self.reindex()
        behind = self._behind(opened(after) if after else "", filters, limit + 1)
        return self._page(list(islice(behind, limit + 1)), limit)

    def reindex(self) -> None:
        """Give every document its place. Nobody has to wait, and no change gets lost."""
        self._index.forget_missing()
        for batch in batches(self._index.documents()):
            pipeline = self.db_conn.pipeline()
            for key, data in batch:
                standing = self._standing(key, self._unpacked(data))
                self._index.change_if(pipeline, key, data, data, standing)
            pipeline.execute()

    def exchange(self, changes: Sequence[Change]) -> list[Status | None]:
        """Make each change whose key still holds what it held before; None for the others."""
        keys = [change.key for change in changes]
        found = self.db_conn.hmget(self.hash_name, keys) if keys else []
        pipeline = self.db_conn.pipeline()
        possible = [
            (position, change, data)
            for position, (change, data) in enumerate(zip(changes, found, strict=True))
            if (None if data is None else self._unpacked(data)) == change.before
        ]
        for _, (key, _, after), data in possible:
            packed = "" if after is None else self._packed(after)
            standing = self._standing_of(key, after)
            self._index.change_if(pipeline, key, data or "", packed, standing)
        statuses: list[Status | None] = [None] * len(changes)
        for (position, change, _), (is_done, _) in zip(possible, pipeline.execute(), strict=True):
            statuses[position] = self._exchanged(change) if is_done else None
        return statuses

    def _exchanged(self, change: Change) -> Status:
        if change.after is None:
            return self.MSG_UPDATED, change.before
        return self._stored(change.before is None), change.after

    @cached_property
    def _index(self) -> RedisIndex:
        return RedisIndex(self.db_conn, self.hash_name)

    def _put_indexed(self, shields: Sequence[Any]) -> list[Status]:
        pipeline = self.db_conn.pipeline()
        for shield in shields:
            key = self.key_of(shield)
            self._index.change(pipeline, key, self._packed(shield), self._standing_of(key, shield))
        replies = pipeline.execute()
        return [
            (self._stored(not before), shield)
            for (_, before), shield in zip(replies, shields, strict=True)
        ]

    def _drop_indexed(self, iids: Sequence[Any], missing: str) -> list[Status]:
        pipeline = self.db_conn.pipeline()
        for iid in iids:
            self._index.change(pipeline, str(iid), "", [])
        replies = pipeline.execute()
        return [
            self._removed(data or None, iid, missing)
            for (_, data), iid in zip(replies, iids, strict=True)
        ]

    def _standing_of(self, key: str, shield: Any | None) -> Standing:
        if shield is None or not self.indexed:
            return []
        return self._standing(key, shield.to_json(encode=False))

    def _standing(self, key: str, document: Stored) -> Standing:
        """Return the sorted sets that a document belongs to, and its place in each."""
        at = self._place(key, document)
        sets = [
            self._index.set_of(name, document[name])
            for name in self.filter_keys
            if document.get(name) is not None
        ]
        return [(name, at) for name in (self._index.order, *sets)]

    def _behind(
        self, start: str, filters: Mapping[str, Any], size: int
    ) -> Iterator[tuple[str, Stored]]:
        for places in self._index.behind(self._set_for(filters), start, size):
            keys = [key_at(at, is_sorted=bool(self.sort_key)) for at in places]
            for at, data in zip(places, self.db_conn.hmget(self.hash_name, keys), strict=True):
                document = None if data is None else self._unpacked(data)
                if document is not None and fits(document, filters):
                    yield at, document

    def _set_for(self, filters: Mapping[str, Any]) -> str:
        """Return the sorted set with the fewest documents that cannot be wanted."""
        for name in self.filter_keys:
            if filters.get(name) is not None:
                return self._index.set_of(name, filters[name])
        return self._index.order

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
