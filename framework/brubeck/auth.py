"""Who is asking: decorators for handlers, and the user behind a request."""

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from brubeck.handlers.hooks import call_render_error
from brubeck.passwords import (
    BCRYPT,
    PASSWD_DELIM,
    build_passwd_line,
    gen_hexdigest,
    split_passwd_line,
)

if TYPE_CHECKING:
    from brubeck.models import User, UserProfile

__all__ = [
    "BCRYPT",
    "PASSWD_DELIM",
    "User",
    "UserHandlingMixin",
    "UserProfile",
    "authenticated",
    "build_passwd_line",
    "gen_hexdigest",
    "split_passwd_line",
    "web_authenticated",
]

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Handler = TypeVar("Handler", bound=Any)


def authenticated(
    method: Callable[Concatenate[Handler, Arguments], Any],
) -> Callable[Concatenate[Handler, Arguments], Any]:
    """Run a handler's method only for a known user; anyone else gets the status for that.

    The handler's `auth_error`, if it has one, may add to the answer.
    """

    @functools.wraps(method)
    def wrapper(self: Handler, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        if not _user_of(self):
            return _refuse(self)
        return method(self, *args, **kwargs)

    return wrapper


def web_authenticated(
    method: Callable[Concatenate[Handler, Arguments], Any],
) -> Callable[Concatenate[Handler, Arguments], Any]:
    """Run a handler's method only for a known user; send anyone else to the login page.

    That is the application's `login_url`, or the handler's own if it has one: a property may
    add the address to come back to.
    """

    @functools.wraps(method)
    def wrapper(self: Handler, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        if _user_of(self):
            return method(self, *args, **kwargs)
        login_url = getattr(self, "login_url", self.application.login_url)
        if login_url:
            return self.redirect(login_url)
        logger.error("No login page to redirect to. Pass login_url=... to Brubeck(...).")
        return _refuse(self)

    return wrapper


def _user_of(handler: Any) -> Any:
    try:
        return handler.current_user
    except AttributeError as error:
        if error.name != "current_user" or error.obj is not handler:
            raise
        raise RuntimeError(
            f"{type(handler).__name__} cannot tell who is asking. Add UserHandlingMixin to its bases, "
            "and have its get_current_user() return the user."
        ) from error


def _refuse(handler: Any) -> Any:
    hook = getattr(handler, "auth_error", None)
    return call_render_error(handler, handler._AUTH_FAILURE, hook)  # noqa: SLF001 - contract


class UserHandlingMixin:
    """`current_user` and `current_userprofile`, looked up once for each request."""

    _current_user: Any
    _current_userprofile: Any

    @property
    def current_user(self) -> Any:
        """The user behind the request, or None."""
        if not hasattr(self, "_current_user"):
            self._current_user = self.get_current_user()
        return self._current_user

    @property
    def current_userprofile(self) -> Any:
        """The profile of the user behind the request, or None."""
        if not hasattr(self, "_current_userprofile"):
            self._current_userprofile = self.get_current_userprofile()
        return self._current_userprofile

    def get_current_user(self) -> Any:
        """Find the user behind the request. Override it; None means that nobody is logged in."""
        return None

    def get_current_userprofile(self) -> Any:
        """Find the profile of the user behind the request. Override it."""
        return None

    def auth_error(self) -> None:
        """Add to the answer that refuses a request, such as a header."""


def __getattr__(name: str) -> Any:
    # Lazily, because brubeck.models needs this package's password functions itself.
    if name in {"User", "UserProfile"}:
        from brubeck import models

        return getattr(models, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
