"""What all links that people save have in common, whatever else an application stores with them."""

from typing import Protocol


class AddressKnownError(Exception):
    """The user has saved this address already."""


class SavedLink(Protocol):
    """A link, as far as the shared pages have to know it."""

    @property
    def label(self) -> str:
        """What the link is called in lists."""
