#!/usr/bin/env python3
"""Turn the file of Compose into one for `docker stack deploy`, with several Mongrel2 servers.

    docker-compose config | docker/swarm.py --fronts 2 | docker stack deploy -c - brubeck

What Swarm writes otherwise is translated, what it does not know is left out, and what it can do
besides is added: new containers begin before old ones end, a release that does not become well is
taken back, and what keeps data stays on the node that has the label `data=here`.
"""

import argparse
import copy
import json
import re
import sys
from typing import Any

FRONT = "mongrel2"
GRACE = "40s"  # for requests in hand, at the end of a container
DRAIN = "10"  # seconds of it in which a Mongrel2 server ends what it has, while its name is gone
ALL_FRONTS = "fronts"  # the name of all Mongrel2 servers that are well and do not end
COMPOSE_ONLY = ("build", "cpus", "depends_on", "mem_limit", "pids_limit", "restart", "security_opt")
UNIQUE = (FRONT, "mongo", "redis")  # of which two at a time would fight for a port or for data

Service = dict[str, Any]


def stack(document: dict[str, Any], fronts: int, replicas: int) -> dict[str, Any]:
    """Return the document of a stack. `replicas` is how many containers serve each site."""
    services = {
        name: service
        for name, service in document["services"].items()
        if not service.get("profiles")
    }
    translated = {name: translate(name, service, replicas) for name, service in services.items()}
    front = translated.pop(FRONT)
    names = [front_name(number) for number in range(fronts)]
    known = {name: reaching(service, names) for name, service in translated.items()}
    mirrors = {name: mirror(front, number) for number, name in enumerate(names)}
    volumes = {name: {} for name in document.get("volumes", {})}
    return {"version": "3.9", "services": mirrors | known, "volumes": volumes}


def front_name(number: int) -> str:
    """Return the name of a Mongrel2 server: that of Compose for the first, then with a number."""
    return FRONT if number == 0 else f"{FRONT}-{number + 1}"


def translate(name: str, service: Service, replicas: int) -> Service:
    """Return a service as Swarm has it."""
    kept = {key: value for key, value in service.items() if key not in COMPOSE_ONLY}
    memory = kept.pop("tmpfs", [])
    places = [memory] if isinstance(memory, str) else memory
    kept["volumes"] = [
        *kept.get("volumes", []),
        *({"type": "tmpfs", "target": place.partition(":")[0]} for place in places),
    ]
    kept["stop_grace_period"] = GRACE
    kept["deploy"] = deployment(name, service, replicas)
    return kept


def deployment(name: str, service: Service, replicas: int) -> dict[str, Any]:
    """Return how many there are of a service, what each may use, and how it is renewed."""
    is_site = "DISPATCHER" in " ".join(service.get("environment") or {})
    order = "stop-first" if name in UNIQUE or name.endswith("-dispatcher") else "start-first"
    renewal = {"parallelism": 1, "order": order, "monitor": "10s"}
    limits = {
        "cpus": str(service.get("cpus", "")),
        "memory": str(service.get("mem_limit", "")),
        "pids": service.get("pids_limit"),
    }
    has_data = any(not is_from_here(volume) for volume in service.get("volumes", []))
    return {
        "replicas": replicas if is_site else 1,
        # Each name is the addresses of its containers: ZeroMQ keeps its connections by itself.
        "endpoint_mode": "dnsrr",
        "restart_policy": {"condition": "any", "delay": "1s"},
        "update_config": {**renewal, "failure_action": "rollback"},
        "rollback_config": renewal,
        "resources": {"limits": {key: value for key, value in limits.items() if value}},
        "placement": {"constraints": ["node.labels.data == here"] if has_data else []},
    }


def is_from_here(volume: str | dict[str, Any]) -> bool:
    """Say whether a volume is a file or a folder of the machine that deploys."""
    source = volume.get("source", "") if isinstance(volume, dict) else volume.partition(":")[0]
    return source.startswith((".", "/"))


def reaching(service: Service, fronts: list[str]) -> Service:
    """Return a service that serves all Mongrel2 servers, where it served the only one."""
    text = json.dumps(service)
    several = re.sub(
        rf"tcp://{FRONT}:(\d+)",
        lambda found: ",".join(f"tcp://{front}:{found[1]}" for front in fronts),
        text,
    )
    reached: Service = json.loads(several)
    if "/suite/health" in text:
        reached["environment"] = {**reached.get("environment", {}), "FRONT": ALL_FRONTS}
    return reached


def mirror(front: Service, number: int) -> Service:
    """Return one of several Mongrel2 servers, at a port of its own of the node that it is on."""
    one = copy.deepcopy(front)
    one["environment"] = {**front.get("environment", {}), "DRAIN_SECONDS": DRAIN}
    one["networks"] = {"default": {"aliases": [ALL_FRONTS]}}
    one["ports"] = [at_node(port, number) for port in front["ports"]]
    return one


def at_node(port: str | dict[str, Any], number: int) -> dict[str, Any]:
    """Return where a port is published; Swarm knows no addresses, so it is at all of the node's."""
    if isinstance(port, str):
        *_, published, target = port.partition("/")[0].split(":")
    else:
        published, target = str(port["published"]), str(port["target"])
    return {
        "target": int(target),
        "published": int(published) + number,
        "protocol": "tcp",
        "mode": "host",
    }


def read(text: str) -> dict[str, Any]:
    """Return the document that `docker-compose config` has printed, or v2 with `--format json`."""
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError:
        import yaml

        document = yaml.safe_load(text)
    return document


def main() -> None:
    """Translate from stdin to stdout."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fronts", type=int, default=2, help="Mongrel2 servers (2)")
    parser.add_argument("--replicas", type=int, default=2, help="containers of each site (2)")
    options = parser.parse_args()
    document = stack(read(sys.stdin.read()), options.fronts, options.replicas)
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
