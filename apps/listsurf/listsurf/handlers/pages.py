"""What every page of Listsurf has in common: all that `accounts.pages` says, and whose page it is."""

from typing import TYPE_CHECKING

from accounts import pages
from brubeck.handlers.message import Result

if TYPE_CHECKING:
    from listsurf.app import Listsurf


class PageHandler(pages.PageHandler):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: "Listsurf"


class SavedHandler(PageHandler):
    """What the window of the bookmarklet shows in the end, if no script closes it."""

    def get(self) -> Result:
        """Say what was saved."""
        return self.render_template("saved.html", note=self.take_note())
