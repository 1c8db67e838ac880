"""The user `demo` and his articles, so that nobody meets an empty site.

Notice that running this twice is harmless, and completes what a killed run has begun: an address that
is there already is left as it is.
"""

from accounts import people
from weblinks.typedlinks import TypedLink

from readify import profiles, queries
from readify.demo_articles import ARTICLES, DemoArticle
from readify.extraction import article_of
from readify.models import User

NAME = "demo"
PASSWORD = "demo-readify"  # noqa: S105  public on purpose: the README names it
DISCUSSED = "https://slow.example/reading"
FULL_NAME, PLACE = "Demo Reader", "By the window"
BIO = "Reads in trains, in queues, and on Sundays. What is on this shelf was written for this demo."
COMMENT = "I have been guilty of the first way for years. What a relief to call it a shelf."
WAITING_TITLE = "RFC 1149: IP Datagrams on Avian Carriers"
WAITING = "https://www.rfc-editor.org/rfc/rfc1149"  # the fetch worker has something to do


def fill(db: queries.Db) -> int:
    """Create the demo user and his articles where they are missing; return the number of new ones."""
    user = people.find_user(db, NAME) or new_user(db)
    if not queries.find_link_to(db, user.id, WAITING):
        queries.add_link(db, user, TypedLink(url=WAITING, title=WAITING_TITLE, tags=["web", "fun"]))
    missing = [shown for shown in ARTICLES if not queries.find_link_to(db, user.id, shown.address)]
    for shown in missing:
        store(db, user, shown)
    return len(missing)


def new_user(db: queries.Db) -> User:
    """Make the demo user, who says a little about himself."""
    user = people.insert_user(db, User.create_user(NAME, PASSWORD))
    profile = profiles.find_profile(db, user)
    profile.name, profile.bio, profile.location_text = FULL_NAME, BIO, PLACE
    profiles.save_profile(db, profile)
    return user


def store(db: queries.Db, user: User, shown: DemoArticle) -> None:
    """Store an article in its list, at the place where its reader has stopped."""
    link = queries.add_link(db, user, typed(shown))
    queries.save_article(db, link, article_of(shown.title, "", shown.html, shown.language))
    flags = {name: True for name in ("liked", "archived", "deleted") if getattr(shown, name)}
    queries.set_flags(db, user.id, [link.id], **flags)
    if shown.place:
        queries.set_place(db, user.id, link.id, shown.place)
    if shown.address == DISCUSSED:
        queries.insert_comment(db, user, link.id, COMMENT)


def typed(shown: DemoArticle) -> TypedLink:
    """Return what somebody would have typed to save an article."""
    tags = shown.tags.split()
    return TypedLink(url=shown.address, title=shown.title, tags=tags, is_public=shown.is_public)
