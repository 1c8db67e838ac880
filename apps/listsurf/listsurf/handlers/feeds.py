"""What the feeds of Listsurf show: all links of a user, or those with a tag."""

from accounts.models import User
from savedlinks import feedpages
from savedlinks.counting import Counted
from savedlinks.feeds import SecretFeed
from weblinks.feeds import Feed

from listsurf import queries
from listsurf.listaddress import list_address
from listsurf.wanted import Wanted


class FeedsHandler(feedpages.FeedsHandler):
    """Shows the feeds of a user, and makes new ones."""

    def tags(self) -> list[Counted]:
        """Return the tags of the user, who may have a feed of each."""
        return queries.list_tags(self.db_conn, self.current_user)


class SecretFeedHandler(feedpages.SecretFeedHandler):
    """The feed itself."""

    def feed(self, user: User, found: SecretFeed) -> Feed:
        """Return what the feed shows."""
        wanted = Wanted(tags=(found.tag,) if found.tag else ())
        name = found.shows if found.tag else "Links"
        return Feed(
            title=f"{name} of {user.username} on Listsurf",
            address=self.site + list_address(wanted),
            self_address=f"{self.site}{self.message.path}",
            links=queries.list_links(self.db_conn, user, wanted=wanted).links,
            application="Listsurf",
            author=user.username,
            updated_at=found.created_at,
        )
