"""The whole suite as `make demo` starts it, for all attacks that need real servers."""

from collections.abc import Iterator

import pytest
from attacks.target import Target
from e2e.sites import LocalStack


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Give a running suite; in the end every process must be the one that it was."""
    with LocalStack(tmp_path_factory.mktemp("attacked")) as stack:
        target = Target(stack)
        yield target
        assert target.deaths() == []
