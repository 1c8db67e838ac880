"""Public pages: what people show to everybody, and the feed of it.

Notice that somebody who shows nothing has no public page: to others his address looks like that of
nobody. All these pages live below /u/, so that no name, whatever somebody may choose, is ever the
address of another page.
"""

from accounts import people
from accounts.models import User
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from weblinks import feeds
from weblinks.paging import BadCursorError, Cursor, Page

from listsurf import queries
from listsurf.handlers.pages import PageHandler
from listsurf.models import Link
from listsurf.wanted import Wanted

NOBODY = "Nobody shows links here. Check the spelling of the name."
PUBLIC = Wanted(public_only=True)


class PublicHandler(PageHandler):
    """What is public of one user."""

    def find(self, name: str) -> User:
        """Return the user; raise NotFound for one who shows nothing, except to himself."""
        user = people.find_user(self.db_conn, name)
        if user is None or not (self.is_own(user) or self.shows_something(user)):
            raise NotFound(NOBODY)
        return user

    def is_own(self, user: User) -> bool:
        """Say whether the visitor looks at his own page."""
        return self.current_user is not None and self.current_user.id == user.id

    def shows_something(self, user: User) -> bool:
        """Say whether a user has a public link."""
        return bool(queries.list_links(self.db_conn, user, None, 1, PUBLIC).links)


class PersonHandler(PublicHandler):
    """The public page of a user."""

    def get(self, name: str) -> Result:
        """Show a page of the public links, those with a tag (`tag`) if one is given."""
        user, tag = self.find(name), self.get_argument("tag", "")
        wanted = Wanted.parse(tags=[tag], public_only=True)
        return self.render_template(
            "person.html",
            person=user.username,
            is_own=self.is_own(user),
            page=self.page(user, wanted),
            total=queries.count_links(self.db_conn, user, wanted),
            tags=queries.list_tags(self.db_conn, user, public_only=True),
            tag=tag,
            before=self.get_argument("before"),
        )

    def page(self, user: User, wanted: Wanted) -> Page[Link]:
        """Return the page of the list that the address asks for."""
        before = self.get_argument("before")
        try:
            place = Cursor.parse(before) if before else None
            return queries.list_links(self.db_conn, user, place, wanted=wanted)
        except BadCursorError as error:
            raise BadRequest(f"{error} Start again at the top of the page.") from error


class FeedHandler(PublicHandler):
    """The public links of a user as a feed."""

    def get(self, name: str) -> Result:
        """Send the newest public links (Atom, RFC 4287)."""
        user = self.find(name)
        page = f"{self.site}/u/{user.username}"
        links = queries.list_links(self.db_conn, user, wanted=PUBLIC).links
        feed = feeds.Feed(
            title=f"{user.username} on Listsurf",
            address=page,
            self_address=f"{page}/feed.atom",
            links=links,
            application="Listsurf",
            author="Listsurf",
        )
        self.set_body(feeds.atom(feed), {"Content-Type": feeds.CONTENT_TYPE})
        return self.render()
