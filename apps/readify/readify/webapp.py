"""The website, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: the database, the sessions, the throttles. A test builds the same application around
another database. The API is another program with other routes, apiapp.py, and shares with this one
the database, the membership and the keys that sign.
"""

from dataclasses import replace
from pathlib import Path

from accounts import account, entrance, programs
from accounts.members import HOUR
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env
from brubeck.throttle import Throttle
from savedlinks import Importer, SavedLinksApplication, feedpages, importpages, linkforms
from savedlinks.application import TEMPLATES
from savedlinks.site import with_saved_links

from readify import profiles, queries
from readify.handlers import (
    acts,
    discussion,
    exports,
    feeds,
    imports,
    links,
    pages,
    preferences,
    public,
    reader,
    reports,
    tags,
)
from readify.membership import MEMBERSHIP
from readify.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
PICTURES = 30  # that one account may upload in an hour: decoding them is work

ROUTES = [
    (r"^/$", links.ListHandler),
    (r"^/liked$", links.LikedHandler),
    (r"^/archived$", links.ArchivedHandler),
    (r"^/bin$", links.BinHandler),
    (r"^/bin/empty$", acts.EmptyBinHandler),
    (r"^/tags$", tags.TagsHandler),
    (r"^/sites$", tags.SitesHandler),
    (r"^/add_item$", links.AddHandler),
    (r"^/edit(?:_item)?/\w+$", links.EditHandler),
    (r"^/retry/\w+$", links.RetryHandler),
    (r"^/act$", acts.ActHandler),
    (r"^/undo$", acts.UndoHandler),
    (r"^/saved$", linkforms.SavedHandler),
    (r"^/read/\w+$", reader.ReadHandler),
    (r"^/read/(\w+)/place$", reader.PlaceHandler),
    (r"^/reading$", reader.ReadingHandler),
    (r"^/offline$", reader.OfflineHandler),
    (r"^/offline\.js$", reader.WorkerHandler),
    (r"^/discuss/(\w+)$", discussion.DiscussionHandler),
    (r"^/comments/(\w+)/edit$", discussion.EditCommentHandler),
    (r"^/comments/(\w+)/delete$", discussion.DeleteCommentHandler),
    (r"^/comments/(\w+)/report$", discussion.ReportCommentHandler),
    (r"^/save_link/(\w+)$", discussion.SaveLinkHandler),
    (r"^/reports$", reports.ReportsHandler),
    (r"^/import$", imports.ImportHandler),
    (r"^/import/\w+$", importpages.ImportPageHandler),
    (r"^/export$", exports.ExportHandler),
    (r"^/export/readify\.(html|json|csv)$", exports.LinksFileHandler),
    (r"^/export/readify\.epub$", exports.BookHandler),
    (r"^/feeds$", feeds.FeedsHandler),
    (r"^/feeds/close$", feedpages.CloseFeedHandler),
    (r"^/feed/([\w-]+)\.atom$", feeds.SecretFeedHandler),
    (r"^/login$", entrance.LoginHandler),
    (r"^/logout$", entrance.LogoutHandler),
    (r"^/create$", entrance.CreateHandler),
    (r"^/settings$", preferences.SettingsHandler),
    (r"^/settings/password$", account.PasswordHandler),
    (r"^/settings/sessions$", account.SessionsHandler),
    (r"^/settings/takeout$", account.TakeoutHandler),
    (r"^/settings/delete$", account.DeleteAccountHandler),
    (r"^/settings/tokens$", preferences.TokensHandler),
    (r"^/settings/tokens/\w+$", programs.RevokeTokenHandler),
    (r"^/settings/origins$", programs.OriginsHandler),
    (r"^/u/([A-Za-z0-9._]+)$", public.PersonHandler),
    (r"^/u/([A-Za-z0-9._]+)/picture$", public.PictureHandler),
    (r"^/u/([A-Za-z0-9._]+)/feed\.atom$", public.FeedHandler),
    (r"^/profile$", public.ProfileHandler),
]
# Behind all others, so that no name ever stands in the way of a page.
OLD_ADDRESS = (r"^/([A-Za-z0-9_]+)$", public.OldAddressHandler)


class Website(SavedLinksApplication):
    """The application, with what its handlers find on it."""

    comment_throttle: Throttle
    picture_throttle: Throttle
    api_address: str
    operators: frozenset[str]


def create_web(settings: Settings) -> Website:
    """Return the website, ready to run."""
    operators = frozenset(name.lower() for name in settings.operators)
    app = with_saved_links(
        Website,
        settings,
        # Nobody gets to run the site by taking a name that is free, or free again.
        replace(MEMBERSHIP, reserved_names=operators),
        queries.ensure_indexes,
        profiles.ensure_indexes,
        handler_tuples=ROUTES,
        base_handler=pages.PageHandler,
        template_loader=load_jinja2_env([HERE / "templates", *TEMPLATES, SHARED / "templates"]),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
    )
    app.add_route_rule(*OLD_ADDRESS)
    app.operators = operators
    app.api_address = settings.api_address.rstrip("/")
    app.comment_throttle = Throttle(app.counters, limit=settings.comments, period=HOUR)
    app.picture_throttle = Throttle(app.counters, limit=PICTURES, period=HOUR)
    app.importer = Importer(app.db_conn, queries.add_bookmarks)
    app.employ(app.importer)
    return app
