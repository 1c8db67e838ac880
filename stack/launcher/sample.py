"""`python -m launcher.sample` prints .env.sample: what may be set when the sites run in containers.

What a variable means is said where it is read: by the settings of the applications, and by the
table below for those that docker-compose reads itself. The defaults are those of
docker-compose.yml, where it has some, and of the settings otherwise.
"""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from brubeck.settings import ServerSettings, Variable

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
APPLICATIONS = ("listsurf", "readify", "nojs", "spotichat")
# docker-compose.yml sets them, each service's its own.
NOT_TO_BE_SET = {
    "transport", "pull_address", "pub_address", "control_address", "dispatcher", "host", "port",
    "metrics_port", "uploads",
}  # fmt: skip
OF_COMPOSE = {
    "SITE_ADDRESS": "Address of this machine at which the sites are; 0.0.0.0 for all it has.",
    "GRAFANA_PORT": "Port of this machine for the dashboard of the profile metrics.",
    "HEALTH_INTERVAL": "Time between two looks at how a container is.",
    "MEMORY": "Memory that each container may use, but for the stores.",
    "CPUS": "Processors that each container may use, but for the stores.",
    "MONGO_MEMORY": "Memory that MongoDB may use.",
    "MONGO_CPUS": "Processors that MongoDB may use.",
    "REDIS_MEMORY": "Memory that Redis may use, twice REDIS_MAXMEMORY: it forks to write files.",
    "REDIS_CPUS": "Processors that Redis may use.",
    "REDIS_MAXMEMORY": "Data that Redis keeps; beyond that, writing is an error.",
    "LOAD_SECONDS": "Seconds for which the profile load asks each site, 60 at the most.",
    "LOAD_CONNECTIONS": "Connections of the profile load, 500 at the most.",
    "BASE_IMAGE": "What the images below are built on: Debian 12.",
    "SUITE_IMAGE": "Name of the image of all Python processes.",
    "MONGREL2_IMAGE": "Name of Mongrel2's image.",
    "LOAD_IMAGE": "Name of the image of the profile load.",
    "MONGO_IMAGE": "MongoDB's image, which is pulled.",
    "REDIS_IMAGE": "Redis' image, which is pulled.",
    "PROMETHEUS_IMAGE": "Prometheus' image, which is pulled for the profile metrics.",
    "GRAFANA_IMAGE": "Grafana's image, which is pulled for the profile metrics.",
}
HEAD = """\
# What can be set when the sites run in containers. Copy this file to .env, and take the # away from
# what you change:
#
#     cp .env.sample .env
#
# `make sample` has written it, from the settings of the applications; what stands here is what holds
# as long as nobody changes it.

# The file whose settings reach the applications: this one, once it is a copy.
ENV_FILE=.env
"""


def sample() -> str:
    """Return the text of the file."""
    classes = [settings_of(name) for name in APPLICATIONS]
    parts = [HEAD, *_section("All applications", common(classes))]
    for each in classes:
        title = each.__module__.partition(".")[0].capitalize()
        parts += _section(f"{title} alone", own(each, classes))
    containers = {name: Variable(name, "", doc, "") for name, doc in OF_COMPOSE.items()}
    return "\n".join([*parts, *_section("The containers", containers)])


def _section(title: str, variables: dict[str, Variable]) -> Iterator[str]:
    defaults = compose_defaults()
    yield f"\n# == {title} {'=' * (90 - len(title))}\n"
    for name, variable in variables.items():
        yield f"# {variable.doc}\n#{name}={defaults.get(name, variable.default)}\n"


def settings_of(application: str) -> type[ServerSettings]:
    """Return the class of an application's settings."""
    found: type[ServerSettings] = import_module(f"{application}.settings").Settings
    return found


def compose_defaults() -> dict[str, str]:
    """Return the variables of docker-compose.yml with their defaults."""
    return dict(re.findall(r"\$\{(\w+):-([^}]*)\}", COMPOSE.read_text()))


def common(classes: list[type[ServerSettings]]) -> dict[str, Variable]:
    """Return what several applications read under one name, with one default."""
    found: dict[str, Variable] = {}
    for each in classes:
        for variable in _wanted(each).values():
            if _is_common(variable, classes):
                found.setdefault(variable.shared_name, variable)
    return found


def own(cls: type[ServerSettings], classes: list[type[ServerSettings]]) -> dict[str, Variable]:
    """Return what only one application reads, or with a default of its own."""
    return {
        _own_name(variable, classes): variable
        for variable in _wanted(cls).values()
        if not _is_common(variable, classes)
    }


def _wanted(cls: type[ServerSettings]) -> dict[str, Variable]:
    return {field: each for field, each in cls.documented().items() if field not in NOT_TO_BE_SET}


def _is_common(variable: Variable, classes: list[type[ServerSettings]]) -> bool:
    defaults = _defaults_of(variable.shared_name, classes)
    return len(defaults) > 1 and len(set(defaults)) == 1


def _defaults_of(shared_name: str, classes: list[type[ServerSettings]]) -> list[str]:
    """Return the defaults that a shared variable has, one for each class that reads it."""
    return [
        variable.default
        for each in classes
        for variable in each.documented().values()
        if shared_name and variable.shared_name == shared_name
    ]


def _own_name(variable: Variable, classes: list[type[ServerSettings]]) -> str:
    """Return the short name of what nobody else reads, and the one with the prefix otherwise."""
    is_alone = len(_defaults_of(variable.shared_name, classes)) == 1
    return variable.shared_name if is_alone else variable.name


if __name__ == "__main__":
    sys.stdout.write(sample())
