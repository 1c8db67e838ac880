"""What each reader of a room has seen, compared with what was acknowledged. Pure: no network here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any


@dataclass
class History:
    """What one reader has seen, in the order in which it came: number, kind and text."""

    reader: str
    seen: list[tuple[int, str, str]] = field(default_factory=list)
    gaps: int = 0

    def take(self, batch: Mapping[str, Any]) -> None:
        """Take note of a batch, as it came."""
        self.gaps += bool(batch["gap"])
        self.seen += [(each["seq"], each["kind"], each["text"]) for each in batch["messages"]]

    @property
    def last(self) -> int:
        """The number of the newest message, 0 before there was any."""
        return self.seen[-1][0] if self.seen else 0

    def texts(self) -> list[str]:
        """Return what people have said."""
        return [text for _, kind, text in self.seen if kind == "user"]


def faults(histories: Iterable[History], acknowledged: Mapping[str, int]) -> list[str]:
    """Return all that is wrong: each acknowledged text must be seen once by each, in room order.

    `acknowledged` has the number that a text was given. Texts are different from each other.
    """
    found: list[str] = []
    agreed: dict[int, tuple[str, str]] = {}
    for history in histories:
        found += own_faults(history, acknowledged)
        for seq, kind, text in history.seen:
            if agreed.setdefault(seq, (kind, text)) != (kind, text):
                found.append(f"{history.reader}: {seq} is {text!r}, elsewhere {agreed[seq][1]!r}")
    return found


def own_faults(history: History, acknowledged: Mapping[str, int]) -> list[str]:
    """Return what is wrong with one history by itself."""
    who = history.reader
    counts = Counter(history.texts())
    numbers = [seq for seq, _, _ in history.seen]
    found = [f"{who}: {text!r} seen {counts[text]} times" for text in counts if counts[text] > 1]
    found += [f"{who}: {text!r} never seen" for text in acknowledged if text not in counts]
    found += [f"{who}: {a} before {b}" for a, b in pairwise(numbers) if a >= b]
    found += [
        f"{who}: {text!r} is {seq}, acknowledged as {acknowledged[text]}"
        for seq, kind, text in history.seen
        if kind == "user" and acknowledged.get(text, seq) != seq
    ]
    return found + ([f"{who}: was told of a gap"] if history.gaps else [])


def comings_and_goings(history: History) -> dict[str, list[str]]:
    """Return for each name what the room told of it: "is here" and "has left", in order."""
    told: dict[str, list[str]] = {}
    for _, kind, text in history.seen:
        if kind == "system":
            name, _, what = text.partition(" ")
            told.setdefault(name, []).append(what.rstrip("."))
    return told
