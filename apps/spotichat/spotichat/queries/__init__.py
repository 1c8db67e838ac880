"""All questions to Redis, and all changes there."""

from redisstore import StoreAway

from spotichat.queries.messages import (
    News,
    Outcome,
    Tariff,
    clean_room,
    read_message,
    read_news,
    say,
)
from spotichat.queries.order import kick, list_reports, list_words, replace_words, report
from spotichat.queries.people import (
    NameTakenError,
    claim_nickname,
    find_person,
    forget_person,
    keep_person,
)
from spotichat.queries.presence import gone, is_here, leave, list_people, sweep, touch
from spotichat.queries.rooms import (
    Listed,
    close_room,
    create_private_room,
    list_rooms,
    owner_of,
    sweep_rooms,
)
from spotichat.queries.store import Store, connect

__all__ = [
    "Listed",
    "NameTakenError",
    "News",
    "Outcome",
    "Store",
    "StoreAway",
    "Tariff",
    "claim_nickname",
    "clean_room",
    "close_room",
    "connect",
    "create_private_room",
    "find_person",
    "forget_person",
    "gone",
    "is_here",
    "keep_person",
    "kick",
    "leave",
    "list_people",
    "list_reports",
    "list_rooms",
    "list_words",
    "owner_of",
    "read_message",
    "read_news",
    "replace_words",
    "report",
    "say",
    "sweep",
    "sweep_rooms",
    "touch",
]
