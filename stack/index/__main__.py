"""``python -m index``: serve the list of sites until SIGTERM."""

import os

from brubeck.concurrency import use

# Before everything else: the library patches the standard library for all later imports.
use(os.environ.get("INDEX_CONCURRENCY"))

from index.app import IndexSettings, create_app  # noqa: E402  see above

if __name__ == "__main__":
    create_app(IndexSettings.from_environment()).run()
