"""Functions that an application calls around every request."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class Hooks(list[Function]):
    """A list of functions in the order in which they run.

    Calling it with a function appends that, so that it can decorate.
    """

    def __call__(self, function: Function) -> Function:
        """Append a function, and return it."""
        self.append(function)
        return function
