"""Promises of brubeck.dispatching.numbers."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import brubeck
from brubeck.dispatching.numbers import Numbers, ask
from framework.test_metricsport import PATIENCE, text_of
from ports import free_port

FRAMEWORK = Path(brubeck.__file__).parents[1]


def started(folder: Path, port: int, bind: str) -> "subprocess.Popen[str]":
    """Start a dispatcher."""
    options = [f"--pull=ipc://{folder}/in", f"--pub=ipc://{folder}/out", f"--bind={bind}"]
    return subprocess.Popen(
        [sys.executable, "-m", "brubeck", "dispatch", *options, f"--metrics-port={port}"],
        env=os.environ | {"PYTHONPATH": str(FRAMEWORK)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_prometheus_is_told_what_a_dispatcher_has_counted(tmp_path: Path) -> None:
    """At a port of its own, with the memory of the process; the end is not held up by that."""
    port = free_port()
    with started(tmp_path, port, f"tcp://*:{free_port()}") as process:
        numbers = text_of(port, "/metrics")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "\nbrubeck_dispatcher_given_total 0.0\n" in numbers
    assert "\nbrubeck_dispatcher_workers 0.0\n" in numbers
    assert "\nprocess_resident_memory_bytes " in numbers


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    """With what to do about it, and exit code 2."""
    port = free_port()
    with started(tmp_path, port, f"ipc://{tmp_path}/one") as first:
        text_of(port, "/metrics")
        with started(tmp_path, port, f"ipc://{tmp_path}/two") as second:
            assert second.wait(PATIENCE) == 2
            assert second.stderr is not None
            assert "Give --metrics-port one that is free." in second.stderr.read()
        first.terminate()


def test_a_dispatcher_that_does_not_answer_has_no_numbers(tmp_path: Path) -> None:
    """Prometheus is told nothing rather than zeros."""
    address = f"ipc://{tmp_path}/nobody"
    assert ask(address, 10) is None
    assert not list(Numbers(address, 10).collect())
