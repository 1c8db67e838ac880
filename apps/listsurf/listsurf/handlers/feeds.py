"""Feeds of one's own links, private ones included, behind secret addresses.

Notice that a feed reader cannot log in. Whoever knows the address may read the list; therefore it
cannot be guessed, no other page links to it, and it can be closed at any time.
"""

from accounts import people
from accounts.models import User
from brubeck.auth import web_authenticated
from brubeck.errors import NotFound
from brubeck.handlers.message import Result
from weblinks import feeds
from weblinks.tagnames import clean_tag

from listsurf import queries
from listsurf.handlers.pages import PageHandler
from listsurf.listaddress import list_address
from listsurf.wanted import Wanted

GONE = "There is no feed at this address. Its owner may have closed it, or given it a new address."


class FeedsHandler(PageHandler):
    """Shows the feeds of a user, and makes new ones."""

    @web_authenticated
    def get(self) -> Result:
        """List the feeds, and the tags that could have one."""
        user = self.current_user
        return self.render_template(
            "feeds.html",
            feeds=queries.list_feeds(self.db_conn, user),
            tags=queries.list_tags(self.db_conn, user),
            note=self.take_note(),
        )

    @web_authenticated
    def post(self) -> Result:
        """Make the feed of a tag, or of all links for an empty one."""
        queries.insert_feed(
            self.db_conn, self.current_user, clean_tag(self.get_argument("tag", ""))
        )
        return self.redirect_with_note("/feeds", "Here is the address of your feed.")


class CloseFeedHandler(PageHandler):
    """Closes the address of a feed."""

    @web_authenticated
    def post(self) -> Result:
        """Close it, and offer a new address."""
        secret = self.get_argument("secret", "")
        if not queries.delete_feed(self.db_conn, self.current_user, secret):
            raise NotFound(GONE)
        return self.redirect_with_note("/feeds", "This address is closed. You may make a new one.")


class SecretFeedHandler(PageHandler):
    """The feed itself: for nobody but its reader, neither caches nor search engines."""

    is_personal = True

    def get(self, secret: str) -> Result:
        """Send the newest links."""
        self.headers["X-Robots-Tag"] = "noindex"
        found = queries.find_feed(self.db_conn, secret)
        user = people.find_user_by_id(self.db_conn, str(found.owner)) if found else None
        if found is None or user is None:
            raise NotFound(GONE)
        feed = self.feed(user, found)
        self.headers["Content-Type"] = feeds.CONTENT_TYPE
        self.set_body(feeds.atom(feed))
        return self.render()

    def feed(self, user: User, found: queries.SecretFeed) -> feeds.Feed:
        """Return what the feed shows."""
        wanted = Wanted(tags=(found.tag,) if found.tag else ())
        name = f"#{found.tag} of {user.username}" if found.tag else f"Links of {user.username}"
        return feeds.Feed(
            title=f"{name} on Listsurf",
            address=self.site + list_address(wanted),
            self_address=f"{self.site}{self.message.path}",
            links=queries.list_links(self.db_conn, user, wanted=wanted).links,
            application="Listsurf",
            author=user.username,
            updated_at=found.created_at,
        )
