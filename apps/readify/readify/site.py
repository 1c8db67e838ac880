"""The targets of `brubeck run readify.site:web --workers 2`: several processes of one program.

As in `readify.__main__` the coroutine library is chosen before anything is imported that could
block.
"""

from readify.settings import Settings

settings = Settings.at_start()

from brubeck.request_handling import Brubeck  # noqa: E402  see above

from readify.apiapp import create_api  # noqa: E402
from readify.fetchapp import create_fetch  # noqa: E402
from readify.webapp import create_web  # noqa: E402


def web() -> Brubeck:
    """Return the website, with the settings of the environment."""
    return create_web(settings)


def api() -> Brubeck:
    """Return the API."""
    return create_api(settings)


def fetch() -> Brubeck:
    """Return the fetch worker."""
    return create_fetch(settings)
