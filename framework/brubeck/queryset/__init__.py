"""Querysets: one interface for storing documents in a dict, in Redis or in MongoDB."""

from brubeck.queryset.base import AbstractQueryset
from brubeck.queryset.dict import DictQueryset
from brubeck.queryset.mongo import MongoQueryset
from brubeck.queryset.redis import RedisQueryset

__all__ = ["AbstractQueryset", "DictQueryset", "MongoQueryset", "RedisQueryset"]
