"""no.js as its users run it, which says on SIGUSR1 what it has in hand."""

import gc
import signal
import sys

import greenlet
from brubeck.parking import Parking
from nojs.__main__ import main


def report(*_signal: object) -> None:
    """Write how many greenlets have begun and not ended, and how many requests are parked."""
    everything = gc.get_objects()
    greenlets = sum(isinstance(each, greenlet.greenlet) and bool(each) for each in everything)
    parked = sum(len(each) for each in everything if isinstance(each, Parking))
    sys.stdout.write(f"greenlets {greenlets} parked {parked}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, report)
    main(sys.argv[1:])
