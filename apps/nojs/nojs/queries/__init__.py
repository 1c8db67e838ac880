"""All questions to Redis, and all changes there."""

from redisstore import StoreAway

from nojs.queries.lines import (
    clean_room,
    read_lines,
    say,
    say_privately,
    version_for,
)
from nojs.queries.people import (
    is_kicked,
    kick,
    leave_all_rooms,
    leave_room,
    list_people,
    sweep_people,
    touch,
)
from nojs.queries.rooms import (
    create_room,
    find_title,
    list_rooms,
    rooms_version,
    sweep_rooms,
)
from nojs.queries.store import Store, connect
from nojs.queries.visitors import (
    NameTakenError,
    claim_name,
    find_visitor,
    forget_visitor,
    renew,
    save_visitor,
)

__all__ = [
    "NameTakenError",
    "Store",
    "StoreAway",
    "claim_name",
    "clean_room",
    "connect",
    "create_room",
    "find_title",
    "find_visitor",
    "forget_visitor",
    "is_kicked",
    "kick",
    "leave_all_rooms",
    "leave_room",
    "list_people",
    "list_rooms",
    "read_lines",
    "renew",
    "rooms_version",
    "save_visitor",
    "say",
    "say_privately",
    "sweep_people",
    "sweep_rooms",
    "touch",
    "version_for",
]
