"""`python -m launcher.storemetrics PORT` shows Prometheus how Redis, MongoDB and Mongrel2 are.

They have no numbers in its format themselves. Each is asked when Prometheus asks, and one that does
not answer is shown as not up; what it counted is then missing, instead of being zero.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from time import monotonic
from typing import Any

from brubeck.jsonlogs import TEXT, use_log_format
from brubeck.jsonlogs import VARIABLE as LOG_FORMAT
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from redis import Redis, RedisError

PATIENCE = 3.0  # seconds for an answer
MONGREL2 = "mongrel2"  # its host name among containers
FAILURES = (RedisError, PyMongoError, OSError, HTTPException)
# The names of Redis' numbers among those that its command INFO gives.
REDIS_GAUGES = ("used_memory", "maxmemory", "connected_clients", "rdb_changes_since_last_save")
REDIS_COUNTERS = ("total_commands_processed", "expired_keys", "evicted_keys")

log = logging.getLogger("storemetrics")

Numbers = Iterator[Metric]


class Stores:
    """What Prometheus is told: a collector of prometheus-client."""

    def __init__(self, redis: "Redis", mongo: "MongoClient[dict[str, Any]]", site: str) -> None:
        self._redis, self._mongo, self._site = redis, mongo, site

    def collect(self) -> Numbers:
        """Ask all of them now."""
        up = GaugeMetricFamily("store_up", "1 for a server that answers.", labels=["store"])
        sources: Mapping[str, Callable[[], Numbers]] = {
            "redis": self._of_redis,
            "mongo": self._of_mongo,
            "mongrel2": self._of_mongrel2,
        }
        for name, numbers in sources.items():
            found = answered(name, numbers)
            up.add_metric([name], int(found is not None))
            yield from found or ()
        yield up

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()
        self._mongo.close()

    def _of_redis(self) -> Numbers:
        info: Any = self._redis.info("all")
        for name in REDIS_GAUGES:
            yield GaugeMetricFamily(f"redis_{name}", f"{name} of INFO.", info[name])
        for name in REDIS_COUNTERS:
            yield CounterMetricFamily(f"redis_{name}", f"{name} of INFO.", info[name])
        keys = sum(each["keys"] for name, each in info.items() if name.startswith("db"))
        yield GaugeMetricFamily("redis_keys", "Keys in all databases.", keys)

    def _of_mongo(self) -> Numbers:
        status = self._mongo.admin.command("serverStatus")
        connections = status["connections"]["current"]
        yield GaugeMetricFamily("mongo_connections", "Connections of clients.", connections)
        yield GaugeMetricFamily("mongo_uptime_seconds", "Since it was started.", status["uptime"])
        sizes = GaugeMetricFamily("mongo_data_bytes", "Data of a database.", labels=["database"])
        for name in self._mongo.list_database_names():
            sizes.add_metric([name], self._mongo[name].command("dbStats")["dataSize"])
        yield sizes

    def _of_mongrel2(self) -> Numbers:
        """Ask the index for a page, through it: Mongrel2 counts nothing that could be asked for."""
        started = monotonic()
        host, _, port = self._site.rpartition(":")
        connection = HTTPConnection(MONGREL2, int(port), timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"{host}:{port}"})
            status = connection.getresponse().status
        finally:
            connection.close()
        taken = monotonic() - started
        yield GaugeMetricFamily("mongrel2_status", "Of a page behind it.", status)
        yield GaugeMetricFamily("mongrel2_answer_seconds", "Time for that page.", taken)


def answered(name: str, numbers: Callable[[], Iterable[Metric]]) -> list[Metric] | None:
    """Return the numbers of a server, or None when it does not give them."""
    try:
        return list(numbers())
    except FAILURES as error:
        log.warning("%s did not answer: %s", name, error)
        return None


def stores(environ: Mapping[str, str]) -> Stores:
    """Return what asks the servers that the environment names."""
    return Stores(
        Redis.from_url(
            environ["REDIS_URL"], socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ),
        MongoClient(environ["MONGO_URL"], serverSelectionTimeoutMS=int(1000 * PATIENCE)),
        f"{environ.get('SITE_DOMAIN', 'localhost')}:{environ.get('SITE_PORT', '6767')}",
    )


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.exit("Usage: python -m launcher.storemetrics PORT")
    use_log_format(os.environ.get(LOG_FORMAT, TEXT))
    logging.basicConfig(level=logging.INFO)
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    registry = CollectorRegistry()
    with closing(stores(os.environ)) as asked:
        registry.register(asked)
        start_http_server(int(sys.argv[1]), registry=registry)
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
