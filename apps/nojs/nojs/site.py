"""The target of `brubeck run nojs.site:site`: several processes of one site.

As in `nojs.__main__` the coroutine library is chosen before anything is imported that could block.
"""

from nojs.settings import Settings

settings = Settings.at_start()

from nojs.app import NoJs, create_app  # noqa: E402  see above


def site() -> NoJs:
    """Return the application, with the settings of the environment."""
    return create_app(settings)
