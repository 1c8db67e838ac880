"""The program that runs all tests."""

from pathlib import Path

import pytest
import suite


def test_every_file_of_tests_is_in_one_group() -> None:
    """None is forgotten, none runs twice; those apart have commands of their own."""
    grouped = {path: name for name, files in suite.groups().items() for path in files}
    apart = {path for name in suite.APART for path in (suite.TESTS / name).glob("test_*.py")}
    assert {path.parent.name for path in apart} == suite.APART
    assert grouped.keys() == set(suite.TESTS.rglob("test_*.py")) - apart
    assert sum(map(len, suite.groups().values())) == len(grouped)


def test_pages_are_grouped_by_their_application() -> None:
    """Those of one application share its servers; all others share a folder."""
    assert suite.group_of(suite.TESTS / "e2e" / "test_nojs_story.py") == "e2e/nojs"
    assert suite.group_of(suite.TESTS / "attacks" / "test_xss.py") == "attacks/xss"
    assert suite.group_of(suite.TESTS / "stack" / "launcher" / "test_x.py") == "stack/launcher"


@pytest.mark.parametrize(
    ("program", "succeeded", "words"),
    [
        ("def test_a(): pass\ndef test_b(): pass", True, "2 passed"),
        ("def test_a(): pass\ndef test_b(): assert False", False, "1 passed, 1 failures"),
        ("def test_a(x): pass", False, "0 passed, 1 errors"),
        ("syntax error", False, "0 passed, 1 errors"),
    ],
)
def test_what_fails_is_counted(
    program: str, succeeded: bool, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group with one failure has failed, whatever else it holds."""
    monkeypatch.setattr(suite, "LOGS", tmp_path)
    path = tmp_path / "test_program.py"
    path.write_text(program)
    outcome = suite.run("some/group", [path], ["-p", "no:cacheprovider"])
    assert (outcome.succeeded, suite.in_words(outcome.counts)) == (succeeded, words)


def test_a_group_that_dies_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a report nothing is taken for passed."""
    monkeypatch.setattr(suite, "LOGS", tmp_path)
    path = tmp_path / "test_program.py"
    path.write_text("import os\ndef test_a(): os._exit(0)")
    outcome = suite.run("dies", [path], ["-p", "no:cacheprovider"])
    assert not outcome.succeeded
    assert suite.in_words(outcome.counts) == "0 passed"
