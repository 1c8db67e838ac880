"""Visitors, and the names that belong to them."""

import json
from collections.abc import Iterable
from typing import Any

from chatnames import shapes

from nojs.models import Visitor
from nojs.queries.store import Store

MONTH = 30 * 24 * 60 * 60  # seconds that a name waits for its owner


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
    for shape in shapes(visitor.name) if visitor.name else ():
        pipe.expire(store.keys.shape(shape), MONTH)


def owner_of(store: Store, name: str) -> str:
    """Return the id of the visitor to whom a name belongs, nothing for a name that is free."""
    return str(store.redis.get(store.keys.shape(min(shapes(name)))) or "")


def claim_name(store: Store, visitor: Visitor, name: str) -> None:
    """Give a name to a visitor, and his former one back.

    Raises NameTakenError when another visitor has one that looks like it.
    """
    wanted, former = shapes(name), shapes(visitor.name) if visitor.name else set()
    taken: list[str] = []
    for shape in wanted - former:
        where = store.keys.shape(shape)
        if store.redis.set(where, visitor.id, ex=MONTH, nx=True):
            taken.append(shape)
        elif store.redis.get(where) != visitor.id:
            _release(store, visitor, taken)
            raise NameTakenError
    _release(store, visitor, former - wanted)
    visitor.name = name
    save_visitor(store, visitor)


def forget_visitor(store: Store, visitor: Visitor) -> None:
    """Forget a visitor; his name is free again."""
    if visitor.name:
        _release(store, visitor, shapes(visitor.name))
    store.redis.delete(store.keys.visitor(visitor.id))


def _release(store: Store, visitor: Visitor, given_back: Iterable[str]) -> None:
    for where in map(store.keys.shape, given_back):
        if store.redis.get(where) == visitor.id:
            store.redis.delete(where)
