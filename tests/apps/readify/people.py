"""People who use Readify, so that tests read like the story that they check."""

import re
from typing import Any

from apps.members import (
    NEXT,
    PASSWORD,
    Member,
    hidden_value_of,
    sends,
    stored_user,
    token_of,
    value_of,
)
from brubeck.testing import TestResponse
from readify import queries
from readify.models import Link
from readify.wanted import Wanted
from weblinks.typedlinks import TypedLink

__all__ = [
    "HOST",
    "NEXT",
    "PASSWORD",
    "TITLES",
    "Person",
    "hidden_value_of",
    "sends",
    "stored_user",
    "token_of",
    "value_of",
]

HOST = "readify.localhost:6767"
TITLES = re.compile(r'class="entry-title"[^>]*>([^<]*)</a>')


class Person(Member):
    """Somebody with an account and a browser in which he is logged in."""

    host = HOST
    title = TITLES

    def acts(self, at: str = "/", **form: Any) -> TestResponse:
        """Press a button of a list."""
        return self.sends(at, "/act", **form)

    def has(self, url: str, title: str = "", tags: str = "", *, is_public: bool = False) -> Link:
        """Return a link that this person has saved."""
        typed = TypedLink(url=url, title=title, tags=tags.split(), is_public=is_public)
        return queries.add_link(self.app.db_conn, self.user, typed)

    def now(self, link: Link) -> Link:
        """Return a link as it is now."""
        found = queries.find_link(self.app.db_conn, self.user.id, link.id)
        assert found
        return found

    def links(self, view: str = "all") -> list[Link]:
        """Return the links of a list, the newest first."""
        return list(queries.all_links(self.app.db_conn, self.user.id, Wanted(view=view)))
