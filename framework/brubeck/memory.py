"""Memory that is given back to the system when a crowd has gone.

The C library keeps what was freed, for the next time. That is right for a moment and wrong for ever:
a process that two thousand clients have waited on once would look as large from then on, although
most of its pages are empty.
"""

import ctypes

CROWD = 500  # clients; below that there is nothing to speak of


class Crowd:
    """Watches how many there are, and notices when most of them have gone."""

    def __init__(self) -> None:
        self._most = 0

    def __bool__(self) -> bool:
        """Tell whether anybody is still looked for."""
        return self._most > 0

    def note(self, count: int) -> bool:
        """Note how many there are now; give memory back, and say so, when it was a crowd once."""
        self._most = max(self._most, count)
        if count * 4 > self._most:
            return False
        was_crowd, self._most = self._most >= CROWD, count
        return was_crowd and give_back()


def give_back() -> bool:
    """Have the C library return what it keeps without need; False where it cannot be asked.

    It is glibc that can, by malloc_trim(3), which takes some milliseconds.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and trim(0) == 1
