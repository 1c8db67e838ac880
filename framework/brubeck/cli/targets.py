"""MODULE:NAME on the command line, and the application that it names."""

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeGuard

from brubeck.cli.errors import CommandError
from brubeck.settings import SettingsError

if TYPE_CHECKING:
    from brubeck.application import Brubeck

HELP = "an application, or a function without arguments that makes one, for example shop.app:app"


def load_application(target: str) -> "Brubeck":
    """Import MODULE and return the application NAME. Raises CommandError when that fails."""
    module_name, _, name = target.partition(":")
    if not module_name or not name:
        raise CommandError(f"{target!r} names no application. Write MODULE:NAME: {HELP}.")
    module = _module(module_name)
    value = _attribute(module, name)
    return value if _is_application(value) else _made_by(value, target)


def _module(name: str) -> ModuleType:
    directory = str(Path.cwd())
    if directory not in sys.path:
        sys.path.insert(0, directory)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise _not_found(name, error) from error
    except SettingsError as error:  # says by itself what to set
        raise CommandError(str(error)) from error
    except Exception as error:
        traceback.print_exc()
        raise CommandError(
            f"{name} could not be imported: {type(error).__name__}: {error}. "
            "Correct the line that is named last above, and start again."
        ) from error


def _not_found(name: str, error: ModuleNotFoundError) -> CommandError:
    missing = error.name or str(error)
    if name == missing or name.startswith(f"{missing}."):
        return CommandError(
            f"There is no module {name}. "
            f"Start in the directory that contains {name.partition('.')[0]}, or check the spelling."
        )
    return CommandError(
        f"{name} needs the module {missing}, which is not to be found. Check its spelling. "
        f"If it is yours, start in the directory that contains {missing.partition('.')[0]}; "
        "if it is a library, install it."
    )


def _attribute(module: ModuleType, name: str) -> object:
    try:
        return getattr(module, name)
    except AttributeError:
        known = ", ".join(f"{module.__name__}:{each}" for each in _candidates(module))
        advice = f"Did you mean {known}?" if known else "Make a brubeck.application.Brubeck there."
        raise CommandError(f"The module {module.__name__} has no {name}. {advice}") from None


def _candidates(module: ModuleType) -> list[str]:
    """Return names in a module that could have been meant."""
    return [
        name
        for name, value in vars(module).items()
        if _is_application(value)
        or (inspect.isfunction(value) and value.__module__ == module.__name__ and "app" in name)
    ]


def _is_application(value: object) -> "TypeGuard[Brubeck]":
    from brubeck.application import Brubeck  # chooses the coroutine library if nobody has

    return isinstance(value, Brubeck)


def _made_by(factory: object, target: str) -> "Brubeck":
    if not callable(factory):
        raise CommandError(
            f"{target} is a {type(factory).__name__}, not an application. Name {HELP}."
        )
    value = _called(factory, target)
    if not _is_application(value):
        raise CommandError(
            f"{target}() returned a {type(value).__name__}, not an application. "
            "Have it return the Brubeck object that it makes."
        )
    return value


def _called(factory: Callable[..., object], target: str) -> object:
    _check_callable_without_arguments(factory, target)
    try:
        return factory()
    except SettingsError as error:  # says by itself what to set
        raise CommandError(str(error)) from error
    except Exception as error:
        traceback.print_exc()
        raise CommandError(
            f"{target}() failed: {type(error).__name__}: {error}. "
            "Correct the line that is named last above, and start again."
        ) from error


def _check_callable_without_arguments(factory: Callable[..., object], target: str) -> None:
    try:
        inspect.signature(factory).bind()
    except TypeError as error:
        raise CommandError(
            f"{target} cannot be called without arguments: {error}. Give its parameters defaults."
        ) from None
    except ValueError:
        return  # some built-in callables do not tell; the call will
