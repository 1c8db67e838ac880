"""`python -m spotifystandin` serves the stand-in."""

import sys

from brubeck import concurrency
from brubeck.settings import SettingsError

from spotifystandin.settings import Settings

try:
    settings = Settings.from_environment()
except SettingsError as error:
    sys.exit(str(error))
concurrency.use(settings.concurrency)

from spotifystandin.app import create_app  # noqa: E402  the library is chosen first

if __name__ == "__main__":
    create_app(settings).run()
