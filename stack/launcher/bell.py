"""Something that the main thread can wait for, and that threads and signal handlers may ring."""

import select
import socket


class Bell:
    """Wakes the one that waits. Ringing never blocks, so it is safe inside a signal handler."""

    def __init__(self) -> None:
        self._rope, self._ear = socket.socketpair()
        self._rope.setblocking(False)
        self._ear.setblocking(False)

    def ring(self) -> None:
        """End the current or the next ``wait``."""
        try:
            self._rope.send(b".")
        except (BlockingIOError, OSError):
            return  # enough rings are waiting already, or nobody listens any more

    def wait(self, seconds: float) -> None:
        """Return after this time, or as soon as the bell rings."""
        if select.select([self._ear], [], [], seconds)[0]:
            self._ear.recv(4096)

    def close(self) -> None:
        """Give both ends back."""
        self._rope.close()
        self._ear.close()
