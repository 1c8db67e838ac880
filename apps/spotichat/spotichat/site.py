"""The target of `brubeck run spotichat.site:site`: several processes of one site.

As in `spotichat.__main__` the coroutine library is chosen before anything is imported that could
block.
"""

from spotichat.settings import Settings

settings = Settings.at_start()

from spotichat.app import SpotiChat, create_app  # noqa: E402  see above


def site() -> SpotiChat:
    """Return the application, with the settings of the environment."""
    return create_app(settings)
