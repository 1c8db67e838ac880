"""Addresses of ZeroMQ on the command line, checked before anything starts."""

import re

from brubeck.addresses import addresses
from brubeck.cli.errors import CommandError

ADDRESS = re.compile(r"ipc://.+|tcp://.+:\d+")


def needed(pull: str | None, pub: str | None) -> None:
    """Raise CommandError unless both addresses of Mongrel2 are there and right."""
    for given in (pull, pub):
        if not given:
            raise CommandError(
                "The transport mongrel2 needs two addresses. "
                "Add --pull with Mongrel2's send_spec and --pub with its recv_spec."
            )
        check(given)


def check(given: str) -> None:
    """Raise CommandError for what is no address, nor several with commas between."""
    for address in addresses(given) or ("",):
        if not ADDRESS.fullmatch(address):
            raise CommandError(
                f"{address!r} is no address of ZeroMQ. "
                "Write it like ipc://run/app_in or tcp://127.0.0.1:9999."
            )
