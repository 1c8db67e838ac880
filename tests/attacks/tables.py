"""All rows of all applications, for tests that go through them."""

import pytest
from attacks.world_mongo import Listsurf, Readify
from attacks.world_redis import NoJs, SpotiChat
from attacks.worlds import Row

KINDS = (Listsurf, Readify, NoJs, SpotiChat)
SITES = tuple(kind.site for kind in KINDS)
ROWS = [(kind.site, row) for kind in KINDS for row in kind.rows]

every_site = pytest.mark.parametrize("site", SITES)


def named(site: str, row: Row) -> str:
    """Return what a test with this row is called."""
    return f"{site} {'api ' if row.program == 'api' else ''}{row.path}"


every_row = pytest.mark.parametrize(
    ("site", "row"), [pytest.param(site, row, id=named(site, row)) for site, row in ROWS]
)
secret_rows = pytest.mark.parametrize(
    ("site", "row"),
    [pytest.param(site, row, id=named(site, row)) for site, row in ROWS if row.is_hers],
)
