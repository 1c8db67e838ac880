"""From lines to what a page shows of them: at most 25, and never more than the page may hold."""

from collections.abc import Iterable, Sequence

from brubeck.timekeeping import millis_to_datetime

from nojs.lists import weight
from nojs.models import Line
from nojs.queries.lines import StoredLine

SHOWN = 25  # lines
BUDGET = 8_000  # bytes that lines may take where there is little else on the page
SMALL_BUDGET = 4_000

Shown = dict[str, object]


def newest_that_fit(
    stored: Sequence[StoredLine], budget: int = BUDGET, most: int = SHOWN
) -> list[StoredLine]:
    """Return as many of the newest lines as fit into so many bytes, the oldest first."""
    fitting: list[StoredLine] = []
    for each in reversed(stored[-most:]):
        line = each[1]
        budget -= weight(line.name, line.to, line.text)
        if budget < 0 and fitting:
            break
        fitting.append(each)
    return fitting[::-1]


def earlier_than(fitting: Sequence[StoredLine], stored: Sequence[StoredLine]) -> str:
    """Return the id before which there may be more lines than those that fit, else nothing."""
    has_more = len(stored) >= SHOWN or len(fitting) < len(stored)
    return fitting[0][0] if fitting and has_more else ""


def shown(stored: Iterable[StoredLine], reader: str = "") -> list[Shown]:
    """Return lines as templates see them; times are UTC."""
    return [_shown(line, reader) for _, line in stored]


def _shown(line: Line, reader: str) -> Shown:
    kind = "private" if line.to else "mine" if line.name == reader != "" else ""
    return {
        "name": line.name,
        "to": line.to,
        "text": line.text,
        "time": f"{millis_to_datetime(line.at):%d %b %H:%M}",
        "kind": kind,
    }
