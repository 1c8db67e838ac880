"""`brubeck new`: a project that starts and whose tests pass."""

import argparse
import keyword
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brubeck.cli.errors import CommandError
from brubeck.cli.skeleton import FILES

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
PLACEHOLDER = "PROJECT"


def add_parser(commands: Any) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser("new", help="begin a project in a new directory")
    parser.add_argument("name", metavar="NAME", help="name of the project and of its package")
    parser.set_defaults(command=begin)


def begin(options: argparse.Namespace) -> int:
    """Create the project below the current directory; returns 0."""
    name = options.name
    check_name(name)
    create(Path(name), name)
    print(  # noqa: T201  a CLI's answer
        f"Created {name}. Start it with:\n\n"
        f"  cd {name}\n"
        f"  brubeck run {name}.app:create_app --reload\n\n"
        "The commands for everything else are in its README.md."
    )
    return 0


def check_name(name: str) -> None:
    """Raise CommandError for a name that no package may have, or that would hide another."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CommandError(
            f"{name!r} cannot be the name of a package. Use up to 50 small letters, digits "
            "and underscores, beginning with a letter, and no word of Python's own."
        )
    if name in {"tests", "test"} or name in sys.stdlib_module_names or _is_installed(name):
        raise CommandError(
            f"{name!r} would hide the package {name} that exists already. Choose another name."
        )


def _is_installed(name: str) -> bool:
    """Say whether a package can be imported that is not the project itself in this directory."""
    spec = find_spec(name)
    return spec is not None and spec.origin is not None


def create(directory: Path, name: str) -> None:
    """Write all files; nothing stays behind if that fails.

    Raises CommandError when the directory exists or cannot be made.
    """
    try:
        directory.mkdir()
    except FileExistsError:
        raise CommandError(
            f"{directory} exists already and is left as it is. "
            "Choose another name, or remove it first."
        ) from None
    except OSError as error:
        raise CommandError(
            f"{directory} cannot be made: {error.strerror}. Change to another directory."
        ) from error
    try:
        for path, text in FILES.items():
            _write(directory / path.replace(PLACEHOLDER, name), text.replace(PLACEHOLDER, name))
    except OSError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise CommandError(
            f"{directory} cannot be filled: {error.strerror}. Make room and try again."
        ) from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
