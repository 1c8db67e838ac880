"""Faults that are asked for in advance: the next so many answers of an endpoint go wrong."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

from brubeck.concurrency import current

Endpoint = Literal["playing", "tracks", "token"]
ENDPOINTS = ("playing", "tracks", "token")
KINDS = ("401", "403", "429", "500", "slow")


@dataclass(frozen=True)
class Fault:
    """One answer that goes wrong. `seconds` is the Retry-After of a 429, or how slow it is."""

    kind: str
    seconds: int


class Faults:
    """Which faults are waiting, and how often each endpoint was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._waiting: dict[str, deque[Fault]] = {name: deque() for name in ENDPOINTS}

    def expect(self, endpoint: str, fault: Fault, times: int) -> None:
        """Let the next answers of an endpoint go wrong."""
        self._waiting[endpoint].extend([fault] * times)

    def clear(self) -> None:
        """Let everything go well again."""
        for waiting in self._waiting.values():
            waiting.clear()

    def meet(self, endpoint: Endpoint) -> Fault | None:
        """Count a question; return its fault. One that is only slow has been waited for."""
        self.asked[endpoint] += 1
        waiting = self._waiting[endpoint]
        fault = waiting.popleft() if waiting else None
        if fault is not None and fault.kind == "slow":
            current().sleep(fault.seconds)
            return None
        return fault
