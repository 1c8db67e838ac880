"""What an application says about the accounts of its people, and the limits that it sets to strangers.

Notice that an application states this once, and that the handlers find it on `self.application`. They
decide nothing that differs from one application to the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brubeck.request_handling import Brubeck
from brubeck.throttle import LoginThrottle, MemoryCounters, MongoCounters, Throttle
from mongostore import Db

from accounts.models import User

TEMPLATES = Path(__file__).parent / "templates"  # they extend the `base.html` of the application
HOUR = 60 * 60  # seconds
MINUTE = 60
# Nothing but our own files, nothing written into the page itself, and no frames around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What the shared pages and the takeout have to know about an application.

    `everything_of` returns all that is stored around a user, as documents by name; `delete_all_of`
    deletes it. `belongings` says in words what that is, as the subject of a sentence. Where tokens
    have `scopes`, their owner chooses whether a program may change something, or only read.
    """

    name: str
    everything_of: Callable[[Db, User], dict[str, Any]]
    delete_all_of: Callable[[Db, User], None]
    belongings: str = "Your links, tags, tokens and logins"
    reserved_names: frozenset[str] = frozenset()
    scopes: bool = False
    policy: str = CONTENT_SECURITY_POLICY

    @property
    def key(self) -> str:
        """The name in small letters, as it begins tokens and the names of files."""
        return self.name.lower()

    @property
    def token_prefix(self) -> str:
        """What lets people, and programs that search for lost secrets, see what a token is."""
        return f"{self.key}_"


class MembersApplication(Brubeck):
    """A Brubeck application whose visitors can have accounts."""

    membership: Membership
    counters: MongoCounters
    login_throttle: LoginThrottle
    reading_throttle: LoginThrottle
    signup_throttle: Throttle
    api_throttle: Throttle

    def set_limits(self, counters: MongoCounters, signups: int, api_calls: int) -> None:
        """Set the limits: new accounts in an hour and network, calls to the API in a minute.

        What only reads is counted in the memory of each process: it must not write to the database.
        """
        self.counters = counters
        self.login_throttle = LoginThrottle(counters)
        self.reading_throttle = LoginThrottle(MemoryCounters())
        self.signup_throttle = Throttle(counters, limit=signups, period=HOUR)
        self.api_throttle = Throttle(MemoryCounters(), limit=api_calls, period=MINUTE)
