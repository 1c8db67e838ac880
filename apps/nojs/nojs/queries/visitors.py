"""Visitors, and the names that belong to them."""

import json
from typing import Any

from nojs.models import Visitor
from nojs.queries.store import MONTH, Store


class NameTakenError(Exception):
    """The name, or one that looks like it, belongs to somebody else."""


def find_visitor(store: Store, secret_id: str) -> Visitor:
    """Return what we know of the visitor whose secret has this digest; he may be new."""
    known = store.redis.get(store.keys.visitor(secret_id))
    return Visitor(**json.loads(known)) if known else Visitor(id=secret_id)


def save_visitor(store: Store, visitor: Visitor) -> None:
    """Keep a visitor's choices and his name."""
    with store.redis.pipeline() as pipe:
        pipe.set(store.keys.visitor(visitor.id), json.dumps(visitor.to_python()))
        keep(store, pipe, visitor)
        pipe.execute()


def renew(store: Store, visitor: Visitor) -> None:
    """Note that somebody was here: his name waits for him for another month."""
    with store.redis.pipeline() as pipe:
        keep(store, pipe, visitor)
        pipe.execute()


def keep(store: Store, pipe: Any, visitor: Visitor) -> None:
    """Let a visitor and his name stay for another month."""
    pipe.expire(store.keys.visitor(visitor.id), MONTH)
    if visitor.name:
        store.names.keep_in(pipe, visitor.name)


def claim_name(store: Store, visitor: Visitor, name: str) -> None:
    """Give a name to a visitor, and his former one back.

    Raises NameTakenError when another visitor has one that looks like it.
    """
    if not store.names.claim(visitor.id, name, visitor.name):
        raise NameTakenError
    visitor.name = name
    save_visitor(store, visitor)


def forget_visitor(store: Store, visitor: Visitor) -> None:
    """Forget a visitor; his name is free again."""
    if visitor.name:
        store.names.release(visitor.id, visitor.name)
    store.redis.delete(store.keys.visitor(visitor.id))
