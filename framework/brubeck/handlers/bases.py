"""How handler classes combine."""

from typing import Any


class HandlerType(type):
    """Allow a handler's bases in any order that a reader would write.

    `class Page(WebMessageHandler, Jinja2Rendering)` names a parent before its own child, which
    Python refuses (no consistent method order). The parent adds nothing that the child does not
    bring along, so it is left out, and the child's methods win.
    """

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> "HandlerType":
        """Create a handler class without the bases that a later base brings along."""
        return super().__new__(mcs, name, _without_ancestors(bases), namespace, **options)


def _without_ancestors(bases: tuple[type, ...]) -> tuple[type, ...]:
    return tuple(
        base
        for position, base in enumerate(bases)
        if not any(_is_ancestor(base, later) for later in bases[position + 1 :])
    )


def _is_ancestor(base: type, other: type) -> bool:
    return other is not base and issubclass(other, base)
