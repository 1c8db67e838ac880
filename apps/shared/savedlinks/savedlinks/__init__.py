"""Sites whose people save links: what they have in common beyond accounts."""

from savedlinks.application import SavedLinksApplication
from savedlinks.importing import Importer

__all__ = ["Importer", "SavedLinksApplication"]
