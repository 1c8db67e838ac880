# ruff: noqa: T201 - what it prints is what the test shows when a page is wrong
"""Run one page of the documentation in the current directory, which is empty: `run_page.py PAGE`.

The first block of Python becomes `program.py` and is imported. What follows runs in the program's
own names: further Python is executed, `pycon` blocks are run and compared, `console` blocks are
run by a shell and compared. `client` is a test client of the program's `app`. Blocks that name a
file are written to it before anything runs.
"""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from pages import Block, blocks_of

OPTIONS = doctest.ELLIPSIS


def main() -> int:
    """Run the page; return how many of its examples were wrong."""
    page = Path(sys.argv[1])
    blocks = blocks_of(page)
    write_files(blocks)
    program = load_program(page, next(block for block in blocks if block.kind == "python"))
    names = vars(program)
    if "app" in names:
        names.setdefault("client", client_of(program))
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    wrong = sum(run_block(page, block, names, runner) for block in blocks[1:])
    print(f"{runner.tries} examples ran.")
    return wrong


def write_files(blocks: list[Block]) -> None:
    """Write the blocks that name a file."""
    for block in blocks:
        if block.path:
            Path(block.path).parent.mkdir(parents=True, exist_ok=True)
            Path(block.path).write_text(block.text)


def load_program(page: Path, block: Block) -> ModuleType:
    """Save the complete program and import it."""
    Path("program.py").write_text(block.text)
    sys.path.insert(0, str(Path.cwd()))
    print(f"{page.name}:{block.line} is the program")
    return importlib.import_module("program")


def client_of(program: ModuleType) -> Any:
    """Return a visitor; imported late, because the program may choose the coroutine library."""
    from brubeck.testing import TestClient

    return TestClient(program.app)


def run_block(
    page: Path, block: Block, names: dict[str, Any], runner: doctest.DocTestRunner
) -> int:
    """Run one block; return how many of its examples were wrong."""
    if block.kind == "pycon":
        return run_examples(page, block, names, runner)
    if block.kind == "console":
        return run_commands(page, block)
    if block.kind == "python" and not block.path:
        padded = "\n" * (block.line - 1) + block.text
        exec(compile(padded, str(page), "exec"), names)  # noqa: S102  the page is ours
    return 0


def run_examples(
    page: Path, block: Block, names: dict[str, Any], runner: doctest.DocTestRunner
) -> int:
    """Run the lines behind `>>>` and compare what they show."""
    test = doctest.DocTestParser().get_doctest(
        block.text, names, page.name, str(page), block.line - 1
    )
    test.globs = names  # the parser made a copy, in which assignments would be lost
    return runner.run(test, clear_globs=False).failed


def run_commands(page: Path, block: Block) -> int:
    """Run the lines behind `$` and compare what they print."""
    checker = doctest.OutputChecker()
    wrong = 0
    for part in block.text.removeprefix("$ ").split("\n$ "):
        command, _, expected = part.partition("\n")
        ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        printed = ran.stdout + ran.stderr
        if not checker.check_output(expected.rstrip("\n") + "\n", printed, OPTIONS):
            print(f"{page.name}:{block.line} {command}\nexpected:\n{expected}\ngot:\n{printed}")
            wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
