"""Memory that is given back to the system when a crowd has gone.

The C library keeps what was freed, for the next time. That is right for a moment and wrong for ever:
a process that two thousand clients have waited on once would look as large from then on, although
most of its pages are empty.
"""

import ctypes

CROWD = 500  # clients; below that there is nothing to speak of


class Crowd:
    """Counts who is there, and notices when most of a crowd have gone. `size` is how many are."""

    def __init__(self) -> None:
        self.size = 0
        self._most = self._most_lately = 0

    @property
    def was_here(self) -> bool:
        """Whether more were here than are now, so that it is worth looking again."""
        return self._most > self.size

    def come(self) -> None:
        """Count one more."""
        self.size += 1
        self._most = max(self._most, self.size)
        self._most_lately = max(self._most_lately, self.size)

    def go(self) -> None:
        """Count one less."""
        self.size -= 1

    def look(self) -> bool:
        """Give memory back, and say so, when three quarters of a crowd have gone and stayed away.

        Who was answered comes back at once as a rule: what counts is how many were here since the
        last look.
        """
        lately, self._most_lately = self._most_lately, self.size
        if lately * 4 > self._most:
            return False
        was_crowd, self._most = self._most >= CROWD, lately
        return was_crowd and give_back()


def give_back() -> bool:
    """Have the C library return what it keeps without need; False where it cannot be asked.

    It is glibc that can, by malloc_trim(3), which takes some milliseconds.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and trim(0) == 1
