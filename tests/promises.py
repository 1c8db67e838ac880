"""Write every promise, its test and its last result into docs/testing.md: `make promises`.

A promise is the first sentence of a test's docstring. Results come from the reports that `make test`
and the targets beside it leave in build/tests. The table names no times: it changes when a promise
or a result does.
"""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self
from xml.etree.ElementTree import Element, parse

from suite import LOGS, ROOT, TESTS

PAGE = ROOT / "docs" / "testing.md"
START, END = "<!-- promises -->", "<!-- end of promises -->"
# What `make test` leaves out, by folder or file.
OWN_COMMANDS = {
    "containers/test_swarm.py": "make test-swarm",
    "containers": "make test-compose",
}
NOT_RUN = "not run yet"
SPECIAL = re.compile(r"([<*\[|])")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Promise(NamedTuple):
    """What one test function holds, and where it stands."""

    folder: str  # below tests/, as in "framework/faults"
    file: str  # as in "test_deaths.py"
    test: str  # its name; for a method "TestClass.test_name"
    text: str


class Result(NamedTuple):
    """How the cases of one test function have ended, with the reasons of those that were skipped."""

    cases: Counter[str]
    reasons: frozenset[str]

    @classmethod
    def of(cls, cases: Iterable[Element]) -> Self:
        """Count the cases of a report."""
        ended = [(kind_of(case), case) for case in cases]
        reasons = {reason_of(case) for kind, case in ended if kind == "skipped"}
        return cls(Counter(kind for kind, _ in ended), frozenset(reasons))

    def __str__(self) -> str:
        """Return it in words: "passed", or how many of how many were not."""
        bad = [kind for kind in ("failed", "skipped") if self.cases[kind]]
        words = [f"{self.cases[kind]} of {self.cases.total()} {kind}" for kind in bad]
        return ", ".join(words or ["passed"]) + "".join(
            f": {each}" for each in sorted(self.reasons)
        )


Results = dict[tuple[str, str, str], Result]


# -- the tree ----------------------------------------------------------------------------------


def promises(tests: Path = TESTS) -> list[Promise]:
    """Return what the tests of a folder promise, in the order of files and lines."""
    found = []
    for path in sorted(tests.rglob("test_*.py")):
        folder = path.parent.relative_to(tests).as_posix()
        for name, function in tests_of(ast.parse(path.read_text())):
            found.append(Promise(folder, path.name, name, text_of(function)))
    return found


def tests_of(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """Yield the functions that pytest collects, with their names."""
    for node in module.body:
        inner = node.body if isinstance(node, ast.ClassDef) and node.name[:4] == "Test" else [node]
        for each in inner:
            if isinstance(each, Function) and each.name.startswith("test_"):
                yield f"{node.name}.{each.name}" if each is not node else each.name, each


def text_of(node: Function | ast.Module) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())


# -- the reports -------------------------------------------------------------------------------


def results(folder: Path = LOGS) -> Results:
    """Return the results that reports hold, by folder, file and name of the test."""
    cases: defaultdict[tuple[str, str, str], list[Element]] = defaultdict(list)
    for report in sorted(folder.glob("*.xml")):
        for case in parse(report).iter("testcase"):  # noqa: S314  our own pytest wrote it
            cases[place_of(case)].append(case)
    return {place: Result.of(found) for place, found in cases.items()}


def place_of(case: Element) -> tuple[str, str, str]:
    """Return folder, file and test of a case: its class is the dotted module, then the class."""
    parts = case.get("classname", "").removeprefix("tests.").split(".")
    at = next((i for i, part in enumerate(parts) if part.startswith("test_")), len(parts) - 1)
    test = case.get("name", "").partition("[")[0]
    return "/".join(parts[:at]) or ".", f"{parts[at]}.py", ".".join([*parts[at + 1 :], test])


def kind_of(case: Element) -> str:
    """Return passed, failed or skipped."""
    if case.find("skipped") is not None:
        return "skipped"
    bad = case.find("failure") is not None or case.find("error") is not None
    return "failed" if bad else "passed"


def reason_of(case: Element) -> str:
    """Return why a case was skipped."""
    skipped = case.find("skipped")
    return (skipped is not None and skipped.get("message")) or "no reason given"


# -- the page ----------------------------------------------------------------------------------


def table(promised: list[Promise], ended: Results) -> str:
    """Return the table in Markdown: a part for each folder, in it a row for each promise."""
    folders: defaultdict[str, list[Promise]] = defaultdict(list)
    for promise in promised:
        folders[promise.folder].append(promise)
    return "\n".join([summary(promised, ended), *(part(each, ended) for each in folders.values())])


def summary(promised: list[Promise], ended: Results) -> str:
    """Return one sentence about all promises, and one about each that does not hold."""
    kinds = counts(promised, ended)
    words = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items() if number)
    files = len({promise[:2] for promise in promised})
    return f"{len(promised):,} promises in {files} files. The cases of the last run: {words}.\n"


def counts(promised: Iterable[Promise], ended: Results) -> Counter[str]:
    """Return how many cases have passed, failed, were skipped, and how many tests did not run."""
    total: Counter[str] = Counter(passed=0)
    for promise in promised:
        found = ended.get(promise[:3])
        total += found.cases if found else Counter({NOT_RUN: 1})
    return total


def part(promised: list[Promise], ended: Results) -> str:
    """Return the promises of one folder; browsers show them on a click."""
    folder = promised[0].folder
    words = ", ".join(f"{number:,} {kind}" for kind, number in counts(promised, ended).items())
    lines = [
        f'<details markdown="1"><summary><code>tests/{folder}</code>: {len(promised)} promises, '
        f"{words}</summary>\n".replace("/.<", "<"),
        "| Promise | Test | Cases | Last result |",
        "|---|---|--:|---|",
    ]
    file = ""
    for promise in promised:
        if promise.file != file:
            lines.append(heading(promise))
        file = promise.file
        lines.append(row(promise, ended.get(promise[:3])))
    return "\n".join([*lines, "\n</details>\n"])


def heading(promise: Promise) -> str:
    """Return the row that begins a noun: its name, what its tests are about, and their file."""
    path = TESTS / promise.folder / promise.file
    noun = path.stem.removeprefix("test_").replace("_", " ")
    about = escaped(text_of(ast.parse(path.read_text())))
    where = path.relative_to(ROOT).as_posix()
    return f"| **{noun}**: {about} | [{promise.file}](../{where}) | | |"


def row(promise: Promise, result: Result | None) -> str:
    """Return the row of one promise."""
    ended, cases = (str(result), result.cases.total()) if result else (_how_to_run(promise), "")
    return f"| {escaped(promise.text)} | `{promise.test}` | {cases} | {escaped(ended)} |"


def _how_to_run(promise: Promise) -> str:
    """Return why a test has no result: it did not run yet, or has a command of its own."""
    names = f"{promise.folder}/{promise.file}", promise.folder.partition("/")[0]
    own = next((OWN_COMMANDS[name] for name in names if name in OWN_COMMANDS), None)
    return f"not run: `{own}` does" if own else NOT_RUN


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, but for what stands in code quotes."""
    parts = text.split("`")
    parts[::2] = [SPECIAL.sub(r"\\\1", each) for each in parts[::2]]
    parts[1::2] = [each.replace("|", r"\|") for each in parts[1::2]]
    return "`".join(parts)


def listed(page: str) -> Counter[str]:
    """Return the rows of a page without cases and results: what is promised, and by which test."""
    rows = re.findall(
        r"^(\|.*\| `test_\w+` |\|.*\| `Test\w+\.test_\w+` )\|", region(page), re.MULTILINE
    )
    return Counter(rows)


def region(page: str) -> str:
    """Return what stands between the marks of a page."""
    return page.partition(START)[2].partition(END)[0]


def filled(page: str, text: str) -> str:
    """Return a page with a new text between its marks."""
    before, _, rest = page.partition(START)
    return f"{before}{START}\n\n{text}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Renew the table."""
    ended = results()
    PAGE.write_text(filled(PAGE.read_text(), table(promises(), ended)))
    told = "" if ended else " There are no results yet: they come from `make test`."
    sys.stdout.write(f"Written: {PAGE.relative_to(ROOT)}.{told}\n")


if __name__ == "__main__":
    main()
