"""What the handlers of this package find on the application."""

from pathlib import Path

from accounts import MembersApplication, members
from chores import Chores

from savedlinks.importing import Importer

# They extend the `base.html` of the application, which says in `things` what people save.
TEMPLATES = (Path(__file__).parent / "templates", members.TEMPLATES)


class SavedLinksApplication(MembersApplication):
    """A Brubeck application whose members save links."""

    importer: Importer

    def employ(self, *workers: Chores) -> None:
        """Have chores done from the start to the end, which comes before the database is closed."""
        self.on_start += [worker.start for worker in workers]
        self.on_stop[:0] = [worker.stop for worker in workers]
