"""Feeds of one's own lists, private links included, behind secret addresses.

Notice that a feed reader cannot log in. Whoever knows the address may read the list; therefore it
cannot be guessed, no other page links to it, and it can be closed at any time.
"""

from accounts import people
from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from weblinks.feeds import CONTENT_TYPE, Feed, atom
from weblinks.tagnames import clean_tag

from readify import queries
from readify.handlers.pages import PageHandler
from readify.listaddress import list_address
from readify.models import User
from readify.wanted import Wanted

VIEWS = ("unread", "liked", "archived")
GONE = "There is no feed at this address. Its owner may have closed it, or given it a new address."


class FeedsHandler(PageHandler):
    """Shows the feeds of a user, and makes new ones."""

    @web_authenticated
    def get(self) -> Result:
        """List the feeds, and the lists that could have one."""
        user = self.current_user
        return self.render_template(
            "feeds.html",
            feeds=queries.list_feeds(self.db_conn, user),
            tags=queries.list_tags(self.db_conn, user.id),
            note=self.take_note(),
        )

    @web_authenticated
    def post(self) -> Result:
        """Make the feed of a list (`unread`), or of a tag (`#cats`)."""
        what = self.get_argument("what", "")
        view = "all" if what.startswith("#") else what
        tag = clean_tag(what) if what.startswith("#") else ""
        if not tag and view not in VIEWS:
            raise BadRequest("There is no list of this name. Choose one that the page offers.")
        queries.insert_feed(self.db_conn, self.current_user, view, tag)
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
        """Send the newest articles of the list."""
        self.headers["X-Robots-Tag"] = "noindex"
        found = queries.find_feed(self.db_conn, secret)
        user = people.find_user_by_id(self.db_conn, str(found.owner_id)) if found else None
        if found is None or user is None:
            raise NotFound(GONE)
        feed = self.feed(user, found)
        self.headers["Content-Type"] = CONTENT_TYPE
        self.set_body(atom(feed))
        return self.render()

    def feed(self, user: User, found: queries.SecretFeed) -> Feed:
        """Return what the feed shows."""
        wanted = Wanted(view=found.view, tags=(found.tag,) if found.tag else ())
        return Feed(
            title=f"{found.label} of {user.username} on Readify",
            address=self.site + list_address(wanted),
            self_address=f"{self.site}{self.message.path}",
            links=queries.list_links(self.db_conn, user.id, wanted).links,
            application="Readify",
            author=user.username,
            updated_at=found.created_at,
        )
