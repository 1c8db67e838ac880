"""What is told of mutants; making them takes long, and is `make mutate`."""

import json
from pathlib import Path

import pytest
from mutation import __main__ as mutation
from mutation.report import Mutant, change_of, fate_of, functions_of, mutants, report


def test_every_module_of_mutants_has_tests() -> None:
    """What is changed exists, and so does what must notice it."""
    for package, modules in mutation.MODULES.items():
        assert modules
        for name in modules:
            assert (mutation.ROOT / "framework" / package / f"{name}.py").is_file(), name
        assert all(path.is_file() for path in mutation.tests_of(package, modules))


@pytest.mark.parametrize(
    ("code", "fate"),
    [(0, "survived"), (1, "killed"), (3, "killed"), (36, "timeout"), (33, "untested"), (None, "left out")],
)  # fmt: skip
def test_exit_codes_say_what_became_of_a_mutant(code: int | None, fate: str) -> None:
    """A mutant that no test has noticed is never counted as killed."""
    assert fate_of(code) == fate


def test_the_report_counts_by_module_and_shows_the_survivors(tmp_path: Path) -> None:
    """From mutmut's files: one row for each module, one for all, and what was changed below."""
    (tmp_path / "brubeck").mkdir()
    codes = {"brubeck.wire.x__mutmut_1": 1, "brubeck.wire.x__mutmut_2": 0}
    (tmp_path / "brubeck" / "wire.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    found = mutants(tmp_path)
    assert found[1] == Mutant("brubeck/wire.py", "brubeck.wire.x__mutmut_2", "survived")
    text = report(found, {found[1].name: "-a\n+b"})
    assert "| brubeck/wire.py | 1 | 1 | 0 | 0 | 0 |\n| all | 1 | 1 | 0 | 0 | 0 |" in text
    assert text.endswith("`brubeck.wire.x__mutmut_2`\n\n```diff\n-a\n+b\n```\n")


def test_the_change_of_a_mutant_is_shown(tmp_path: Path) -> None:
    """Only the lines that differ, not the name that mutmut gives it."""
    path = tmp_path / "sums.py"
    bodies = {"orig": "a + b", "1": "a - b"}
    functions = (
        f"def x_add__mutmut_{key}(a, b):\n    return {body}\n" for key, body in bodies.items()
    )
    path.write_text("\n".join(functions))
    assert (
        change_of(functions_of(path), "sums.x_add__mutmut_1")
        == "-    return a + b\n+    return a - b"
    )


def test_a_tree_for_mutants_has_the_chosen_tests_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packages as they are, their tests, and settings that name what is changed."""
    monkeypatch.setattr(mutation, "FOLDER", tmp_path / "tree")
    mutation.build({"brubeck": ["wire"], "dictshield": []})
    tree = tmp_path / "tree"
    assert sorted(path.name for path in (tree / "tests").iterdir()) == [
        "conftest.py",
        "test_wire.py",
    ]
    settings = (tree / "setup.cfg").read_text()
    assert "only_mutate =\n    brubeck/wire.py\n" in settings
    assert (tree / "dictshield" / "document.py").is_file()
    assert not list(tree.rglob("__pycache__"))


def test_what_is_called_while_a_class_is_made_is_left_alone(tmp_path: Path) -> None:
    """Functions of mutmut are not there yet; the lines of the others stay as they are."""
    path = tmp_path / "fields.py"
    lines = ["class F:", "    def _from_jsonschema_types(cls) -> list:", "    def validate(self):"]
    path.write_text("\n".join(lines))
    mutation.leave_alone(path)
    lines[1] += "  # pragma: no mutate block"
    assert path.read_text().splitlines() == lines


@pytest.mark.parametrize(("code", "ended"), [(1, 0), (0, 1), (None, 1)])
def test_a_run_in_which_no_mutant_was_killed_has_failed(
    code: int | None, ended: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the tests have noticed nothing, or mutmut has not begun."""
    folder = tmp_path / "tree" / "mutants" / "brubeck"
    meta = json.dumps({"exit_code_by_key": {"brubeck.wire.x__mutmut_1": code}})
    source = "def x__mutmut_orig():\n    pass\n\ndef x__mutmut_1():\n    return\n"

    def run() -> None:
        folder.mkdir(parents=True)
        (folder / "wire.py").write_text(source)
        (folder / "wire.py.meta").write_text(meta)

    for name, value in {
        "FOLDER": tmp_path / "tree",
        "REPORT": tmp_path / "m.md",
        "ROOT": tmp_path,
    }.items():
        monkeypatch.setattr(mutation, name, value)
    monkeypatch.setattr(mutation, "build", lambda _: None)
    monkeypatch.setattr(mutation, "run", run)
    assert mutation.main(["wire"]) == ended
