"""What the feeds of Readify show: one of the lists of a user, or all articles with a tag."""

from savedlinks import feedpages
from savedlinks.counting import Counted
from savedlinks.feeds import SecretFeed
from weblinks.feeds import Feed

from readify import queries
from readify.listaddress import list_address
from readify.models import User
from readify.wanted import Wanted


class FeedsHandler(feedpages.FeedsHandler):
    """Shows the feeds of a user, and makes new ones."""

    views = ("unread", "liked", "archived")

    def tags(self) -> list[Counted]:
        """Return the tags of the user, who may have a feed of each."""
        return queries.list_tags(self.db_conn, self.current_user.id)


class SecretFeedHandler(feedpages.SecretFeedHandler):
    """The feed itself."""

    def feed(self, user: User, found: SecretFeed) -> Feed:
        """Return what the feed shows."""
        wanted = Wanted(view=found.view, tags=(found.tag,) if found.tag else ())
        name = found.shows if found.tag else f"{found.shows} articles"
        return Feed(
            title=f"{name} of {user.username} on Readify",
            address=self.site + list_address(wanted),
            self_address=f"{self.site}{self.message.path}",
            links=queries.list_links(self.db_conn, user.id, wanted).links,
            application="Readify",
            author=user.username,
            updated_at=found.created_at,
        )
