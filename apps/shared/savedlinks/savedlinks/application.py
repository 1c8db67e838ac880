"""What the handlers of this package find on the application."""

from pathlib import Path

from accounts import MembersApplication, members

from savedlinks.importing import Importer

# They extend the `base.html` of the application, which says in `things` what people save.
TEMPLATES = (Path(__file__).parent / "templates", members.TEMPLATES)


class SavedLinksApplication(MembersApplication):
    """A Brubeck application whose members save links."""

    importer: Importer
