"""What containers ask the launcher."""

import json

import pytest
from launcher import containers
from launcher.applications import APPLICATIONS, INDEX


def test_every_application_has_two_ports_of_its_own() -> None:
    """One for requests, one for answers, and none twice."""
    sites = containers.places("example.com", 80)
    addresses = [address for site in sites for address in (site.pull, site.pub)]
    assert len({*addresses}) == 2 * len((*APPLICATIONS, INDEX))


def test_the_index_is_the_default_host() -> None:
    """Unknown host names come to the site that explains them."""
    *_, last = containers.places("example.com", 80)
    assert (last.name, last.host) == ("index", "example.com")


def test_the_configuration_leaves_open_what_only_a_container_knows() -> None:
    """Domain, port, idents, and how many connections it may have."""
    text = containers.configuration()
    assert "name='listsurf.@DOMAIN@'" in text
    assert "default_host='@DOMAIN@'" in text
    assert "port=@PORT@," in text
    assert '"superpoll.max_fd": @DESCRIPTORS@' in text
    assert text.count("_ident='@IDENT@'") == 2 * len((*APPLICATIONS, INDEX))


def test_the_index_gets_the_list_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """With the addresses that people use, and the host that containers ask."""
    assert containers.main(["sites"], {"SITE_DOMAIN": "example.com", "SITE_PORT": "80"}) == 0
    entries = json.loads(capsys.readouterr().out)
    first = next(entry for entry in entries if entry["name"] == "listsurf")
    assert first["address"] == "http://listsurf.example.com/"
    assert first["connect_to"] == "mongrel2"


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["sites", "more"]])
def test_a_wrong_command_line_is_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the usage, and an exit code of its own."""
    assert containers.main(arguments, {}) == 2
    assert "Usage" in capsys.readouterr().err
