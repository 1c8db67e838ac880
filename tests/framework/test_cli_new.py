"""Promises of `brubeck new`."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from brubeck.cli import main
from brubeck.cli.errors import CommandError
from brubeck.cli.new import check_name, create

FRAMEWORK = Path(__file__).parents[2] / "framework"


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a Python program in a folder, with the framework at hand."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(FRAMEWORK)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tests_of_a_new_project_pass(tmp_path: Path) -> None:
    """What one begins with is right, and so are the commands that are printed."""
    made = run("-m", "brubeck", "new", "corner_shop", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "brubeck run corner_shop.app:create_app --reload" in made.stdout
    project = tmp_path / "corner_shop"
    tested = run("-m", "pytest", "-q", "-p", "no:cacheprovider", folder=project)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    listed = run("-m", "brubeck", "routes", "corner_shop.app:create_app", folder=project)
    assert "corner_shop.handlers:Welcome" in listed.stdout


def test_nothing_is_left_to_be_replaced(tmp_path: Path) -> None:
    """The project's own name is everywhere."""
    create(tmp_path / "shop", "shop")
    files = [path for path in (tmp_path / "shop").rglob("*") if path.is_file()]
    assert len(files) >= 10
    assert not any("PROJECT" in path.read_text() + str(path) for path in files)


def test_a_new_project_takes_no_older_framework(tmp_path: Path) -> None:
    """An installer that finds only the framework of 2013 says so, and does not install that."""
    create(tmp_path / "shop", "shop")
    assert 'dependencies = ["brubeck>=1"]' in (tmp_path / "shop" / "pyproject.toml").read_text()


def test_a_directory_that_exists_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody's work is overwritten, not even an empty directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "README.md").write_text("mine")
    assert main(["new", "shop"]) == 2
    assert "shop exists already and is left as it is." in capsys.readouterr().err
    assert (tmp_path / "shop" / "README.md").read_text() == "mine"
    assert len(list((tmp_path / "shop").iterdir())) == 1


def test_a_project_is_made_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The directory is below the current one."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "shop"]) == 0
    assert "Created shop." in capsys.readouterr().out
    assert (tmp_path / "shop" / "shop" / "app.py").is_file()


@pytest.mark.parametrize(
    "name", ["", "Shop", "1shop", "my-shop", "my shop", "../shop", "shöp", "class", "x" * 51, "_x"]
)
def test_a_name_must_do_as_a_package(name: str) -> None:
    """The rule is in the answer."""
    with pytest.raises(CommandError, match="Use up to 50 small letters"):
        check_name(name)


@pytest.mark.parametrize("name", ["json", "jinja2", "brubeck", "tests"])
def test_a_name_must_not_hide_another(name: str) -> None:
    """A project called json would break what imports json."""
    with pytest.raises(CommandError, match="Choose another name"):
        check_name(name)


def refusal(number: int) -> Any:
    """Return a method that fails as the system does."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_where_nothing_can_be_written_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told."""
    monkeypatch.setattr(Path, "mkdir", refusal(errno.EACCES))
    with pytest.raises(CommandError, match=r"Permission denied. Change to another directory"):
        create(tmp_path / "shop", "shop")


def test_half_a_project_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a full disk the same command can be given again."""
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", refusal(errno.ENOSPC))
        with pytest.raises(CommandError, match=r"No space left on device\. Make room"):
            create(tmp_path / "shop", "shop")
    assert not (tmp_path / "shop").exists()
