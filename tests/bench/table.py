"""Results as tables in Markdown, which can be read in a terminal as well."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.candidates import CANDIDATES, OURS, PEERS
from bench.goals import GOALS, Goal
from bench.results import Results

NOTHING = "-"


def count(value: float) -> str:
    """Show a whole number."""
    return f"{value:,.0f}"


def milliseconds(value: float) -> str:
    """Show seconds."""
    return f"{value * 1000:,.0f} ms"


def size(value: float) -> str:
    """Show bytes."""
    return f"{value / 1024:,.1f} KB"


def ratio(value: float) -> str:
    """Show a ratio."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


class Column(NamedTuple):
    """One figure of all candidates."""

    title: str
    figure: str
    show: Callable[[float], str] = count


COLUMNS = {
    "pages": [
        Column("hello/s", "hello_rate"),
        Column("per CPU-s", "hello_cpu"),
        Column("with Mongrel2's", "hello_cpu_all"),
        Column("template/s", "template_rate"),
        Column("per CPU-s", "template_cpu"),
        Column("JSON/s", "json_rate"),
        Column("per CPU-s", "json_cpu"),
    ],
    "fanout": [
        Column("to 1,000", "p99_fewer", milliseconds),
        Column("to 5,000", "p99_many", milliseconds),
        Column("memory a poll", "bytes", size),
        Column("with Mongrel2's", "bytes_all", size),
    ],
    "beside": [
        Column("hello/s alone", "alone"),
        Column("beside 2,000 polls", "beside"),
        Column("share", "share", ratio),
    ],
    "connections": [
        Column("hello/s of 64", "alone"),
        Column("and 1,000 idle", "idle1000"),
        Column("and 2,000 idle", "idle2000"),
        Column("share", "share", ratio),
    ],
    "routes": [
        Column("hello/s with 5 routes", "few"),
        Column("with 500", "many"),
        Column("share", "share", ratio),
    ],
    "workers": [
        Column("2 ms of computing/s", "one"),
        Column("two workers", "two"),
        Column("times", "times", ratio),
    ],
}

SUMMARY = [
    ("pages", Column("hello/s", "hello_rate")),
    ("pages", Column("per CPU-s of Python", "hello_cpu")),
    ("pages", Column("template/s", "template_rate")),
    ("pages", Column("JSON/s", "json_rate")),
    ("fanout", Column("news to 5,000 polls", "p99_many", milliseconds)),
    ("fanout", Column("memory a poll", "bytes", size)),
]


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table; the first is its head, and the first column is text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    head, *body = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *body]) + "\n"


def of_subject(results: Results, subject: str) -> str:
    """Return the figures of a subject, a row for each candidate."""
    columns = [(subject, column) for column in COLUMNS[subject]]
    return of_columns(results, results.candidates(subject), columns)


def summary(results: Results) -> str:
    """Return the most important figures, a row for each framework."""
    return of_columns(results, [*OURS, *PEERS], SUMMARY)


def of_columns(
    results: Results, candidates: Sequence[str], columns: Sequence[tuple[str, Column]]
) -> str:
    """Return figures, a row for each candidate."""
    rows = [["", *(column.title for _, column in columns)]]
    for name in candidates:
        figures = [(results.median(subject, name, one.figure), one) for subject, one in columns]
        rows.append([CANDIDATES[name].label, *(cell(value, one.show) for value, one in figures)])
    return markdown(rows) if len(rows) > 1 else "Not measured in this run.\n"


def cell(value: float | None, show: Callable[[float], str]) -> str:
    """Show a figure, or that there is none."""
    return NOTHING if value is None else show(value)


def of_goals(results: Results, goals: Sequence[Goal] = GOALS) -> str:
    """Return what was aimed at beside what was reached."""
    rows = [["ratio", "aim", "reached", ""]]
    for goal in goals:
        value = goal.reached(results)
        aim = ("≤ " if goal.is_upper else "≥ ") + ratio(goal.limit)
        verdict = NOTHING if value is None else "yes" if goal.is_met(value) else "no"
        rows.append([goal.text, aim, cell(value, ratio), verdict])
    return markdown(rows)


def about(results: Results) -> str:
    """Return how the run was made, in a sentence."""
    return (
        "Taken on {date}: {processors} processors ({model}), Python {python}, medians of up to "
        "{rounds} rounds of {seconds} s. {versions}.\n"
    ).format(**results.about)
