"""What every page of Readify has in common: all that `accounts.pages` says, and where the API is."""

from typing import TYPE_CHECKING

from accounts import pages

if TYPE_CHECKING:
    from readify.webapp import Website


class PageHandler(pages.PageHandler):
    """A page of the website. Addresses that lead nowhere come to this class itself."""

    application: "Website"

    @property
    def api(self) -> str:
        """The address of the API: as it is set, else that of this site with `api.` before the host."""
        scheme, _, host = self.site.partition("://")
        return self.application.api_address or f"{scheme}://api.{host}"

    @property
    def is_operator(self) -> bool:
        """Whether the visitor is one of those who run this site."""
        user = self.current_user
        return user is not None and user.username.lower() in self.application.operators
