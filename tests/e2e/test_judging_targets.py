"""The suite judges any address that the environment names, and says what it left out."""

import subprocess
import sys
from pathlib import Path

import pytest
from e2e.programs import connection_to
from e2e.targets import HOSTS, Sites, named_sites, unique
from framework.conformance.servers import ROOT
from hypothesis import given
from hypothesis import strategies as st

HERE = Path(__file__).parent


def test_without_names_a_stack_is_started() -> None:
    """Nothing in the environment means this machine."""
    assert named_sites({}) is None
    assert named_sites({"SITES_URL": ""}) is None


def test_one_address_names_all_sites() -> None:
    """They are at names below it, with its port."""
    found = named_sites({"SITES_URL": "https://example.org:8443/"})
    assert found is not None
    assert found.addresses == {
        "index": "https://example.org:8443",
        "listsurf": "https://listsurf.example.org:8443",
        "readify": "https://readify.example.org:8443",
        "readify_api": "https://api.readify.example.org:8443",
        "nojs": "https://nojs.example.org:8443",
        "spotichat": "https://spotichat.example.org:8443",
    }


@given(st.sampled_from(sorted(HOSTS.keys() - {"index"})))
def test_a_site_may_be_elsewhere(name: str) -> None:
    """Its own variable wins."""
    environ = {"SITES_URL": "http://localhost", f"{name.upper()}_URL": "https://else.where/"}
    found = named_sites(environ)
    assert found is not None
    assert getattr(found, name) == "https://else.where"
    assert found.index == "http://localhost"


def test_a_site_without_an_address_is_named() -> None:
    """Who names one site and judges another reads which variable is missing."""
    found = named_sites({"LISTSURF_URL": "http://localhost"})
    assert isinstance(found, Sites)
    with pytest.raises(LookupError, match=r"No address of nojs\. Set NOJS_URL"):
        _ = found.nojs


def test_nobody_has_the_names_of_a_test() -> None:
    """A deployed site can be judged twice."""
    assert unique("ada") != unique("ada")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://nojs.localhost:6767/x", "127.0.0.1", 6767),
        ("http://localhost", "127.0.0.1", 80),
        ("https://nojs.example.org", "nojs.example.org", 443),
        ("http://10.0.0.1:81", "10.0.0.1", 81),
    ],
)
def test_names_below_localhost_are_this_machine(url: str, host: str, port: int) -> None:
    """Others are found as their resolver says."""
    from urllib.parse import urlsplit

    connection = connection_to(urlsplit(url))
    assert (connection.host, connection.port) == (host, port)


def collected(**environ: str) -> tuple[set[str], str]:
    """Return the tests of this folder that would be run, and what is said at the end."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:randomly", HERE],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environ}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return {line for line in done.stdout.splitlines() if "::" in line}, done.stdout


def test_the_stories_of_all_applications_are_for_any_address() -> None:
    """What needs this machine is left out, and counted; everything else is run."""
    everything, _ = collected()
    public, said = collected(SITES_URL="https://example.org")
    near, said_near = collected(SITES_URL="http://localhost:1", ARTICLES_HOST="10.0.0.1")
    assert public < near < everything
    for kept, words in ((public, said), (near, said_near)):
        assert f"{len(everything - kept)} tests stop parts of the sites" in words
    for application in ("demo", "listsurf", "nojs", "readify", "spotichat"):
        assert len([test for test in public if f"e2e/test_{application}" in test]) >= (
            2 if application == "demo" else 4
        )
