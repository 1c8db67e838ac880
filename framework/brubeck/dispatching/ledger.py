"""What a dispatcher has in hand, where it can be read when the dispatcher is no more.

Nothing of a process that is killed can be asked any more, so the numbers stand in a file that is
mapped into memory: how many requests waited, and how many each worker was given. Workers know how
many have come. The next dispatcher adds up what has not.
"""

import mmap
import re
import secrets
import struct
from pathlib import Path

SLOTS = 500  # workers whose numbers have room
_NUMBER = struct.Struct("<Q")
_SIZE = (SLOTS + 2) * _NUMBER.size
_TOKEN, _WAITING, _FIRST_SLOT = 0, 1, 2  # places in the file, in numbers

_WORDS = re.compile(rb"(?P<token>[0-9a-f]+) (?P<slot>[0-9]{1,9}) (?P<came>[0-9]{1,19})")


class Former:
    """What a dispatcher has left behind that did not end by itself."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self._token = b"%x" % numbers[_TOKEN]
        self.waiting = numbers[_WAITING]
        self._given = numbers[_FIRST_SLOT:]
        self._missing: dict[int, int] = {}

    @property
    def lost(self) -> int:
        """How many requests nobody has, as far as workers have said what they have."""
        return self.waiting + sum(self._missing.values())

    def hear(self, words: bytes) -> bool:
        """Take in how many requests have come to a worker; False for what is of somebody else.

        `words` are the token and the slot of its welcome, and a number.
        """
        match = _WORDS.fullmatch(words)
        if match is None or match["token"] != self._token:
            return False
        slot = int(match["slot"])
        if slot < SLOTS:
            self._missing[slot] = max(0, self._given[slot] - int(match["came"]))
        return True


class Ledger:
    """The numbers of a dispatcher, in the file `path`, or nowhere.

    `former` is what another one has left there. Raises OSError for a path that cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self.former = _left_in(path)
        self._token = secrets.randbits(63) + 1
        self._free = list(range(SLOTS - 1, -1, -1))
        self._memory = _mapped(path)
        _NUMBER.pack_into(self._memory, _TOKEN, self._token)

    def slot(self) -> int | None:
        """Return the place of a new worker's number, None when there is none."""
        return self._free.pop() if self._free else None

    def release(self, slot: int | None) -> None:
        """Give the place of a worker back that has gone."""
        if slot is not None:
            self.note_given(slot, 0)
            self._free.append(slot)

    def welcome(self, slot: int | None) -> bytes:
        """Return what a worker has to say to the next dispatcher before its number."""
        return b"%x %d" % (self._token, SLOTS if slot is None else slot)

    def note_waiting(self, count: int) -> None:
        """Note how many requests have been given to nobody."""
        _NUMBER.pack_into(self._memory, _WAITING * _NUMBER.size, count)

    def note_given(self, slot: int | None, count: int) -> None:
        """Note how many requests a worker has been given since its hello."""
        if slot is not None:
            _NUMBER.pack_into(self._memory, (_FIRST_SLOT + slot) * _NUMBER.size, count)

    def clear(self) -> None:
        """Note that nothing is left behind."""
        self._memory[:] = bytes(_SIZE)

    def close(self) -> None:
        """Let the file go."""
        self._memory.close()


def _left_in(path: Path | None) -> Former | None:
    if path is None or not path.exists():
        return None
    content = path.read_bytes()
    if len(content) != _SIZE:
        return None
    numbers = tuple(number for (number,) in _NUMBER.iter_unpack(content))
    return Former(numbers) if numbers[_TOKEN] else None


def _mapped(path: Path | None) -> mmap.mmap:
    if path is None:
        return mmap.mmap(-1, _SIZE)
    with path.open("wb+") as file:
        file.truncate(_SIZE)
        return mmap.mmap(file.fileno(), _SIZE)
