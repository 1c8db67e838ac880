"""What a dispatcher has read and nobody has asked for yet."""

MAX_REQUESTS = 1_000
MAX_BYTES = 16_777_216


class Backlog:
    """Requests in the order of their connections; those of one connection stay together.

    It is read so far ahead, although Mongrel2 could keep requests as well, because what says that
    a client has gone comes behind them.
    """

    def __init__(self) -> None:
        self._lines: dict[bytes, list[bytes]] = {}
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    @property
    def is_full(self) -> bool:
        """Nothing more should be read."""
        return self._count >= MAX_REQUESTS or self._bytes >= MAX_BYTES

    def keys(self) -> list[bytes]:
        """Return the connections that wait."""
        return list(self._lines)

    def add(self, key: bytes, *requests: bytes) -> None:
        """Have requests of a connection wait at the end, or behind the others of it."""
        self._lines.setdefault(key, []).extend(requests)
        self._count += len(requests)
        self._bytes += sum(map(len, requests))

    def pop(self) -> tuple[bytes, list[bytes]]:
        """Take the connection that has waited longest, and its requests. There must be one."""
        key = next(iter(self._lines))
        return key, self.drop(key)

    def drop(self, key: bytes) -> list[bytes]:
        """Take all requests of a connection."""
        requests = self._lines.pop(key, [])
        self._count -= len(requests)
        self._bytes -= sum(map(len, requests))
        return requests

    def drop_front(self, ident: bytes) -> None:
        """Drop all requests of a Mongrel2 whose ident begins so."""
        for key in [key for key in self._lines if key.startswith(ident)]:
            self.drop(key)
