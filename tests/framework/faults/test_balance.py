"""Several workers and several Mongrel2 servers share the work."""

import http.client
import json
from contextlib import ExitStack, closing

import pytest
from framework.conformance.servers import eventually
from framework.faults.sites import Site, get, load, open_client
from ports import free_port

ENOUGH = 400
POLLS = 40


def test_a_slow_worker_gets_less(site: Site) -> None:
    """Who needs 20 ms for each request gets less than half of what the quick one gets."""
    site.add_front()
    site.dispatcher()
    slow = site.worker("slow", SLOW="0.02")
    quick = site.worker("quick")
    with load(site.port, closed=8) as clients:
        eventually(lambda: site.statistics()["given"] > ENOUGH, "enough requests")
        seen = clients.end()
    assert set(seen) == {"right"}
    workers = site.workers()
    given = [workers[str(process.child.pid)]["given"] for process in (slow, quick)]
    assert given[0] < given[1] / 2


def test_held_requests_are_spread(site: Site) -> None:
    """A worker that is warm and has asked for many gets no more polls than a new one."""
    site.add_front()
    site.dispatcher()
    site.worker("warm")
    with load(site.port, closed=4) as clients:
        eventually(lambda: site.statistics()["given"] > ENOUGH, "enough requests")
        clients.end()
    site.worker("fresh")
    with ExitStack() as stack:
        for _ in range(POLLS):
            stack.enter_context(open_client(site.port, get("/poll")))
        eventually(lambda: sum(held(site)) == POLLS, "all polls are held")
        assert min(held(site)) >= POLLS / 4


def held(site: Site) -> list[int]:
    return [worker["held"] for worker in site.workers().values()]


@pytest.mark.parametrize("kind", ["dispatched", "direct"])
def test_no_more_is_in_hand_than_the_pool_has_room_for(site: Site, kind: str) -> None:
    """What is more waits outside until a place is free, and nothing of it is lost."""
    site.add_front()
    if kind == "dispatched":
        site.dispatcher()
        site.worker("worker", POOL="3")
    else:
        site.command("worker", "run", "faults_program:app", *site.addresses, POOL="3")
    site.wait_until_answering()
    words = [f"word{number}" for number in range(8)]
    with ExitStack() as stack:
        clients = {
            word: stack.enter_context(open_client(site.port, get(f"/wait/{word}")))
            for word in words
        }
        served: list[str] = []
        while len(served) < len(words):
            expected = min(3, len(words) - len(served))
            word, *others = begun(site, served, expected)
            assert len(others) == expected - 1
            (site.folder / f"{word}.go").touch()
            assert clients[word].recv(65536).endswith(f'"{word}"'.encode())
            served.append(word)


def begun(site: Site, served: list[str], count: int) -> list[str]:
    """Return the words that are in hand, when so many are."""

    def words() -> list[str]:
        return [path.stem for path in site.folder.glob("*.started") if path.stem not in served]

    eventually(lambda: len(words()) >= count, "places are taken")
    return words()


@pytest.mark.parametrize("kind", ["dispatched", "direct"])
def test_two_fronts_share_a_worker_and_nothing_is_mixed_up(site: Site, kind: str) -> None:
    """Both count their connections from the beginning; each answer finds its own client."""
    fronts = [site.add_front(name) for name in ("one", "two")]
    if kind == "dispatched":
        site.dispatcher()
        site.worker("worker")
    else:
        site.command("worker", "run", "faults_program:app", *site.addresses)
    site.wait_until_answering()
    with ExitStack() as stack:
        asked = [
            (word, stack.enter_context(open_client(front.port, get(f"/wait/{word}"))))
            for number in range(10)
            for front in fronts
            for word in [f"{front.folder.name}{number}"]
        ]
        for word, _ in asked:
            eventually((site.folder / f"{word}.started").exists, "the request is in hand")
        for word, client in reversed(asked):
            (site.folder / f"{word}.go").touch()
            assert client.recv(65536).endswith(json.dumps(word).encode())
        polls = [stack.enter_context(open_client(front.port, get("/poll"))) for front in fronts]
        eventually(lambda: site.get("/state")["parked"] == 2, "both polls are held")
        assert site.get("/tell/both") == 2
        for poll in polls:
            assert poll.recv(65536).endswith(b'"both"')


def test_workers_connect_over_tcp(site: Site) -> None:
    """As from another machine, beside those on this one."""
    site.add_front()
    address = f"tcp://127.0.0.1:{free_port()}"
    bind = f"--bind={site.bind},{address}"
    site.command("dispatcher", "dispatch", *site.addresses, bind)
    near = site.worker("near")
    far = site.command(
        "far", "run", "faults_program:app", site.addresses[1], f"--dispatcher={address}"
    )
    eventually(lambda: str(far.child.pid) in site.workers(), "both are known")
    with load(site.port, closed=8, path="nap") as clients:
        eventually(lambda: site.statistics()["given"] > ENOUGH, "enough requests")
        seen = clients.end()
    assert set(seen) == {"right"}
    workers = site.workers()
    assert all(workers[str(process.child.pid)]["given"] for process in (near, far))


def test_an_application_with_its_own_connection_is_dispatched_to(site: Site) -> None:
    """Without addresses on the command line the workers tell the supervisor where Mongrel2 is."""
    front = site.add_front()
    (site.folder / "own.py").write_text(
        "from faults_program import app\n"
        "from brubeck.connections import Mongrel2Connection\n"
        f"app.msg_conn = Mongrel2Connection({front.pull!r}, {front.pub!r})\n"
    )
    supervisor = site.command("supervisor", "run", "own:app", "--workers=2")
    site.wait_until_answering()
    assert site.get("/echo/own") == "own"
    assert supervisor.text().count("is here.") == 2


def test_workers_may_pull_for_themselves(site: Site) -> None:
    """--direct starts no dispatcher, and both get requests."""
    site.add_front()
    supervisor = site.supervised("--workers=2", "--direct")
    site.wait_until_answering()
    seen: set[int] = set()
    # One connection kept: notices of closed ones would go to every second worker.
    with closing(http.client.HTTPConnection("127.0.0.1", site.port)) as connection:

        def both_have_answered() -> bool:
            connection.request("GET", "/state")
            seen.add(json.loads(connection.getresponse().read())["pid"])
            return len(seen) == 2

        eventually(both_have_answered, "an answer of each")
    assert "is here." not in supervisor.text()
