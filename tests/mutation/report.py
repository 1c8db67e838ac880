"""What became of mutants: read from mutmut's files, told as a table."""

import ast
import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

FATES = ("killed", "survived", "timeout", "untested", "left out")
TIMEOUT = {24, 36, 152, -24}
NO_TESTS = {5, 33}


class Mutant(NamedTuple):
    """One change of a module, by mutmut's name for it, and what became of it."""

    module: str  # its path, as in "brubeck/wire.py"
    name: str
    fate: str


def mutants(folder: Path) -> list[Mutant]:
    """Return all mutants below a folder of mutmut's."""
    found = []
    for path in sorted(folder.rglob("*.py.meta")):
        module = path.relative_to(folder).as_posix().removesuffix(".meta")
        codes = json.loads(path.read_text())["exit_code_by_key"]
        found += [Mutant(module, name, fate_of(code)) for name, code in codes.items()]
    return found


def fate_of(code: int | None) -> str:
    """Return what an exit code of the tests says about the mutant."""
    if code is None:
        return "left out"
    if code in TIMEOUT:
        return "timeout"
    if code in NO_TESTS:
        return "untested"
    return "survived" if code == 0 else "killed"


def functions_of(path: Path) -> dict[str, str]:
    """Return the functions of a changed module: mutmut keeps each beside its mutants, in one file."""
    source = path.read_text()
    lines = source.splitlines()
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in nodes}


def change_of(functions: Mapping[str, str], name: str) -> str:
    """Return the lines in which a mutant differs from the function that it was made of."""
    mutant = name.rpartition(".")[2]
    original = f"{mutant.rpartition('_')[0]}_orig"
    before, after = (functions[each].splitlines()[1:] for each in (original, mutant))
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def report(found: Iterable[Mutant], changes: Mapping[str, str]) -> str:
    """Return a table in Markdown, and below it the changes that no test has noticed."""
    modules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mutant in found:
        modules[mutant.module][mutant.fate] += 1
    rows = [_row(module, fates) for module, fates in sorted(modules.items())]
    rows.append(_row("all", sum(modules.values(), Counter[str]())))
    head = f"| Module | {' | '.join(FATES)} |", f"|---|{'--:|' * len(FATES)}"
    survivors = [f"\n`{name}`\n\n```diff\n{change}\n```" for name, change in changes.items()]
    return "\n".join([*head, *rows, *survivors]) + "\n"


def _row(name: str, fates: Counter[str]) -> str:
    return f"| {name} | {' | '.join(str(fates[fate]) for fate in FATES)} |"
