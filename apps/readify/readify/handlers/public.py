"""Profiles: what people tell and show to everybody, their pictures, and the addresses of before.

Notice that somebody who shows nothing has no profile: to others his address looks like that of
nobody. All profiles live below /u/, so that no name, whatever somebody may choose, is ever the
address of another page; the old address /NAME only leads there, and only where no page has it.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from weblinks.feeds import CONTENT_TYPE, Feed, atom
from weblinks.paging import BadCursorError, Cursor

from readify import avatars, profiles, queries
from readify.handlers.pages import PageHandler
from readify.models import User
from readify.profiles import GRAVATAR, Profile
from readify.wanted import Wanted

NOBODY = "Nobody shows anything here. Check the spelling of the name."
PUBLIC = Wanted(view="public")
GRAVATAR_SITE = "https://gravatar.com"


class PublicHandler(PageHandler):
    """What is public of one user."""

    def find(self, name: str) -> tuple[User, Profile]:
        """Return a user and his profile; raise NotFound for one who shows nothing to others."""
        user = profiles.find_owner(self.db_conn, name)
        if user is None:
            raise NotFound(NOBODY)
        profile = profiles.find_profile(self.db_conn, user)
        if not (self.is_own(user) or profile.is_filled or self.shows_something(user)):
            raise NotFound(NOBODY)
        return user, profile

    def is_own(self, user: User) -> bool:
        """Say whether the visitor looks at his own profile."""
        return self.current_user is not None and self.current_user.id == user.id

    def shows_something(self, user: User) -> bool:
        """Say whether a user has a public link, or has said something about one."""
        links = queries.list_links(self.db_conn, user.id, PUBLIC, count=1).links
        return bool(links) or profiles.has_commented(self.db_conn, user)


class PersonHandler(PublicHandler):
    """The profile of a user, with his public links."""

    from_gravatar = False  # whether this page shows a picture that another company keeps

    def get(self, name: str) -> Result:
        """Show a page of the links, those with a tag (`tag`) if one is given."""
        (user, profile), wanted = self.find(name), self.wanted()
        before = self.place(wanted)
        return self.render_template(
            "person.html",
            person=user.username,
            profile=profile,
            gravatar=self.gravatar(user, profile),
            may_ask_gravatar=profile.picture == GRAVATAR and not self.from_gravatar,
            is_own=self.is_own(user),
            page=queries.list_links(self.db_conn, user.id, wanted, before=before),
            total=queries.count_links(self.db_conn, user.id, wanted),
            tag=wanted.tags[0] if wanted.tags else "",
            before=before,
            note=self.take_note(),
        )

    def gravatar(self, user: User, profile: Profile) -> str:
        """Return where Gravatar keeps the picture, empty if it is not to be asked.

        Its owner has chosen that. Others decide for themselves (`picture=gravatar`): whoever loads
        the picture tells Gravatar which profile he looks at.
        """
        asked = self.is_own(user) or self.get_argument("picture", "") == GRAVATAR
        self.from_gravatar = profile.picture == GRAVATAR and asked
        return avatars.gravatar(profile.email) if self.from_gravatar else ""

    @property
    def policy(self) -> str:
        """What the browser may load: Gravatar's picture only where somebody wants to see it."""
        more = f" {GRAVATAR_SITE}" if self.from_gravatar else ""
        return super().policy.replace("img-src 'self' data:", f"img-src 'self' data:{more}")

    def wanted(self) -> Wanted:
        """Return which links the address asks for."""
        tag = self.get_argument("tag", "")
        return Wanted.parse(view="public", tags=[tag] if tag else [])

    def place(self, wanted: Wanted) -> Cursor | None:
        """Return the place in the list that the address asks for."""
        before = self.get_argument("before")
        try:
            return Cursor.parse(before, wanted.sorted_by) if before else None
        except BadCursorError as error:
            raise BadRequest(f"{error} Start again at the top of the page.") from error


class PictureHandler(PublicHandler):
    """The picture of a user: the one that he has uploaded, or one that is drawn for his name."""

    def get(self, name: str) -> Result:
        """Send it; a browser asks again, and gets it again only if it has changed."""
        user, profile = self.find(name)
        uploaded = profile.picture == profiles.UPLOADED
        self.headers["Cache-Control"] = "no-cache"
        self.check_preconditions(etag=f"{profile.picture_key if uploaded else ''}-{user.username}")
        picture = profiles.picture_of(self.db_conn, user) if uploaded else None
        self.headers["Content-Type"] = avatars.CONTENT_TYPE if picture else "image/svg+xml"
        self.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        self.set_body(picture or avatars.drawn(user.username))
        return self.render()


class FeedHandler(PublicHandler):
    """The public links of a user as a feed."""

    def get(self, name: str) -> Result:
        """Send the newest public links (Atom, RFC 4287)."""
        user, profile = self.find(name)
        page = f"{self.site}/u/{user.username}"
        feed = Feed(
            title=f"{profile.name or user.username} on Readify",
            address=page,
            self_address=f"{page}/feed.atom",
            links=queries.list_links(self.db_conn, user.id, PUBLIC).links,
            application="Readify",
            author=profile.name or user.username,
        )
        self.set_body(atom(feed), {"Content-Type": CONTENT_TYPE})
        return self.render()


class ProfileHandler(PageHandler):
    """The address of one's own profile, whatever one is called."""

    @web_authenticated
    def get(self) -> Result:
        """Lead there."""
        return self.redirect(f"/u/{self.current_user.username}")


class OldAddressHandler(PublicHandler):
    """Leads from /NAME, where profiles were in the first Readify, to where they are now."""

    def get(self, name: str) -> Result:
        """Lead there, for as long as there is a profile."""
        user, _ = self.find(name)
        return self.redirect(f"/u/{user.username}")
