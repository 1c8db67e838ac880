"""Keeping order: sending out, reports, and words that nobody may use."""

from brubeck.timekeeping import curtime

from spotichat.models import Message, Person
from spotichat.queries.store import Store

KICKED_FOR = 10 * 60  # seconds
KEPT_REPORTS = 1000


def kick(store: Store, room: str, person_id: str, seconds: int = KICKED_FOR) -> bool:
    """Send somebody out and keep him out for a while; say whether he was there."""
    return bool(store.run("kick", room, person_id, "", seconds))


def list_words(store: Store) -> list[str]:
    """Return the words that nobody may use."""
    return sorted(store.redis.smembers(store.keys.words))


def replace_words(store: Store, words: list[str]) -> None:
    """Have these be the words that nobody may use."""
    with store.redis.pipeline() as pipe:
        pipe.delete(store.keys.words)
        if words:
            pipe.sadd(store.keys.words, *words)
        pipe.execute()


def report(store: Store, room: str, message: Message, reporter: Person, reason: str) -> None:
    """Keep a copy of a message for the operators; the oldest reports are forgotten."""
    fields = {
        "room": room, "seq": message.seq, "person": message.person, "nickname": message.nickname,
        "text": message.shown_text, "reporter": reporter.id, "reason": reason, "at": curtime(),
    }  # fmt: skip
    store.redis.xadd(store.keys.reports, fields, maxlen=KEPT_REPORTS, approximate=False)


def list_reports(store: Store, count: int = 100) -> list[dict[str, str]]:
    """Return the newest reports, the newest first."""
    return [fields for _, fields in store.redis.xrevrange(store.keys.reports, count=count)]
