"""Work in the background that takes up what waits in a database: see Chores."""

from chores.steps import Chores

__all__ = ["Chores"]
