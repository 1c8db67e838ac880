"""All programs of one run: started in stages, watched together, stopped in reverse."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NoReturn

from honcho.colour import get_colours

from launcher import processes
from launcher.bell import Bell
from launcher.errors import LaunchError, Stopped
from launcher.logs import Log, Screen
from launcher.processes import Program
from launcher.screen import died, last_words
from launcher.signals import Wishes
from launcher.state import State

Stage = Literal["stores", "mongrel2", "applications"]

# In the order of the start, with the seconds each may take for its end.
_GRACE_SECONDS: dict[Stage, float] = {"stores": 20.0, "mongrel2": 5.0, "applications": 10.0}
_ANSWER_SECONDS = 60.0


class Fleet:
    """The started programs. Waiting ends early when one of them dies or somebody says stop."""

    def __init__(self, state: State, *, show_logs: bool) -> None:
        self._state = state
        self._screen = Screen(shown=show_logs)
        self._colours = get_colours()
        self._bell = Bell()
        self._wishes = Wishes(self._bell)
        self._stages: dict[Stage, list[Program]] = {stage: [] for stage in _GRACE_SECONDS}

    @contextmanager
    def commanded(self) -> Iterator[None]:
        """Listen to Ctrl-C and SIGTERM inside the block."""
        with closing(self._bell), self._wishes.heard():
            yield

    @contextmanager
    def stopped_at_the_end(self) -> Iterator[None]:
        """Stop every program at the end of the block."""
        try:
            yield
        finally:
            self._stop()

    @property
    def programs(self) -> list[Program]:
        """All that are meant to run now."""
        return [program for stage in self._stages.values() for program in stage]

    def launch(
        self,
        stage: Stage,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        cwd: Path | None = None,
        output: Path | None = None,
    ) -> Program:
        """Start a program that is to run until the suite stops; here unless ``cwd`` is given."""
        program = Program(
            name,
            command,
            environ=environ,
            cwd=cwd or Path.cwd(),
            log=Log(self._state.logs / f"{name}.log"),
            screen=self._screen,
            bell=self._bell,
            colour=next(self._colours),
            output=output,
        )
        self._stages[stage].append(program)
        program.start()
        return program

    def run_to_end(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        seconds: float,
        output: Path,
    ) -> Program:
        """Run a program that is to end by itself; after this time it is stopped."""
        program = self.launch("applications", name, command, environ, output=output)
        deadline = time.monotonic() + seconds
        while not program.ended and time.monotonic() < deadline:
            self._check(but=program)
            self._bell.wait(0.1)
        processes.stop([program], 1.0, self._bell, self._in_a_hurry)
        self._stages["applications"].remove(program)
        program.log.close()
        return program

    def wait_for(
        self, condition: Callable[[], bool], what: str, seconds: float = _ANSWER_SECONDS
    ) -> None:
        """Wait until this is so.

        Raises Stopped when somebody asks for the end, and LaunchError when a program dies or
        ``what`` (a name with its address) does not answer in time.
        """
        deadline = time.monotonic() + seconds
        self._check()
        while not condition():
            self._check()
            if time.monotonic() > deadline:
                raise LaunchError(self._silence_of(what, seconds))
            self._bell.wait(0.05)

    def watch(self, chore: Callable[[], None]) -> NoReturn:
        """Return never: raise Stopped or LaunchError when the run is over; do a chore meanwhile."""
        while True:
            self._check()
            chore()
            self._bell.wait(0.5)

    def _check(self, but: Program | None = None) -> None:
        if self._wishes.stop:
            raise Stopped
        for program in self.programs:
            if program is not but and program.ended:
                raise LaunchError(died(program))

    def _silence_of(self, what: str, seconds: float) -> str:
        logs = [f"{program.name}: {last_words(program)}" for program in self.programs]
        return "\n".join([f"{what} did not answer within {seconds:.0f} seconds.", *logs])

    def _in_a_hurry(self) -> bool:
        return self._wishes.hurry

    def _stop(self) -> None:
        for stage in reversed(self._stages):
            programs = self._stages[stage]
            processes.stop(programs, _GRACE_SECONDS[stage], self._bell, self._in_a_hurry)
        for program in self.programs:
            program.log.close()
