"""The commands of the server. Importing this package registers all of them."""

from mongolite.commands import bulk, databases, explaining, reading, server, writing
from mongolite.commands.registry import Context, run_command

__all__ = [
    "Context",
    "bulk",
    "databases",
    "explaining",
    "reading",
    "run_command",
    "server",
    "writing",
]
