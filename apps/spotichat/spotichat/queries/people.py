"""People, and the names that belong to them."""

import json

from brubeck.timekeeping import curtime

from spotichat.models import Person
from spotichat.queries.store import MONTH, Store

DAY = 24 * 60 * 60 * 1000  # milliseconds


class NameTakenError(Exception):
    """The name, or one that looks like it, belongs to somebody else."""


def find_person(store: Store, person_id: str) -> Person | None:
    """Return a person by the digest of his secret; he and his name stay for another month."""
    known = store.redis.get(store.keys.person(person_id))
    person = Person(**json.loads(known)) if known else None
    if person is not None and curtime() - person.seen > DAY:
        keep_person(store, person)
    return person


def keep_person(store: Store, person: Person) -> None:
    """Write a person down, for a month from now on."""
    person.seen = curtime()
    store.names.keep(person.nickname)
    store.redis.set(store.keys.person(person.id), json.dumps(person.to_python()), ex=MONTH)


def claim_nickname(store: Store, person: Person, nickname: str) -> None:
    """Give a name to a person, and the former one back. Raises NameTakenError."""
    if not store.names.claim(person.id, nickname, former=person.nickname or ""):
        raise NameTakenError
    person.nickname = nickname
    keep_person(store, person)


def forget_person(store: Store, person: Person) -> None:
    """Forget a person; his name is free again."""
    store.names.release(person.id, person.nickname)
    store.redis.delete(store.keys.person(person.id))
