"""Documents that belong to whoever is signed in, and to nobody else's eyes."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from brubeck.handlers.hooks import call_render_error

Arguments = ParamSpec("Arguments")
Handler = TypeVar("Handler", bound="Ownership")


def for_owner(
    method: Callable[Concatenate[Handler, Arguments], Any],
) -> Callable[Concatenate[Handler, Arguments], Any]:
    """Run an API's method only for somebody who is signed in, if its documents have owners."""

    @functools.wraps(method)
    def wrapper(self: Handler, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        if self.owner_field is None:
            return method(self, *args, **kwargs)
        self.is_personal = True
        if self.owner is None:
            hook = getattr(self, "auth_error", None)
            return call_render_error(self, self._AUTH_FAILURE, hook)
        return method(self, *args, **kwargs)

    return wrapper


def owner_key(model: Any, owner_field: str) -> str:
    """Return the name under which stored dicts and schemas have a model's field."""
    field = model._plan.fields[owner_field]  # noqa: SLF001 - DictShield's interface
    return field.uniq_field or owner_field


class Ownership:
    """Gives an API its `owner_field`; without one, documents belong to everybody."""

    model: Any
    is_personal: bool
    _AUTH_FAILURE: int

    owner_field: str | None = None
    """The model's field that holds the owner's id, or None."""

    security_scheme: ClassVar[dict[str, Any] | None] = None
    """How OpenAPI calls what tells who is signed in; None stands for the session's cookie."""

    def current_owner(self) -> Any:
        """Return the id of whoever is signed in, or None. Override it where others know.

        That is the id of `current_user`, or `current_user` itself if it has none (as where it is
        a name), or else the `user_id` of the session.
        """
        user = getattr(self, "current_user", None)
        if isinstance(user, Mapping):
            return user.get("id", user.get("_id"))
        if user:
            return getattr(user, "id", user)
        return getattr(getattr(self, "session", None), "user_id", None)

    @functools.cached_property
    def owner(self) -> Any:
        """The id of the owner as documents keep it, or None for strangers."""
        found = self.current_owner()
        if found is None or found == "":
            return None
        # A document knows what its field makes of the id, such as a UUID of text.
        document = self.model()
        document[self.owner_field] = found
        return document[self.owner_field]

    @property
    def _owner_key(self) -> str:
        """The key of the owner in stored dicts."""
        return owner_key(self.model, str(self.owner_field))

    def _is_ours(self, stored: dict[str, Any]) -> bool:
        """Tell whether a stored dict belongs to who asks; without owners, all do."""
        return self.owner_field is None or str(stored.get(self._owner_key)) == str(self.owner)
