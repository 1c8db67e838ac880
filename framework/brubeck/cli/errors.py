"""What stops a command, in words for the person who typed it."""


class CommandError(Exception):
    """What is wrong, and what to do next."""
