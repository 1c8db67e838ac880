"""Ctrl-C, SIGTERM and SIGHUP, as wishes."""

import os
import signal
from contextlib import closing

import pytest
from launcher import signals
from launcher.bell import Bell
from launcher.signals import Wishes


@pytest.fixture
def bell():
    with closing(Bell()) as bell:
        yield bell


def receive(number):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_wish_to_stop(bell, number):
    """It is noted, and wakes who waits; handlers from before come back afterwards."""
    before = signal.getsignal(number)
    wishes = Wishes(bell)
    with wishes.heard():
        assert not wishes.stop
        receive(number)
        bell.wait(60)
        assert wishes.stop
        assert not wishes.hurry
    assert signal.getsignal(number) == before


def test_the_same_keystroke_twice_is_no_hurry(bell):
    """Terminal and make may both deliver one Ctrl-C."""
    wishes = Wishes(bell)
    with wishes.heard():
        receive(signal.SIGINT)
        receive(signal.SIGINT)
        assert wishes.stop
        assert not wishes.hurry


def test_a_second_ctrl_c_is_a_hurry(bell, monkeypatch):
    """Who presses it again does not want to wait for the grace period."""
    monkeypatch.setattr(signals, "_SAME_KEYSTROKE_SECONDS", -1.0)
    wishes = Wishes(bell)
    with wishes.heard():
        receive(signal.SIGINT)
        receive(signal.SIGINT)
        assert wishes.hurry


def test_a_second_sigterm_is_no_hurry(bell, monkeypatch):
    """Process managers repeat themselves; data must get their time."""
    monkeypatch.setattr(signals, "_SAME_KEYSTROKE_SECONDS", -1.0)
    wishes = Wishes(bell)
    with wishes.heard():
        receive(signal.SIGTERM)
        receive(signal.SIGTERM)
        assert not wishes.hurry


def test_nohup_is_respected(bell):
    """Under nohup a closed terminal does not stop the suite."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        wishes = Wishes(bell)
        with wishes.heard():
            receive(signal.SIGHUP)
            assert not wishes.stop
    finally:
        signal.signal(signal.SIGHUP, before)
