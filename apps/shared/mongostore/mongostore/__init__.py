"""A MongoDB as the applications of the suite use it: its type, its address, its absence."""

from mongostore.refusals import refusal_of
from mongostore.starting import explained, prepare
from mongostore.store import DatabaseAway, Db, Filter, connect, opened

__all__ = [
    "DatabaseAway",
    "Db",
    "Filter",
    "connect",
    "explained",
    "opened",
    "prepare",
    "refusal_of",
]
