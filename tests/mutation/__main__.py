"""Mutants of the pure modules, made by mutmut, and those that no test notices: `make mutate`.

mutmut changes one place at a time and runs the tests that go through it. What survives is either a
hole in the tests or a change without a meaning; people must look. The report is in build/mutants.md.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from mutation.report import Mutant, change_of, functions_of, mutants, report

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "build" / "mutmut"  # where it is installed, beside the environment of the tests
FOLDER = ROOT / "build" / "mutation"
REPORT = ROOT / "build" / "mutants.md"
SECONDS = 60 * int(os.environ.get("MUTATE_MINUTES", "60"))

# Modules whose tests need no server and no fixture of tests/conftest.py.
MODULES = {
    "brubeck": [
        "cookies", "csrf", "jsontext", "negotiation", "proxies", "reverse", "routing", "text", "wire",
    ],
    "dictshield": ["fields/boolean", "fields/number", "fields/text", "fields/times", "nesting"],
}  # fmt: skip
TESTS = {"brubeck": "framework", "dictshield": "dictshield"}
WIDER = {
    "test_documentation.py",
    "test_modules.py",
    "test_typing.py",
}  # judge more than the package
# A metaclass calls these while their class is made, when mutmut's functions are not there yet.
TOO_EARLY = re.compile(r"^( +def _from_jsonschema_\w+\(.*:)$", re.MULTILINE)
SETTINGS = """[mutmut]
source_paths =
{sources}
only_mutate =
{only}
also_copy =
{sources}
pytest_add_cli_args_test_selection =
    tests
use_git_change_detection = false

[tool:pytest]
addopts = -p no:randomly -p no:anyio -p no:schemathesis -p no:cacheprovider
"""
# The same examples for every mutant: none may be lucky.
CONFTEST = """from hypothesis import settings

settings.register_profile("mutants", derandomize=True, deadline=None, database=None)
settings.load_profile("mutants")
"""


def main(names: list[str]) -> int:
    """Make mutants of the named modules, such as `wire` or `fields/number`, or of all; return 1 if none was killed."""
    chosen = {
        package: [name for name in modules if not names or name in names]
        for package, modules in MODULES.items()
    }
    if unknown := set(names) - {name for modules in MODULES.values() for name in modules}:
        raise SystemExit(f"There are no mutants of {', '.join(sorted(unknown))}. See {__file__}.")
    build(chosen)
    run()
    found = mutants(FOLDER / "mutants")
    REPORT.write_text(report(found, changes(found)))
    sys.stdout.write(report(found, {}) + f"\nThe survivors are in {REPORT.relative_to(ROOT)}.\n")
    return 0 if any(mutant.fate == "killed" for mutant in found) else 1


def build(chosen: dict[str, list[str]]) -> None:
    """Write a small tree: the packages, the tests of the chosen modules, and settings."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    tests = FOLDER / "tests"
    tests.mkdir(parents=True)
    for package, modules in chosen.items():
        shutil.copytree(ROOT / "framework" / package, FOLDER / package, ignore=_no_caches)
        for name in modules:
            leave_alone(FOLDER / package / f"{name}.py")
        for path in tests_of(package, modules):
            shutil.copy(path, tests)
    (tests / "conftest.py").write_text(CONFTEST)
    only = [f"{package}/{name}.py" for package, modules in chosen.items() for name in modules]
    (FOLDER / "setup.cfg").write_text(
        SETTINGS.format(sources=_lines(chosen), only=_lines(only)),
    )


def leave_alone(path: Path) -> None:
    """Mark the functions of a copied module that cannot be changed."""
    path.write_text(TOO_EARLY.sub(r"\1  # pragma: no mutate block", path.read_text()))


def tests_of(package: str, modules: list[str]) -> list[Path]:
    """Return the tests that judge some modules: of one name, or all of a package's."""
    folder = ROOT / "tests" / TESTS[package]
    if package == "brubeck":
        return [folder / f"test_{name}.py" for name in modules]
    return (
        sorted(set(folder.glob("test_*.py")) - {folder / name for name in WIDER}) if modules else []
    )


def run() -> None:
    """Run mutmut, until it is done or the time is up; what it says goes into a file."""
    with (FOLDER / "mutmut.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mutmut", "run"], cwd=FOLDER, env=_environment(), stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            if process.wait(SECONDS):
                sys.stdout.write(f"mutmut has failed; see {log.name}.\n")
        except subprocess.TimeoutExpired:
            sys.stdout.write(f"After {SECONDS} seconds the rest was left out.\n")
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End mutmut and the programs that it has begun."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def changes(found: list[Mutant]) -> dict[str, str]:
    """Return what was changed in each survivor, as lines of a diff."""
    survivors = [mutant for mutant in found if mutant.fate == "survived"]
    modules = {mutant.module for mutant in survivors}
    functions = {module: functions_of(FOLDER / "mutants" / module) for module in modules}
    return {each.name: change_of(functions[each.module], each.name) for each in survivors}


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TOOL)}


def _lines(values: "list[str] | dict[str, list[str]]") -> str:
    return "\n".join(f"    {value}" for value in values)


def _no_caches(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name == "__pycache__"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
