"""Listsurf, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: the database, the sessions, the throttles. A test builds the same application around
another database.
"""

from pathlib import Path

from accounts import Membership, account, entrance, programs
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env
from pagefetch import PageFetcher
from savedlinks import Importer, SavedLinksApplication, feedpages, importpages, linkforms
from savedlinks.application import TEMPLATES
from savedlinks.site import with_saved_links

from listsurf import queries
from listsurf.fetching import Fetcher
from listsurf.handlers import (
    api,
    api_docs,
    api_links,
    bulk,
    deletion,
    exports,
    feeds,
    links,
    original_api,
    pages,
    public,
    tags,
)
from listsurf.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
USER_AGENT = "Listsurf (fetches titles of saved pages)"

ROUTES = [
    (r"^/$", links.ListHandler),
    (r"^/add_item$", links.AddHandler),
    (r"^/edit_item/\w+$", links.EditHandler),
    (r"^/delete_item/\w+$", deletion.DeleteHandler),
    (r"^/retry/\w+$", links.RetryHandler),
    (r"^/bulk$", bulk.BulkHandler),
    (r"^/undo$", deletion.UndoHandler),
    (r"^/trash$", deletion.TrashHandler),
    (r"^/tags$", tags.TagsHandler),
    (r"^/tags/rename$", tags.RenameTagHandler),
    (r"^/tags/delete$", tags.DeleteTagHandler),
    (r"^/import$", importpages.ImportHandler),
    (r"^/import/\w+$", importpages.ImportPageHandler),
    (r"^/export$", exports.ExportHandler),
    (r"^/export/listsurf\.(html|json|csv)$", exports.ExportFileHandler),
    (r"^/feeds$", feeds.FeedsHandler),
    (r"^/feeds/close$", feedpages.CloseFeedHandler),
    (r"^/feed/([\w-]+)\.atom$", feeds.SecretFeedHandler),
    (r"^/login$", entrance.LoginHandler),
    (r"^/logout$", entrance.LogoutHandler),
    (r"^/create$", entrance.CreateHandler),
    (r"^/settings$", account.SettingsHandler),
    (r"^/settings/password$", account.PasswordHandler),
    (r"^/settings/sessions$", account.SessionsHandler),
    (r"^/settings/takeout$", account.TakeoutHandler),
    (r"^/settings/delete$", account.DeleteAccountHandler),
    (r"^/settings/tokens$", programs.TokensHandler),
    (r"^/settings/tokens/\w+$", programs.RevokeTokenHandler),
    (r"^/settings/origins$", programs.OriginsHandler),
    (r"^/u/([A-Za-z0-9._]+)$", public.PersonHandler),
    (r"^/u/([A-Za-z0-9._]+)/feed\.atom$", public.FeedHandler),
    (r"^/saved$", linkforms.SavedHandler),
    (r"^/api$", original_api.OriginalHandler),
    (r"^/api/links$", api_links.LinksHandler),
    (r"^/api/links/([^/]+)$", api_links.LinkHandler),
    (r"^/api/check$", api_links.CheckHandler),
    (r"^/api/tags$", api_links.TagsHandler),
    (r"^/api/openapi\.json$", api_docs.DocumentHandler),
    (r"^/api/docs$", api_docs.DocsHandler),
    (r"^/api/", api.NothingHandler),
]


MEMBERSHIP = Membership(
    name="Listsurf",
    everything_of=queries.everything_of,
    delete_all_of=queries.delete_all_of,
)


class Listsurf(SavedLinksApplication):
    """The application, with what its handlers find on it."""

    fetcher: Fetcher


def create_app(settings: Settings) -> Listsurf:
    """Return the application, ready to run."""
    app = with_saved_links(
        Listsurf,
        settings,
        MEMBERSHIP,
        queries.ensure_indexes,
        handler_tuples=ROUTES,
        base_handler=pages.PageHandler,
        template_loader=load_jinja2_env([HERE / "templates", *TEMPLATES, SHARED / "templates"]),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
    )
    fetch = PageFetcher(allowed=settings.fetch_allowed, user_agent=USER_AGENT)
    app.fetcher = Fetcher(app.db_conn, fetch)
    app.importer = Importer(app.db_conn, queries.add_bookmarks, when_done=app.fetcher.wake)
    app.employ(app.importer)
    app.template_env.globals["fetches"] = settings.fetch
    if settings.fetch:
        app.employ(app.fetcher)
    return app
