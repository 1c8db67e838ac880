"""A MongoDB as the applications of the suite use it: its type, its address, its absence."""

from mongostore.starting import explained, prepare
from mongostore.store import DATABASE_AWAY, DatabaseAway, Db, Filter, connect, opened

__all__ = [
    "DATABASE_AWAY",
    "DatabaseAway",
    "Db",
    "Filter",
    "connect",
    "explained",
    "opened",
    "prepare",
]
