"""A website whose people save links, put together: what all such sites have in common."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from accounts.members import Membership
from accounts.site import with_members
from brubeck.templating import error_page
from brubeck.uploads import UploadStore
from mongostore import Db
from sitesettings import SavedLinksSettings
from weblinks.feeds import hide_secret

from savedlinks.application import SavedLinksApplication

# Bytes: browsers export some 300 for a bookmark, with pictures more; so do other services.
LARGEST_UPLOAD = 16 * 1024 * 1024

App = TypeVar("App", bound=SavedLinksApplication)


def with_saved_links(
    kind: type[App],
    settings: SavedLinksSettings,
    membership: Membership,
    *ensure_indexes: Callable[[Db], None],
    **options: Any,
) -> App:
    """Return a website of a kind, as `accounts.site.with_members` does, with forms and files.

    What it still lacks is an importer, and who works in the background: `app.employ`.
    """
    app = with_members(
        kind,
        settings,
        membership,
        *ensure_indexes,
        login_url="/login",
        csrf=True,
        allowed_hosts=settings.hosts,
        uploads=UploadStore(settings.uploads, max_size=LARGEST_UPLOAD),
        **options,
    )
    app.error_page = partial(error_page, app)
    logging.getLogger("brubeck.access").addFilter(hide_secret)
    return app
