"""What happens around Redis when a program starts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from brubeck.settings import SettingsError
from redis.exceptions import RedisError


@contextmanager
def explained() -> Iterator[None]:
    """End the program with a sentence if its settings or its Redis keep it from working.

    No sentence shows REDIS_URL, which may hold a password.
    """
    try:
        yield
    except SettingsError as error:
        sys.exit(str(error))
    except RedisError as error:
        sys.exit(f"Redis does not answer. Start it, or set REDIS_URL. It said: {error}")
