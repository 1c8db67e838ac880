"""`python -m spotifystandin` serves the stand-in."""

from spotifystandin.settings import Settings

settings = Settings.at_start()

from spotifystandin.app import create_app  # noqa: E402  the library is chosen first

if __name__ == "__main__":
    create_app(settings).run()
