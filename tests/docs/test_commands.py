"""Every command that a page of the repository shows is run by a test, or is one of the two commands."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from docs.pages import DOCS, ROOT, blocks_of, name_of

OTHERS = {".venv", "build", "var", "node_modules"}  # folders of what others wrote, or of runs
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not OTHERS & set(path.relative_to(ROOT).parts)
)
THE_TWO = {"make demo", "make test"}
# How a command begins -> the test that runs it, or what it runs. The longest beginning counts.
RUN_BY = {
    "make docs": "tests/docs/test_site.py",
    "make bench": "tests/bench/test_bench.py",
    "make publish": "tests/bench/test_bench.py",
    "make attack": "tests/attacks/test_scanning.py",
    "make coverage": "tests/docs/test_commands.py",
    "make faults": "tests/faults/test_parts.py",
    "make format": "tests/docs/test_commands.py",
    "make fuzz": "tests/fuzz/test_fuzz_requests.py",
    "make help": "tests/test_house.py",
    "make lint": ".ci/run",
    "make mutate": "tests/mutation/test_mutation.py",
    "make pictures": "tests/e2e/test_demo.py",
    "make plant": "tests/plant/test_plant.py",
    "make promises": "tests/test_promises.py",
    "make sample": "tests/stack/launcher",
    "make soak": "tests/faults/test_needs.py",
    "make test-swarm": "tests/containers/test_swarm.py",
    "docker swarm": "tests/containers/test_swarm.py",
    "docker service": "tests/containers/test_swarm.py",
    "make test-compose": "tests/containers/test_containers.py",
    "make backup": "tests/containers",
    "make restore": "tests/containers",
    "docker": "tests/containers",
    "sudo docker/base-image.sh": "docker/base-image.sh",
    "brubeck run": "tests/framework/test_cli_run.py",
    "brubeck new": "tests/framework/test_cli_new.py",
    "brubeck routes": "tests/framework/test_cli_targets.py",
    "brubeck dispatch": "tests/framework/test_dispatching.py",
    "bin/brubeck run": "tests/e2e/test_docs_start.py",
    "m2sh": "tests/e2e/test_docs_start.py",
    "mongrel2": "tests/e2e/test_docs_start.py",
    "python3 -m venv": "tests/framework/test_cli_new.py",
    "bin/pip install": "tests/framework/test_cli_new.py",
    "pip install brubeck": "tests/docs/test_commands.py",
    "python program.py": "tests/docs/run_page.py",
    "python -m brubeck": "tests/docs/test_snippets.py",
    "python -m module": "tests/test_promises.py",
    "python -m mongolite": "tests/conftest.py",
    "python -m launcher": "tests/e2e/sites.py",
    "python -m listsurf demo-data": "tests/apps/listsurf/test_site.py",
    "python -m nojs demo-data": "tests/apps/nojs/test_starting.py",
    "python -m readify demo-data": "tests/e2e/sites.py",
    "python -m spotichat demo-data": "tests/e2e/sites.py",
    "python -m spotifystandin": "tests/apps/spotichat/standin.py",
    ".venv/bin/pytest": "tests/docs/test_commands.py",
    "python3 -c": "tests/docs/test_commands.py",
    "python tests/bench/": "tests/bench",
    "kill -HUP": "tests/framework/test_cli_supervisor.py",
}
SHELL = ("export ", "mkdir ", "cp ", "cd ")
_INLINE = re.compile(
    r"`((?:make|docker-compose|python3?|pip|brubeck|m2sh|mongrel2) [^`|…]+)`", re.ASCII
)


def commands_of(page: Path) -> set[str]:
    """Return the commands of a page: those in blocks of shell, and those in sentences."""
    lines = "".join(block.text for block in blocks_of(page) if block.kind == "sh").splitlines()
    shown = {line.partition("  #")[0].strip() for line in lines}
    if page.name != "testing.md" or page.parent != DOCS:  # whose table quotes names of tests
        shown |= set(_INLINE.findall(page.read_text()))
    return {command for command in shown if command and not command.startswith("#")}


def runner_of(command: str) -> str | None:
    """Return what runs a command; None if nothing does."""
    if command.startswith(SHELL) or re.match(r"make (demo|test)( |$)", command):
        return "Makefile"
    known = [start for start in RUN_BY if command.startswith(start)]
    return RUN_BY[max(known, key=len)] if known else None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_is_run_by_a_test_or_is_one_of_the_two(page: Path) -> None:
    """No page tells its reader to type what nobody has tried."""
    for command in sorted(commands_of(page)):
        runner = runner_of(command)
        assert runner, f"{name_of(page)} shows {command!r}: name its test in RUN_BY"
        assert (ROOT / runner).exists(), f"{runner}, which runs {command!r}, does not exist"


EVERY_ONE = sorted({command for page in PAGES for command in commands_of(page)} | THE_TWO)


@pytest.mark.parametrize("command", [one for one in EVERY_ONE if one.startswith("make ")])
def test_make_knows_what_to_do(command: str) -> None:
    """Each command for make has a recipe that can be read, with the variables that are shown."""
    words = ["make", "--dry-run", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize(
    "command", [one for one in EVERY_ONE if one.startswith(".venv/bin/pytest ")]
)
def test_one_promise_is_run_by_a_word_of_its_name(command: str) -> None:
    """The page for contributors shows a command that finds a test."""
    words = [sys.executable, "-m", "pytest", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.parametrize("command", [one for one in EVERY_ONE if one.startswith("python3 -c ")])
def test_a_secret_is_made_as_the_page_says(command: str, tmp_path: Path) -> None:
    """The line for a secret puts one of good length into the file."""
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
    name, _, secret = (tmp_path / ".env").read_text().strip().partition("=")
    assert (name, len(secret)) == ("SECRET", 64)


def test_every_extra_that_is_shown_exists() -> None:
    """What pages say to install is what the framework's package offers."""
    project = tomllib.loads((ROOT / "framework" / "pyproject.toml").read_text())["project"]
    shown = set(re.findall(r"pip install brubeck\[(\w+)\]", "\n".join(EVERY_ONE)))
    assert shown
    assert shown <= set(project["optional-dependencies"])
