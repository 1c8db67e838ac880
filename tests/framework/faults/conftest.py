"""A site for each test, ended with all its processes."""

from collections.abc import Iterator

import pytest
from framework.faults.sites import Site, site_in


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site without any process yet."""
    with site_in(tmp_path_factory.mktemp("site")) as given:
        yield given
