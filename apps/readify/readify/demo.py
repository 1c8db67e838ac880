"""The user `demo` and his articles, so that nobody meets an empty site.

Notice that running this twice is harmless, and completes what a killed run has begun: an address that
is there already is left as it is.
"""

from contextlib import suppress

from accounts import people
from weblinks.typedlinks import TypedLink

from readify import queries
from readify.demo_articles import ARTICLES, DemoArticle
from readify.extraction import article_of
from readify.models import User

NAME = "demo"
PASSWORD = "demo-readify"  # noqa: S105  public on purpose: the README names it
COMMENT = "I have been guilty of the first way for years. What a relief to call it a shelf."
WAITING = "https://www.rfc-editor.org/rfc/rfc1149"  # the fetch worker has something to do


def fill(db: queries.Db) -> int:
    """Create the demo user and his articles where they are missing; return the number of new ones."""
    user = people.find_user(db, NAME) or people.insert_user(db, User.create_user(NAME, PASSWORD))
    new = sum(is_new(db, user, shown) for shown in ARTICLES)
    with suppress(queries.AddressKnownError):
        queries.add_link(db, user, TypedLink(url=WAITING, tags=["web", "fun"]))
    return new


def is_new(db: queries.Db, user: User, shown: DemoArticle) -> bool:
    """Store an article, and say whether it was missing."""
    typed = TypedLink(
        url=shown.address,
        title=shown.title,
        tags=shown.tags.split(),
        is_public=shown.is_public,
    )
    try:
        link = queries.add_link(db, user, typed)
    except queries.AddressKnownError:
        return False
    text = "\n".join(line.strip() for line in shown.html.splitlines())
    article = article_of(shown.title, "", shown.html if "<pre>" in text else text, shown.language)
    queries.save_article(db, link, article)
    flags = {name: True for name in ("liked", "archived", "deleted") if getattr(shown, name)}
    if flags:
        queries.set_flags(db, user.id, [link.id], **flags)
    if shown.place:
        queries.set_place(db, user.id, link.id, shown.place)
    if shown.is_public and shown.tags == "reading":
        queries.insert_comment(db, user, link.id, COMMENT)
    return True
