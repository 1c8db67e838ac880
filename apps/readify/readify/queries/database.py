"""The database itself, as all modules of this package name it."""

from mongostore import DatabaseAway, Db, Filter

__all__ = ["DatabaseAway", "Db", "Filter"]
