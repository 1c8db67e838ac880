"""Feeds of one's own lists, private links included, behind secret addresses.

Notice that a feed reader cannot log in. Whoever knows the address may read the list; therefore it
cannot be guessed, no other page links to it, and it can be closed at any time.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from accounts import people
from accounts.models import User
from accounts.pages import PageHandler
from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from weblinks.feeds import CONTENT_TYPE, Feed, atom
from weblinks.tagnames import clean_tag

from savedlinks.counting import Counted
from savedlinks.feeds import ALL, SecretFeed, delete_feed, find_feed, insert_feed, list_feeds

GONE = "There is no feed at this address. Its owner may have closed it, or given it a new address."
UNKNOWN = "There is no list of this name. Choose one that the page offers."


class FeedsHandler(PageHandler):
    """Shows the feeds of a user, and makes new ones. An application says which lists it has."""

    views: ClassVar[Sequence[str]] = (ALL,)

    @abstractmethod
    def tags(self) -> list[Counted]:
        """Return the tags of the user, who may have a feed of each."""

    @web_authenticated
    def get(self) -> Result:
        """List the feeds, and the lists that could have one."""
        return self.render_template(
            "feeds.html",
            feeds=list_feeds(self.db_conn, self.current_user),
            views=self.views,
            tags=self.tags(),
            note=self.take_note(),
        )

    @web_authenticated
    def post(self) -> Result:
        """Make the feed of a view (`unread`), or of a tag (`#cats`)."""
        what = self.get_argument("what", "")
        view = ALL if what.startswith("#") else what
        tag = clean_tag(what) if what.startswith("#") else ""
        if not tag and view not in self.views:
            raise BadRequest(UNKNOWN)
        insert_feed(self.db_conn, self.current_user, view, tag)
        return self.redirect_with_note("/feeds", "Here is the address of your feed.")


class CloseFeedHandler(PageHandler):
    """Closes the address of a feed."""

    @web_authenticated
    def post(self) -> Result:
        """Close it, and offer a new address."""
        secret = self.get_argument("secret", "")
        if not delete_feed(self.db_conn, self.current_user, secret):
            raise NotFound(GONE)
        return self.redirect_with_note("/feeds", "This address is closed. You may make a new one.")


class SecretFeedHandler(PageHandler):
    """The feed itself: for nobody but its reader, neither caches nor search engines."""

    is_personal = True

    def get(self, secret: str) -> Result:
        """Send the newest links of the list."""
        self.headers["X-Robots-Tag"] = "noindex"
        found = find_feed(self.db_conn, secret)
        user = people.find_user_by_id(self.db_conn, str(found.owner_id)) if found else None
        if found is None or user is None:
            raise NotFound(GONE)
        feed = self.feed(user, found)
        self.headers["Content-Type"] = CONTENT_TYPE
        self.set_body(atom(feed))
        return self.render()

    @abstractmethod
    def feed(self, user: User, found: SecretFeed) -> Feed:
        """Return what the feed shows."""
