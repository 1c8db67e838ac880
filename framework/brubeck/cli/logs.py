"""How a command logs: as LOG_FORMAT says."""

import logging
import os

from brubeck.cli.errors import CommandError
from brubeck.jsonlogs import TEXT, VARIABLE, use_log_format


def choose_log_format() -> None:
    """Log as JSON lines when LOG_FORMAT is json; otherwise the application chooses."""
    try:
        use_log_format(os.environ.get(VARIABLE) or TEXT)
    except ValueError as error:
        raise CommandError(str(error)) from error


def start_logging() -> None:
    """Log as LOG_FORMAT says from now on."""
    choose_log_format()
    logging.basicConfig(level=logging.INFO)
