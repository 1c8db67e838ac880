"""Programs beside an application."""

import json

from launcher.companions import Beside, Companion

SERVICE = Companion(
    "samplecompanion", ("SERVICE_URL",), {"SERVICE_KEY": "sample"}, real="SERVICE_KEY"
)


def test_a_companion_is_for_those_without_the_real_thing():
    """Whoever has a key of his own is not given a stand-in."""
    assert SERVICE.is_wanted({})
    assert SERVICE.is_wanted({"SERVICE_KEY": ""})
    assert not SERVICE.is_wanted({"SERVICE_KEY": "my own"})


def test_both_sides_learn_the_address():
    """The companion is told its port, the application where that is."""
    beside = Beside(SERVICE, 8123)
    assert beside.environment["SAMPLECOMPANION_PORT"] == "8123"
    assert beside.news == {"SERVICE_URL": "http://127.0.0.1:8123", "SERVICE_KEY": "sample"}
    assert beside.command[1:] == ("-m", "samplecompanion")


def test_nobody_answers_for_a_companion_that_does_not_run():
    """Port 1 is nobody's."""
    assert not Beside(SERVICE, 1).answers()


def test_a_companion_runs_while_its_application_does(launch, fetch):
    """It is started first, the application knows its address, and both end together."""
    run = launch("--apps", "accompanied")
    facts = run.ready()
    assert "samplecompanion" in facts["pids"]
    _, body = fetch(facts["addresses"]["accompanied"])
    told = json.loads(body)["environment"]
    assert told["SERVICE_KEY"] == "sample"
    status, _ = fetch(told["SERVICE_URL"] + "/", "/healthz")
    assert status == 200
    assert run.end() == 0
    run.leaves_nothing()


def test_somebody_with_the_real_thing_gets_no_companion(launch, fetch):
    """His own key stays, and nothing is started."""
    facts = launch("--apps", "accompanied", SERVICE_KEY="my own").ready()
    assert "samplecompanion" not in facts["pids"]
    _, body = fetch(facts["addresses"]["accompanied"])
    told = json.loads(body)["environment"]
    assert told["SERVICE_KEY"] == "my own"
    assert "SERVICE_URL" not in told
