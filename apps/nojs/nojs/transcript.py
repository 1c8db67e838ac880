"""From lines to what a page shows of them: at most 25, and never more than a page may hold.

Notice the budget. A page has to stay below 10 kB for slow lines and old browsers, so what counts is
the length in bytes after escaping, not the number of lines.
"""

from collections.abc import Iterable, Sequence
from html import escape

from brubeck.timekeeping import millis_to_datetime

from nojs.queries.lines import StoredLine

SHOWN = 25  # lines
BUDGET = 6_000  # bytes of text on one page
PER_LINE = 90  # bytes of markup around a line

Shown = dict[str, object]


def newest_that_fit(stored: Sequence[StoredLine]) -> list[StoredLine]:
    """Return as many of the newest lines as one page holds, the oldest first."""
    left = BUDGET
    fitting: list[StoredLine] = []
    for each in reversed(stored[-SHOWN:]):
        left -= PER_LINE + len(escape(each[1].name + each[1].text).encode())
        if left < 0 and fitting:
            break
        fitting.append(each)
    return fitting[::-1]


def earlier_than(fitting: Sequence[StoredLine], stored: Sequence[StoredLine]) -> str:
    """Return the id before which there may be more lines than those that fit, else nothing."""
    has_more = len(stored) >= SHOWN or len(fitting) < len(stored)
    return fitting[0][0] if fitting and has_more else ""


def shown(stored: Iterable[StoredLine], reader: str = "") -> list[Shown]:
    """Return lines as templates see them; times are UTC."""
    return [_shown(line_id, line, reader) for line_id, line in stored]


def _shown(line_id: str, line: object, reader: str) -> Shown:
    values = line.to_python()  # type: ignore[attr-defined]
    at = millis_to_datetime(values["at"])
    return {
        **values,
        "id": line_id,
        "time": f"{at:%H:%M}",
        "date": f"{at:%d %b %Y, %H:%M} UTC",
        "is_private": bool(values["to"]),
        "is_mine": values["name"] == reader != "",
    }
