"""The API, put together: a program of its own beside the website, on a host of its own.

Notice what the two share: the database, the membership, and the keys that sign. Nothing else: either
may run in as many processes as one likes, and neither needs the other.
"""

from pathlib import Path

from accounts import MembersApplication
from accounts.members import TEMPLATES
from accounts.site import with_members
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env

from readify import profiles, queries
from readify.handlers import api, api_about, api_docs, api_links, api_original
from readify.membership import MEMBERSHIP
from readify.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite

ROUTES = [
    (r"^/$", api_original.OriginalHandler),
    (r"^/check$", api_about.CheckHandler),
    (r"^/tags$", api_about.TagsHandler),
    (r"^/sites$", api_about.SitesHandler),
    (r"^/profile$", api_about.ProfileHandler),
    (r"^/openapi\.json$", api_docs.DocumentHandler),
    (r"^/docs$", api_docs.DocsHandler),
]


class Api(MembersApplication):
    """The application, with what its handlers find on it."""

    site_address: str


def create_api(settings: Settings) -> Api:
    """Return the API, ready to run."""
    app = with_members(
        Api,
        settings,
        MEMBERSHIP,
        queries.ensure_indexes,
        profiles.ensure_indexes,
        handler_tuples=ROUTES,
        base_handler=api.NothingHandler,
        template_loader=load_jinja2_env([HERE / "templates", TEMPLATES, SHARED / "templates"]),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
        allowed_hosts=settings.api_hosts,
    )
    app.register_api(api_links.LinksAPI, prefix="/links")
    app.site_address = settings.site_address.rstrip("/")
    return app
