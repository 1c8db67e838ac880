"""Results as a picture: bars, in colours for light and dark pages."""

from collections.abc import Callable
from html import escape
from itertools import accumulate
from typing import NamedTuple

from bench import table
from bench.candidates import CANDIDATES, OURS
from bench.results import Results

WIDTH, LABELS, FIGURES = 760, 210, 90
ROW, TITLE, MARGIN = 22, 44, 20

STYLE = """
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.page { fill: #ffffff }
.ours { fill: #bc4c00 }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .page { fill: #0d1117 }
  .ours { fill: #f0883e }
  .other { fill: #6e7681 }
}
"""


class Panel(NamedTuple):
    """The bars of one figure."""

    title: str
    subject: str
    figure: str
    show: Callable[[float], str] = table.count


PANELS = [
    Panel("Hello world: requests a second", "pages", "hello_rate"),
    Panel("Hello world: requests for each second of Python's processor time", "pages", "hello_cpu"),
    Panel("A template with 25 links: requests a second", "pages", "template_rate"),
    Panel("25 items as JSON: requests a second", "pages", "json_rate"),
    Panel(
        "News to 5,000 held polls: 99 % have them after (less is better)",
        "fanout",
        "p99_many",
        table.milliseconds,
    ),
    Panel(
        "Memory of the Python processes for each held poll (less is better)",
        "fanout",
        "bytes",
        table.size,
    ),
]


class Bar(NamedTuple):
    """One candidate in a panel."""

    label: str
    value: float
    is_ours: bool


def bars(results: Results, panel: Panel) -> list[Bar]:
    """Return who has the figure of a panel."""
    figures = {
        name: results.median(panel.subject, name, panel.figure)
        for name in results.candidates(panel.subject)
    }
    return [
        Bar(CANDIDATES[name].label, value, name in OURS)
        for name, value in figures.items()
        if value is not None
    ]


def drawn_bar(bar: Bar, text: str, top: int, longest: float) -> str:
    """Return a line of the picture: a label, a bar, a figure."""
    length = (WIDTH - LABELS - FIGURES - 2 * MARGIN) * bar.value / longest
    end = MARGIN + LABELS + length
    return (
        f'<text x="{MARGIN}" y="{top + 15}">{escape(bar.label)}</text>'
        f'<rect class="{"ours" if bar.is_ours else "other"}" x="{MARGIN + LABELS}" y="{top + 3}" '
        f'width="{length:.1f}" height="{ROW - 6}" rx="2"/>'
        f'<text x="{end + 6:.1f}" y="{top + 15}">{escape(text)}</text>\n'
    )


def drawn_panel(panel: Panel, shown: list[Bar], top: int) -> str:
    """Return a title and its bars."""
    title = (
        f'<text class="title" x="{MARGIN}" y="{top + TITLE - 14}">{escape(panel.title)}</text>\n'
    )
    longest = max(bar.value for bar in shown) or 1
    return title + "".join(
        drawn_bar(bar, panel.show(bar.value), top + TITLE + number * ROW, longest)
        for number, bar in enumerate(shown)
    )


def svg(results: Results) -> str:
    """Return the picture of all panels that have figures."""
    panels = [(panel, shown) for panel in PANELS if (shown := bars(results, panel))]
    tops = list(accumulate((TITLE + len(shown) * ROW for _, shown in panels), initial=0))
    height = tops[-1] + MARGIN
    drawn = [
        drawn_panel(panel, shown, top) for (panel, shown), top in zip(panels, tops, strict=False)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Brubeck beside its peers">\n<style>{STYLE}</style>\n'
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>\n{"".join(drawn)}</svg>\n'
    )
