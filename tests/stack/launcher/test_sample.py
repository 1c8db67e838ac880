"""Promises of launcher.sample and of the file that it writes."""

import re
from pathlib import Path

import pytest
from launcher.sample import (
    APPLICATIONS,
    COMPOSE,
    NOT_TO_BE_SET,
    OF_COMPOSE,
    compose_defaults,
    sample,
    settings_of,
)

ROOT = Path(__file__).parents[3]
FILE = ROOT / ".env.sample"


def offered() -> dict[str, str]:
    """Return what the file offers, as if every # had been taken away."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", FILE.read_text(), re.MULTILINE))


def test_the_file_is_what_the_settings_say() -> None:
    """Who changes a setting runs `make sample`."""
    assert FILE.read_text() == sample()


@pytest.mark.parametrize("application", APPLICATIONS)
def test_the_file_with_every_mark_taken_away_gives_the_defaults(application: str) -> None:
    """What it says is what an application does that is told nothing, but for the stores."""
    cls = settings_of(application)
    told = {name: value for name, value in offered().items() if not name.endswith("_URL")}
    assert cls.from_environment(told) == cls()


@pytest.mark.parametrize("application", APPLICATIONS)
def test_every_setting_is_offered_with_its_meaning(application: str) -> None:
    """But for those that docker-compose.yml gives to each service."""
    lines = FILE.read_text().splitlines()
    for field, variable in settings_of(application).documented().items():
        if field not in NOT_TO_BE_SET:
            name = variable.name if variable.name in offered() else variable.shared_name
            at = next(i for i, line in enumerate(lines) if line.startswith(f"#{name}="))
            assert lines[at - 1] in {f"# {doc}" for doc in meanings(field)}


def meanings(field: str) -> set[str]:
    """Return what the applications say of a setting."""
    documented = [settings_of(each).documented() for each in APPLICATIONS]
    return {each[field].doc for each in documented if field in each}


def test_everything_that_the_file_of_compose_reads_is_offered_with_its_default() -> None:
    """Nobody has to read docker-compose.yml to know what can be set."""
    assert not set(compose_defaults()) - set(offered())
    for name, default in compose_defaults().items():
        assert offered()[name] == (default if name != "ENV_FILE" else ".env")


def test_what_is_said_of_compose_is_true_of_it() -> None:
    """Each variable of the table is read by docker-compose.yml."""
    assert not set(OF_COMPOSE) - set(compose_defaults())


def test_nothing_is_set_until_somebody_takes_a_mark_away() -> None:
    """So that the file itself may be what containers read where there is no other."""
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["ENV_FILE=.env"]
    assert 'env_file: "${ENV_FILE:-.env.sample}"' in COMPOSE.read_text()
