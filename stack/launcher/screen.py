"""What the launcher itself tells the person who started it."""

import sys
from collections.abc import Mapping, Sequence

from launcher.options import Options
from launcher.processes import Program
from launcher.sites import Site
from launcher.state import State
from launcher.stores import Store


def say(text: str) -> None:
    """Print for people. A closed terminal must not keep the suite from stopping in order."""
    try:
        print(text, flush=True)  # noqa: T201 - this is the command line's one voice
    except OSError:
        sys.stdout = None  # nobody reads it any more


def welcome(
    sites: Sequence[Site], stores: Sequence[Store], state: State, demo_notes: Mapping[str, str]
) -> str:
    """Return what is shown once everything answers."""
    shown = [site for site in sites if site.application.listed]
    width = max(len(_documentation(shown[-1])), *(len(site.address) for site in shown))
    lines = ["", "Running. Open one of these in a browser:", ""]
    for site in shown:
        lines.append(f"  {site.address:{width}}  {site.application.description}")
        lines += [f"  {'':{width}}  {line}" for line in demo_notes.get(site.name, "").splitlines()]
    lines.append(f"  {_documentation(shown[-1]):{width}}  The documentation of all of it.")
    lines += ["", *(f"{store.variable}: {store.note}." for store in stores)]
    lines += [f"Logs: {state.logs}", "Ctrl-C stops everything; the data stay.", ""]
    return "\n".join(lines)


def _documentation(index: Site) -> str:
    """Return where the index shows the documentation: it answers at that name, too."""
    return index.address.replace("//", "//docs.", 1)


def last_words(program: Program) -> str:
    """Return the last lines of a program's output and where to find all of it."""
    lines = "\n".join(f"    {line}" for line in program.log.tail) or "    (it wrote nothing)"
    return f"Its last lines (all of them are in {program.log.path}):\n{lines}"


def died(program: Program) -> str:
    """Return the report on a program that ended although nobody asked it to."""
    return (
        f"{program.name} ended unexpectedly ({program.how_it_ended}). {last_words(program)}\n"
        "The suite stops, because it is incomplete without it. "
        "Mend what these lines name, then start the suite again."
    )


def without_mongrel2(options: Options) -> str:
    """Return the notice that requests go straight to the applications."""
    why = "was not asked for" if options.transport == "wsgi" else "is not installed"
    return f"Mongrel2 {why}: the applications answer HTTP themselves (WSGI), at the same addresses."
