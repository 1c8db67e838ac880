from dataclasses import FrozenInstanceError

import pytest
from brubeck.limits import DEFAULT_LIMITS, Limits


def test_limits_have_safe_defaults() -> None:
    """An application that says nothing accepts a megabyte, and not much of anything else."""
    assert (
        Limits(
            body=1_048_576,
            arguments=1000,
            argument_size=262_144,
            header_count=100,
            header_size=16_384,
            json_depth=64,
            files=20,
            file_memory=262_144,
        )
        == DEFAULT_LIMITS
    )


def test_limits_cannot_be_changed_in_passing() -> None:
    """One handler cannot widen the limits of all others."""
    with pytest.raises(FrozenInstanceError):
        DEFAULT_LIMITS.body = 0  # type: ignore[misc]  # the point of the test
