"""Contract section 1: where programs find things, beyond the names in test_imports.py."""

from importlib import import_module
from typing import Any

import pytest
from brubeck import queryset, request_handling


@pytest.mark.parametrize(
    ("module", "name"),
    [("base", "AbstractQueryset"), ("dict", "DictQueryset"), ("redis", "RedisQueryset")],
)
def test_querysets_live_in_a_package_and_in_its_modules(module: str, name: str) -> None:
    """One module until July 2012, three afterwards: the same class by either path (section 1)."""
    part = import_module(f"brubeck.queryset.{module}")
    assert getattr(part, name) is getattr(queryset, name)


def test_a_star_brings_what_programs_need() -> None:
    """`from brubeck.request_handling import *` was common: it brings every public name (section 1)."""
    brought: dict[str, Any] = {}
    exec("from brubeck.request_handling import *", brought)  # noqa: S102  the import of the time
    assert set(request_handling.__all__) <= set(brought)
    assert {"Brubeck", "WebMessageHandler", "http_response", "render", "coro_spawn"} <= set(brought)


def test_the_original_never_had_these() -> None:
    """Names that only later texts invented stay free for programs (section 1)."""
    assert not hasattr(request_handling.Request, "full_url")
    assert not hasattr(request_handling.Request, "create_request")
