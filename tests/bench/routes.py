"""The cost of finding a route in a table of 5 and in one of 500.

Run it with: python tests/bench/routes.py (with framework/ on PYTHONPATH)
"""

from itertools import cycle
from timeit import repeat

from brubeck.routing import Router

MATCHES = 20_000
ROUNDS = 9
PATTERNS = {
    "one section a route": r"^/section{}/(?P<id>\d+)/?$",
    "one common beginning": r"^/api/v1/resource{}/(\d+)$",
}


def table(size: int, pattern: str) -> Router[int]:
    """Return a router with that many routes."""
    router: Router[int] = Router()
    for number in range(size):
        router.add(pattern.format(number), number)
    return router


def paths(size: int, pattern: str) -> list[str]:
    """Return paths all over the table, and one of four that leads nowhere."""
    start = pattern[1 : pattern.index("{")]
    return [
        f"{start}{number * size // 8}/12345" if number % 4 else f"{start}{size}/1"
        for number in range(8)
    ]


def cost(size: int, pattern: str) -> float:
    """Return microseconds for one match: the best of several rounds."""
    match, wanted = table(size, pattern).match, cycle(paths(size, pattern))
    return min(repeat(lambda: match(next(wanted)), number=MATCHES, repeat=ROUNDS)) / MATCHES * 1e6


def main() -> None:
    """Print the costs and their ratio."""
    for name, pattern in PATTERNS.items():
        small, large = cost(5, pattern), cost(500, pattern)
        print(f"{name}: {small:.2f} us with 5, {large:.2f} us with 500: {large / small:.2f} times")  # noqa: T201 - the result of a benchmark


if __name__ == "__main__":
    main()
