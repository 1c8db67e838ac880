"""The database itself: its type, and what it raises when it is not there."""

from typing import Any

from pymongo.database import Database
from pymongo.errors import ConnectionFailure, ExecutionTimeout

Db = Database[dict[str, Any]]
Filter = dict[str, Any]

DatabaseAway = (ConnectionFailure, ExecutionTimeout)
"""What is raised when the database does not answer, or not in time."""
