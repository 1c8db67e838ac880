"""The bugs that are put in on purpose fit the tree as it is; `make plant` shows that each is caught."""

import ast
from pathlib import Path

import pytest
from plant import planting
from plant.planting import FAILED, ROOT, Bug, WrongPlaceError

BUGS = planting.bugs()


def a_bug(**fields: object) -> Bug:
    """Return a bug in a program of one line."""
    known = {
        "name": "a-bug",
        "what": "It subtracts.",
        "file": "sums.py",
        "before": "a + b",
        "after": "a - b",
        "tests": ["test_sums.py"],
    }
    return Bug(**{**known, **fields})  # type: ignore[arg-type]  # one dict for all types


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of a tree with one program and its test."""
    (tmp_path / "sums.py").write_text("def add(a, b):\n    return a + b\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    test = 'import sums\n\n\ndef test_sum():\n    """It adds."""\n    assert sums.add(2, 2) == 4\n'
    (tmp_path / "test_sums.py").write_text(test)
    return tmp_path


def test_there_are_enough_bugs_of_many_kinds() -> None:
    """More than ten, in the framework and in every application, most of them weaknesses by number."""
    assert len(BUGS) > 10
    assert len({bug.cwe for bug in BUGS if bug.cwe}) > 10
    for owner in ("framework", "apps/nojs", "apps/readify", "apps/spotichat", "apps/shared"):
        assert any(bug.file.startswith(owner) for bug in BUGS), owner


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_be_planted_in_the_tree_as_it_is(bug: Bug) -> None:
    """Its text occurs exactly once, what comes out is a program, and the tests named exist."""
    planted = bug.planted((ROOT / bug.file).read_text())
    assert bug.before not in planted or bug.before in bug.after
    if bug.file.endswith(".py"):
        ast.parse(planted)
    assert bug.tests
    assert [name for name in bug.tests if not (ROOT / name.partition("::")[0]).is_file()] == []


def test_a_bug_that_fits_nowhere_or_twice_is_refused() -> None:
    """Who changes the code learns that a bug must be written anew."""
    for text in ("a - b", "a + b, a + b"):
        with pytest.raises(WrongPlaceError, match=r"a-bug: sums\.py has .* times\. Write it anew"):
            a_bug().planted(text)


def test_a_bug_is_caught_and_taken_out_again(folder: Path) -> None:
    """The tests fail with it, and the copy is sound afterwards."""
    sound = (folder / "sums.py").read_text()
    verdict = planting.tested_with(a_bug(), folder)
    assert verdict.status == FAILED
    assert verdict.caught_by == "test_sums.py::test_sum"
    assert (folder / "sums.py").read_text() == sound


def test_a_bug_that_nobody_notices_is_told_from_one_that_is_caught(folder: Path) -> None:
    """Adding nothing the other way round is no bug that a test of sums could see."""
    verdict = planting.tested_with(a_bug(after="b + a"), folder)
    assert (verdict.status, verdict.caught_by) == (0, "")


@pytest.mark.parametrize("after", ["a + b)", "a + b\nraise SystemExit"])
def test_a_program_that_does_not_start_is_no_caught_bug(after: str, folder: Path) -> None:
    """What any test notices shows nothing about the tests: pytest ends otherwise than with 1."""
    verdict = planting.tested_with(a_bug(after=after), folder)
    assert verdict.status not in {0, FAILED}


def test_a_copy_has_the_files_of_the_repository_alone(tmp_path: Path) -> None:
    """What is there is tested, committed or not, and no environment is copied."""
    planting.copied(tmp_path)
    here = Path(__file__).relative_to(ROOT)
    assert (tmp_path / here).read_bytes() == Path(__file__).read_bytes()
    assert not (tmp_path / ".venv").exists()
