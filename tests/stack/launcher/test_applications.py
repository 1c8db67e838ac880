"""The table of applications."""

import re
import sys
from dataclasses import replace

import pytest
from launcher.applications import APPLICATIONS, INDEX, Application, select
from launcher.errors import LaunchError


def test_no_names_mean_all_applications():
    """Without --apps everything starts, in the table's order."""
    assert select((), APPLICATIONS) == APPLICATIONS


def test_names_choose_applications():
    """--apps listsurf starts Listsurf."""
    assert [entry.name for entry in select(("listsurf",), APPLICATIONS)] == ["listsurf"]


def test_an_unknown_name_is_refused_with_the_choices():
    """A typing error is answered with the names that exist."""
    with pytest.raises(LaunchError, match=r"lisstsurf.*Choose from: .*listsurf"):
        select(("lisstsurf",), APPLICATIONS)


@pytest.mark.parametrize("entry", [*APPLICATIONS, INDEX], ids=lambda entry: entry.name)
def test_every_entry_can_be_configured(entry):
    """Names become variables of Mongrel2's configuration and prefixes of environment variables."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.name)
    assert re.fullmatch(r"([a-z0-9-]+(\.[a-z0-9-]+)*)?", entry.host)
    assert entry.description
    assert entry.health.startswith("/")


def test_names_and_hosts_are_unique():
    """No two applications share a log file, a socket or a host name."""
    everything = [*APPLICATIONS, INDEX]
    assert len({entry.name for entry in everything}) == len(everything)
    assert len({entry.host for entry in everything}) == len(everything)


def test_the_prefix_is_the_name_in_capitals():
    """Listsurf reads LISTSURF_SECRET."""
    assert APPLICATIONS[0].prefix == "LISTSURF_"


def test_several_processes_are_workers_of_brubeck_run():
    """One process is `python -m module`; more of them share a port or a dispatcher."""
    one = Application("surf", "surf", "surf", "Surf.")
    assert one.command == (sys.executable, "-m", "surf")
    several = replace(one, processes=3)
    assert several.command[1:] == ("-m", "brubeck", "run", "surf.site:site", "--workers=3")
    assert replace(several, repeat="all").command == (*several.command, "--repeat=all")


def test_programs_of_one_application_are_chosen_and_named_together():
    """--apps readify starts all three; they share a prefix, and each is told what it is."""
    programs = select(("readify",), APPLICATIONS)
    assert [entry.name for entry in programs] == ["readify", "readify_api", "readify_fetch"]
    assert {entry.prefix for entry in programs} == {"READIFY_"}
    assert [entry.role for entry in programs] == ["site", "api", "fetch"]
    assert programs[0].command[4:] == ("readify.site:web", "--workers=2", "--repeat=all")
    assert programs[2].command[4:] == ("readify.site:fetch", "--workers=2")
