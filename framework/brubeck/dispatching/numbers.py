"""The numbers of a dispatcher, asked of it over its own socket: for people, and for Prometheus."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import zmq

from brubeck.dispatching import protocol

PATIENCE = 5000  # milliseconds
ANY = "tcp://*"


def ask(address: str, patience: int = PATIENCE) -> dict[str, Any] | None:
    """Return what the dispatcher that is bound to an address has counted; None without an answer."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as asker:
        asker.setsockopt(zmq.LINGER, 0)
        asker.setsockopt(zmq.RCVTIMEO, patience)
        asker.connect(address.replace(ANY, "tcp://127.0.0.1", 1))
        asker.send(protocol.STATISTICS)
        with suppress(zmq.Again):
            answer: dict[str, Any] = json.loads(asker.recv())
            return answer
    return None


class Numbers:
    """What Prometheus is told of the dispatcher at an address: a collector of prometheus-client."""

    def __init__(self, address: str, patience: int = PATIENCE) -> None:
        self._address = address
        self._patience = patience

    def collect(self) -> Iterator[Any]:
        """Ask the dispatcher now; nothing is told of one that does not answer."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        if (counted := ask(self._address, self._patience)) is None:
            return
        for kind, name, what, value in (
            (CounterMetricFamily, "given", "Requests given to workers.", counted["given"]),
            (CounterMetricFamily, "lost", "Requests lost with their workers.", counted["lost"]),
            (GaugeMetricFamily, "in_hand", "Requests that workers have.", counted["in_hand"]),
            (GaugeMetricFamily, "waiting", "Requests nobody has asked for.", counted["waiting"]),
            (GaugeMetricFamily, "workers", "Workers that are here.", len(counted["workers"])),
            (GaugeMetricFamily, "fronts", "Mongrel2 servers known.", len(counted["fronts"])),
        ):
            yield kind(f"brubeck_dispatcher_{name}", what, value=value)


def serve(address: str, port: int) -> None:
    """Show the numbers of the dispatcher at an address, from now on, at a port of all interfaces.

    A thread does it. Raises OSError when the port cannot be had, and ImportError when
    prometheus-client is missing.
    """
    from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server

    registry = CollectorRegistry()
    registry.register(Numbers(address))
    ProcessCollector(registry=registry)
    start_http_server(port, registry=registry)
