"""``python -m index``: serve the list of sites until SIGTERM."""

import os

from brubeck.concurrency import use

# Before everything else: the library patches the standard library for all later imports.
use(os.environ.get("INDEX_CONCURRENCY"))

from brubeck.jsonlogs import use_log_format  # noqa: E402  see above

from index.app import IndexSettings, create_app  # noqa: E402

if __name__ == "__main__":
    settings = IndexSettings.from_environment()
    use_log_format(settings.log_format, settings.log_level)
    create_app(settings).run()
