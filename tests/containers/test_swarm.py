"""The file of Compose, deployed to a swarm with several Mongrel2 servers: docs/scaling.md."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
from containers.conftest import NO_DOCKER, is_docker_ready
from containers.judging import judge, settings
from containers.swarm import NAME, Swarm, a_swarm_of_one, remove

pytestmark = pytest.mark.timeout(3600)

LISTSURF, NOJS, READIFY = "listsurf.localhost", "nojs.localhost", "readify.localhost"
API, SPOTICHAT = "api.readify.localhost", "spotichat.localhost"
HOSTS = (LISTSURF, NOJS, READIFY, API, SPOTICHAT)
SITES = {
    "listsurf": (LISTSURF, "/login"),
    "readify-web": (READIFY, "/login"),
    "readify-api": (API, "/healthz"),
    "spotichat": (SPOTICHAT, "/about"),
    "nojs": (NOJS, "/trick"),
}
VISITORS = 3


@pytest.fixture(scope="session")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    """Give the running stack, and remove it at the end."""
    if not is_docker_ready():
        pytest.skip(NO_DOCKER)
    with a_swarm_of_one():
        deployed = Swarm(settings(tmp_path_factory.mktemp("swarm")))
        try:
            deployed.deploy()
            yield deployed
        finally:
            remove()


class Visitors:
    """Some people who ask for a page all the time, over a new connection each time."""

    def __init__(self, swarm: Swarm, host: str, path: str, again: Collection[int]) -> None:
        self.answers: list[str] = []
        self.is_over = False
        self._again = again
        self._threads = [
            threading.Thread(target=self._ask, args=(swarm, host, path, number), daemon=True)
            for number in range(VISITORS)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, swarm: Swarm, host: str, path: str, number: int) -> None:
        for turn in cycle(range(len(swarm.ports))):
            if self.is_over:
                return
            try:
                first = (turn + number) % len(swarm.ports)
                self.answers.append(swarm.get(host, path, first, again=self._again))
            except OSError as error:
                self.answers.append(str(error))

    def leave(self) -> None:
        """Take the answers that are on their way, and ask no more."""
        self.is_over = True
        for thread in self._threads:
            thread.join(120)


@contextmanager
def visitors(swarm: Swarm, host: str, path: str, again: Collection[int] = ()) -> Iterator[Visitors]:
    """Have a page asked for while the block runs, at the next server after a status of `again`."""
    crowd = Visitors(swarm, host, path, again)
    try:
        yield crowd
    finally:
        crowd.leave()


def test_every_site_answers_at_every_mongrel2(swarm: Swarm) -> None:
    """Dispatchers and workers have found all of them."""
    for first in range(len(swarm.ports)):
        alone = swarm.ports[first]
        for host in HOSTS:
            assert swarm.get(host, "/healthz", first) == "200", (host, alone)


@pytest.mark.parametrize(("service", "page"), SITES.items(), ids=SITES)
def test_a_rolling_update_of_a_site_fails_no_request(
    service: str, page: tuple[str, str], swarm: Swarm
) -> None:
    """The new container answers before the old one is told to finish."""
    with visitors(swarm, *page) as crowd:
        swarm.renew(service)
    assert swarm.state_of_update(service) == "completed"
    assert len(crowd.answers) > VISITORS
    assert set(crowd.answers) == {"200"}


def test_a_new_dispatcher_fails_no_request(swarm: Swarm) -> None:
    """Requests wait with Mongrel2 while there is none."""
    with visitors(swarm, LISTSURF, "/login") as crowd:
        swarm.renew("listsurf-dispatcher")
    assert swarm.state_of_update("listsurf-dispatcher") == "completed"
    assert set(crowd.answers) == {"200"}


@pytest.mark.parametrize("front", ["mongrel2", "mongrel2-2"])
def test_who_asks_the_other_mongrel2_does_not_notice_that_one_is_renewed(
    front: str, swarm: Swarm
) -> None:
    """It cuts what it has in hand; proxies in front ask again elsewhere, also after a 502."""
    with visitors(swarm, NOJS, "/trick", again={502}) as crowd:
        swarm.renew(front)
    assert swarm.state_of_update(front) == "completed"
    assert set(crowd.answers) == {"200"}
    for first in range(len(swarm.ports)):
        assert swarm.get(NOJS, "/trick", first) == "200"


@pytest.mark.parametrize("front", ["mongrel2", "mongrel2-2"])
def test_a_renewed_mongrel2_fails_no_request_of_who_asks_by_the_common_name(
    front: str, swarm: Swarm
) -> None:
    """It leaves the name first, and ends what it has before it is told to stop."""
    with swarm.neighbours(front) as answers:
        swarm.renew(front)
    assert swarm.state_of_update(front) == "completed"
    assert answers["visitors"].keys() == {"200"}
    assert answers["patient"] == "200"


def test_the_suite_judges_the_swarm(swarm: Swarm) -> None:
    """All stories are true, whichever containers answer."""
    assert judge(swarm.port, f"docker service logs --tail 1000 {NAME}_mongrel2") > 100
