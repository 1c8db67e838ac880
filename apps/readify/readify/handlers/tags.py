"""All tags of a user, and all sites, with the number of articles of each."""

from brubeck.auth import web_authenticated
from brubeck.handlers.message import Result

from readify import queries
from readify.handlers.pages import PageHandler


class TagsHandler(PageHandler):
    """Shows the tags."""

    @web_authenticated
    def get(self) -> Result:
        """List them, each with ways to its articles."""
        counted = queries.list_tags(self.db_conn, self.current_user.id)
        return self.render_template("tags.html", heading="Tags", kind="tag", counted=counted)


class SitesHandler(PageHandler):
    """Shows the sites."""

    @web_authenticated
    def get(self) -> Result:
        """List them, each with ways to its articles."""
        counted = queries.list_sites(self.db_conn, self.current_user.id)
        return self.render_template("tags.html", heading="Sites", kind="site", counted=counted)
