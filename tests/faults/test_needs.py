"""The counting of what the parts need finds what has grown."""

from pathlib import Path

import pytest
from faults.assembly import assembled
from faults.needs import Census, Need, grown
from faults.writers import WRITERS, write_more

pytestmark = pytest.mark.timeout(600)
NOW = Need(megabytes=100.0, descriptors=50, greenlets=20, processes=2)


@pytest.mark.parametrize(
    ("field", "most"), [("megabytes", 109), ("descriptors", 70), ("greenlets", 40)]
)
def test_what_has_grown_is_named(field: str, most: int) -> None:
    """Up to a bound it is flat, beyond it not."""
    assert grown({"nojs": NOW}, {"nojs": NOW._replace(**{field: most})}) == []
    (told,) = grown({"nojs": NOW}, {"nojs": NOW._replace(**{field: most + 1})})
    assert told.startswith("nojs has grown")


def test_the_memory_of_a_store_may_grow_its_descriptors_may_not() -> None:
    """It keeps what was written."""
    assert grown({"redis": NOW}, {"redis": NOW._replace(megabytes=900.0)}) == []
    assert grown({"redis": NOW}, {"redis": NOW._replace(descriptors=90)})


def test_every_part_is_counted(tmp_path: Path) -> None:
    """Memory and descriptors of all, greenlets of what is written in Python, while people write."""
    census, folder = Census(tmp_path), tmp_path / "suite"
    folder.mkdir()
    with assembled(folder, extra=census.environment) as suite:
        write_more([kind(suite) for kind in WRITERS])
        needs = census.needs(suite)
    assert set(needs) == set(suite.parts)
    assert all(need.megabytes > 1 and need.descriptors > 3 for need in needs.values())
    assert {name for name, need in needs.items() if need.greenlets} == {
        site.name for site in suite.sites
    }
