"""What programs ask besides links: is an address saved, which tags and sites are there, who am I."""

from brubeck.errors import BadRequest
from brubeck.handlers.message import Result
from weblinks.addresses import BadAddressError, sent_address

from readify import profiles, queries
from readify.documents import link_document
from readify.handlers.api import ApiHandler

SHOWN = ("name", "bio", "website", "location_text")


class CheckHandler(ApiHandler):
    """Tells whether an address is saved already."""

    def get(self) -> Result:
        """Answer the address as it would be stored, and the link that has it, or null."""
        try:
            url = sent_address(self.get_argument("url", "", strip=False))
        except BadAddressError as error:
            raise BadRequest(f"url: {error}") from error
        link = queries.find_link_to(self.db_conn, self.user.id, url)
        return self.answer({"url": url, "link": link_document(link) if link else None})


class TagsHandler(ApiHandler):
    """The user's tags."""

    def get(self) -> Result:
        """Answer each tag, with the number of links that have it."""
        found = queries.list_tags(self.db_conn, self.user.id)
        return self.answer({"items": [{"tag": name, "links": links} for name, links in found]})


class SitesHandler(ApiHandler):
    """The sites that the user's links lead to."""

    def get(self) -> Result:
        """Answer each site, with the number of links to it."""
        found = queries.list_sites(self.db_conn, self.user.id)
        return self.answer({"items": [{"site": name, "links": links} for name, links in found]})


class ProfileHandler(ApiHandler):
    """What the user tells about himself."""

    def get(self) -> Result:
        """Answer it."""
        profile = profiles.find_profile(self.db_conn, self.user)
        texts = {name: profile[name] or "" for name in SHOWN}
        return self.answer({"username": self.user.username, **texts})
