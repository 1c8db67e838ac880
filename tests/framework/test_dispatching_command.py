"""The commands for a dispatcher and its workers: mistakes are explained."""

from pathlib import Path

import pytest
from brubeck.addresses import addresses
from brubeck.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Add --bind"),
        (["--bind", "8000"], "is no address of ZeroMQ"),
        (["--bind", "ipc://w"], "Add --pull"),
        (["--bind", "ipc://w", "--pull", "ipc://a"], "and --pub"),
        (["--bind", "ipc://w", "--pull", "ipc://a", "--pub", "ipc://b,x"], "'x' is no address"),
        (["--bind", "ipc:///no/such/w", "--pull=ipc://a", "--pub=ipc://b"], "directories exist"),
        (["--bind=ipc://w", "--pull=ipc://a", "--pub=ipc://b", "--ledger=/no/such"], "--ledger"),
    ],
)
def test_mistakes_are_explained(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 2, and the sentence says what to do."""
    assert main(["dispatch", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_missing_dispatcher_has_no_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says how to start one."""
    monkeypatch.setattr("brubeck.cli.dispatch.PATIENCE", 10)
    assert main(["dispatch", "--stats", f"--bind=ipc://{tmp_path}/w"]) == 2
    assert "Start a dispatcher there" in capsys.readouterr().err


def test_direct_and_dispatched_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is started."""
    assert main(["run", "a:b", "--direct", "--dispatcher=ipc://w"]) == 2
    assert "Leave out one" in capsys.readouterr().err


@pytest.mark.parametrize("given_", ["a,b", " a , b ,", ["a", "b"], ("a", "b")])
def test_addresses_are_one_or_several(given_: str | list[str]) -> None:
    """A text with commas, or a sequence."""
    assert addresses(given_) == ("a", "b")
    assert addresses("a") == ("a",)
