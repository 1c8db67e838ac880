"""What every page of Listsurf has in common: all that `accounts.pages` says, and whose page it is."""

from typing import TYPE_CHECKING

from accounts import pages

if TYPE_CHECKING:
    from listsurf.app import Listsurf


class PageHandler(pages.PageHandler):
    """A page of the site. Addresses that lead nowhere come to this class itself."""

    application: "Listsurf"
