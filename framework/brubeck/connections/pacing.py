"""How fast Mongrel2 may be given what it is to send."""

from time import monotonic

MEGABYTE = 1_048_576
# Mongrel2 drops a connection for which more than 16 messages wait, without a word about how many
# those are. So what is sent to one connection is joined, and paced: up to 8 messages at once, then
# one each 3 ms. Seen with 100,000 single bytes to a reader in a hurry, five streams each: with
# 0.2 ms between messages four broke, with 0.5 ms one, with 1 ms none of these few. 3 ms leave room
# for a machine that is busy with something else.
GAP = 0.003
BURST = 8 * GAP
# Who reads more slowly than this is dropped as soon as 16 messages of `LARGEST` bytes wait for him,
# unless Mongrel2's control port says how far he is; see brubeck.connections.window. That is all
# that a reader who does not read can make Mongrel2 keep.
RATE = 32 * MEGABYTE
LARGEST = 2 * MEGABYTE
# Mongrel2 must get rid of all this: what it does not, ZeroMQ keeps in the memory of this process.
TOTAL_RATE = 64 * MEGABYTE
# What it costs Mongrel2 to send anything to one more client, in the bytes of that rate: about 25 us.
DELIVERY = 1_600


class Pace:
    """When the next message may go: a leaky bucket of time.

    A message costs `gap` seconds and those that its bytes take at `rate` bytes a second. Up to
    `BURST` seconds may be owed.
    """

    def __init__(self, rate: float = RATE, gap: float = GAP) -> None:
        self._rate = rate
        self._gap = gap
        self._free_at = 0.0

    def delay(self) -> float:
        """Return how many seconds there are until the next message may go."""
        return max(0.0, self._free_at - BURST - monotonic())

    def spend(self, size: int) -> None:
        """Note a message of so many bytes."""
        self._free_at = max(self._free_at, monotonic()) + self._gap + size / self._rate
