"""The suite in containers keeps the promises of docs/containers.md."""

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from containers.judging import judge
from containers.stack import ROOT, Containers
from launcher.containers import places
from launcher.sites import Site

LISTSURF, NOJS = "listsurf.localhost", "nojs.localhost"
READIFY, API, SPOTICHAT = "readify.localhost", "api.readify.localhost", "spotichat.localhost"
HOSTS = (LISTSURF, NOJS, READIFY, API, SPOTICHAT)
SERVED_BY_MANY = {
    "listsurf": LISTSURF,
    "readify-web": READIFY,
    "readify-api": API,
    "spotichat": SPOTICHAT,
    "nojs": NOJS,
}
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DEMO_PAGE = "/u/demo"  # of Listsurf's demo user

pytestmark = pytest.mark.timeout(3600)


class Load(threading.Thread):
    """Somebody who asks for a page again and again, over a new connection each time."""

    def __init__(self, containers: Containers, host: str, path: str) -> None:
        super().__init__(daemon=True)
        self.containers, self.host, self.path = containers, host, path
        self.statuses: list[int] = []
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            try:
                self.statuses.append(self.containers.get(self.host, self.path)[0])
            except OSError:
                self.statuses.append(0)

    @property
    def failures(self) -> int:
        """How many of the answers so far were none."""
        return sum(status != 200 for status in self.statuses)


@contextmanager
def load(containers: Containers, host: str, path: str) -> Iterator[Load]:
    """Ask for a page while the block runs."""
    visitor = Load(containers, host, path)
    visitor.start()
    try:
        yield visitor
    finally:
        visitor.is_over = True
        visitor.join(60)


@pytest.mark.parametrize("site", places("localhost", 6767), ids=lambda site: site.name)
def test_mongrel2_and_the_file_of_compose_mean_the_same_ports(site: Site) -> None:
    """Where Mongrel2 waits for an application is where the application, or its dispatcher, goes."""
    for address in (site.pull, site.pub):
        assert f"tcp://mongrel2:{address.rpartition(':')[2]}" in COMPOSE


def test_nothing_but_mongrel2_is_published_and_that_to_this_machine(containers: Containers) -> None:
    """Databases and workers are reached by containers alone."""
    shown = containers.compose("ps")
    assert re.findall(r"\S+->\S+", shown) == [f"127.0.0.1:{containers.port}->{containers.port}/tcp"]


def test_all_sites_answer_and_the_index_says_so(containers: Containers) -> None:
    """The first page that people see lists what runs."""
    status, page = containers.get("localhost", "/")
    assert status == 200
    for host in HOSTS:
        assert f"http://{host}:{containers.port}/" in page
        assert containers.get(host, "/readyz")[0] == 200


def test_the_documentation_is_there(containers: Containers) -> None:
    """It is built with the image, and the index shows it."""
    status, page = containers.get("docs.localhost", "/")
    assert status == 200
    assert "<title>Documentation - Brubeck</title>" in page
    assert containers.get("docs.localhost", "/containers.html")[0] == 200


@pytest.mark.parametrize(
    "service", ["mongrel2", "listsurf", "listsurf-dispatcher", "nojs", "index"]
)
def test_nobody_is_root_and_nothing_can_be_written(service: str, containers: Containers) -> None:
    """Whoever breaks into a process finds little to do (CWE-250)."""
    assert containers.compose("exec", "-T", service, "id", "-u").strip() == "10001"
    with pytest.raises(AssertionError, match="Read-only file system"):
        containers.compose("exec", "-T", service, "touch", "/somewhere")


def test_the_stories_of_the_browsers_are_true_in_containers(containers: Containers) -> None:
    """The suite that judges a local run judges these addresses as well."""
    logs = f"docker-compose --project-name {containers.project} logs"
    assert judge(containers.port, logs) > 100


@pytest.mark.parametrize(("application", "host"), SERVED_BY_MANY.items())
def test_a_site_served_by_three_does_not_notice_that_one_is_stopped(
    application: str, host: str, containers: Containers
) -> None:
    """A container that is stopped takes nothing new and finishes what it has."""
    containers.compose("up", "-d", "--no-build", "--no-recreate", "--scale", f"{application}=3")
    containers.wait_until_healthy(application)
    first, *_ = containers.ids(application)
    with load(containers, host, "/readyz") as visitor:
        containers.docker("stop", "--time", "10", first)
    assert len(visitor.statuses) > 10
    assert visitor.failures == 0


@pytest.mark.parametrize(("application", "host"), SERVED_BY_MANY.items())
def test_a_site_served_by_three_loses_what_a_killed_one_had_in_hand_and_no_more(
    application: str, host: str, containers: Containers
) -> None:
    """One visitor has one request in hand at a time."""
    containers.compose("up", "-d", "--no-build", "--scale", f"{application}=3")
    containers.wait_until_healthy(application)
    first, *_ = containers.ids(application)
    with load(containers, host, "/readyz") as visitor:
        containers.docker("kill", first)
        containers.compose("up", "-d", "--no-build", "--scale", f"{application}=3")
        containers.wait_until_healthy(application)
    assert visitor.failures <= 1


@pytest.mark.parametrize(("store", "host"), [("mongo", LISTSURF), ("redis", NOJS)])
def test_a_store_that_is_restarted_is_found_again(
    store: str, host: str, containers: Containers
) -> None:
    """Without a restart of the sites."""
    containers.compose("restart", store)
    containers.wait_until_healthy()
    assert containers.get(host, "/readyz")[0] == 200


def test_what_was_stored_is_there_after_down_and_up(containers: Containers) -> None:
    """Containers go, volumes stay."""
    before = containers.get(LISTSURF, DEMO_PAGE), containers.get(NOJS, "/lobby")[0]
    assert before[0][0] == 200
    containers.compose("--profile", "metrics", "down", "--timeout", "10")
    containers.compose("up", "-d", "--no-build")
    containers.wait_until_healthy()
    links = re.findall('https?://[^"]+', before[0][1])
    status, page = containers.get(LISTSURF, DEMO_PAGE)
    assert status == 200
    assert re.findall('https?://[^"]+', page) == links


def test_the_images_hold_no_secret_and_no_certificate_of_the_machine() -> None:
    """What an image is made of is in the repository, or comes from Debian and the lock file."""
    listed = subprocess.run(
        ["git", "ls-files", "docker", "docker-compose*.yml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert listed
    texts = "".join((ROOT / name).read_text() for name in listed)
    assert not re.search(r"BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)|password\s*[:=]\s*\S", texts)
