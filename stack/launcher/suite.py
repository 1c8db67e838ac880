"""The run of the whole suite: stores, Mongrel2, applications, demo data, ready."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

from launcher import companions, mongrel2
from launcher.applications import INDEX, Application
from launcher.errors import LaunchError
from launcher.fleet import Fleet
from launcher.options import Options
from launcher.probe import reachable, status_of
from launcher.processes import Program
from launcher.screen import last_words, say, welcome, without_mongrel2
from launcher.sites import LONGEST_SUFFIX, Site, addresses, environment, listing, plan
from launcher.state import State
from launcher.stores import Store, find_store
from launcher.uploads import sweep

_DEMO_SECONDS = 120.0
_STORE_SECONDS = 30.0


class Suite:
    """Everything that runs together."""

    def __init__(
        self, options: Options, applications: Sequence[Application], environ: Mapping[str, str]
    ) -> None:
        self._options = options
        self._applications = (*applications, INDEX)  # the last one is the default host
        self._environ = environ
        self._transport = _choose_transport(options)
        self._state = State(options.var)
        self._fleet = Fleet(self._state, show_logs=options.screen)
        self._sockets = self._state.run
        self._stores: list[Store] = []
        self._sites: list[Site] = []
        self._demo_notes: dict[str, str] = {}
        self._news: dict[str, dict[str, str]] = {}  # what companions tell their applications

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Hold the state directory inside the block; leave no process and no socket behind it."""
        names = [len(application.name) for application in self._applications]
        with (
            self._fleet.commanded(),
            self._state.held(),
            self._state.sockets(max(names) + LONGEST_SUFFIX) as self._sockets,
            self._no_ready_file_left(),
            self._fleet.stopped_at_the_end(),
        ):
            yield

    def start(self) -> None:
        """Start everything in order, and return when each site answers over HTTP."""
        _require_modules(self._applications)
        names = [application.name for application in self._applications]
        say(f"Starting {', '.join(names)} ...")
        self._sites = plan(self._applications, self._options, self._transport, self._sockets)
        self._start_stores()
        self._start_mongrel2()
        self._start_applications()
        self._fill_in_demo_data()
        self._write_ready_file()
        say(welcome(self._sites, self._stores, self._state, self._demo_notes))

    def watch(self) -> NoReturn:
        """Return never: raise Stopped when somebody asks for the end, LaunchError at a death."""
        self._fleet.watch(partial(sweep, self._state.uploads))

    def _start_stores(self) -> None:
        kinds = {kind for application in self._applications for kind in application.needs}
        for kind in sorted(kinds):
            store = find_store(kind, self._options, self._state, self._sockets)
            if store.command:
                self._fleet.launch("stores", kind, store.command, self._environ)
            self._fleet.wait_for(store.answers, store.name, _STORE_SECONDS)
            self._stores.append(store)

    def _start_mongrel2(self) -> None:
        if self._transport != "mongrel2":
            say(without_mongrel2(self._options))
            return
        configuration = mongrel2.Configuration(
            self._sites, self._options.bind, self._sites[-1].port, mongrel2.descriptors()
        )
        mongrel2.write(configuration, self._state.run)
        self._fleet.launch(
            "mongrel2", "mongrel2", mongrel2.COMMAND, self._environ, cwd=self._state.run
        )

    def _start_applications(self) -> None:
        for site in self._sites:
            self._start_companion(site)
            command = site.application.command
            self._fleet.launch("applications", site.name, command, self._environment(site))
        for site in self._sites:
            self._fleet.wait_for(
                partial(self._works, site), f"{site.address}{site.application.health[1:]}"
            )

    def _start_companion(self, site: Site) -> None:
        companion = site.application.companion
        if companion is not None and companion.is_wanted(self._environ):
            launch = partial(self._fleet.launch, "applications")
            wait = self._fleet.wait_for
            self._news[site.name] = companions.start(companion, self._environ, launch, wait).news

    def _environment(self, site: Site) -> dict[str, str]:
        stores = {store.variable: store.url() or "" for store in self._stores_of(site)}
        result = environment(
            site,
            self._options,
            self._transport,
            secret=self._state.secret(site.application.family),
            stores=stores,
            base=self._environ,
        )
        result |= self._news.get(site.name, {}) | addresses(site, self._sites)
        result["UPLOADS"] = str(self._state.uploads)
        result["CONTROL_ADDRESS"] = f"ipc://{self._state.run}/mongrel2.control"
        if site.application is INDEX:
            result["INDEX_SITES"] = listing(self._sites[:-1], reachable(self._options.bind))
        return result

    def _stores_of(self, site: Site) -> list[Store]:
        return [store for store in self._stores if store.kind in site.application.needs]

    def _works(self, site: Site) -> bool:
        health = site.application.health
        return status_of(self._options.bind, site.port, site.host, health) == 200

    def _fill_in_demo_data(self) -> None:
        for site in self._sites if self._options.demo_data else ():
            if site.application.demo_data:
                # Noted beside the data, so that the note vanishes with them.
                homes = [store.home for store in self._stores_of(site)] or [self._state.directory]
                note = homes[0] / "demo-data" / f"{site.name}.txt"
                if not note.exists():
                    self._run_demo_data(site, note)
                self._demo_notes[site.name] = note.read_text(encoding="utf-8", errors="replace")

    def _run_demo_data(self, site: Site, note: Path) -> None:
        """Fill in one site's demo data, and keep what its command says: how to log in, say."""
        command = (sys.executable, "-m", site.application.module, "demo-data")
        name, said = f"{site.name}-demo-data", self._state.run / "demo-data.txt"
        program = self._fleet.run_to_end(
            name, command, self._environment(site), _DEMO_SECONDS, output=said
        )
        if program.returncode != 0:
            raise LaunchError(_no_demo_data(program))
        note.parent.mkdir(exist_ok=True)
        shutil.move(said, note)

    def _write_ready_file(self) -> None:
        if path := self._options.ready_file:
            draft = path.with_name(path.name + ".new")
            draft.write_text(json.dumps(self._facts(), indent=2), encoding="utf-8")
            draft.replace(path)

    def _facts(self) -> dict[str, object]:
        facts: dict[str, object] = {
            "addresses": {
                site.name: site.address for site in self._sites if site.application.listed
            },
            "pids": {program.name: program.pid for program in self._fleet.programs},
            "launcher_pid": os.getpid(),
            "transport": self._transport,
            "logs": str(self._state.logs),
        }
        return facts | {store.variable.lower(): store.url() for store in self._stores}

    @contextmanager
    def _no_ready_file_left(self) -> Iterator[None]:
        try:
            yield
        finally:
            if path := self._options.ready_file:
                path.unlink(missing_ok=True)


def _choose_transport(options: Options) -> str:
    if options.transport == "mongrel2" and not mongrel2.installed():
        raise LaunchError(
            "mongrel2 or m2sh was not found. Install both (sudo apt-get install mongrel2-core), "
            "or do without: --transport wsgi"
        )
    if options.transport == "auto":
        return "mongrel2" if mongrel2.installed() else "wsgi"
    return options.transport


def _require_modules(applications: Sequence[Application]) -> None:
    for application in applications:
        if not _is_installed(application.module):
            raise LaunchError(
                f"The Python package {application.module} is not installed. "
                "Install all that the suite needs with: python3 stack/bootstrap.py demo"
            )


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


def _no_demo_data(program: Program) -> str:
    return (
        f"The demo data could not be filled in ({program.name}: {program.how_it_ended}). "
        f"{last_words(program)}\n"
        "To start without them: python -m launcher --no-demo-data"
    )
