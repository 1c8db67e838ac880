"""The ledgers find what goes wrong: a check of faults that overlooks one is worth nothing."""

from typing import cast

import pytest
from faults.assembly import Assembly
from faults.writers import Ledger
from framework.conformance.servers import Answer


class Told(Ledger):
    """A writer to whom a test says what has happened."""

    site = "nojs"

    def prepare(self) -> None:
        """Five things were sent; the third got no answer."""
        self.sent, self.told = 5, [1, 2, 4, 5]
        self.statuses.update({201: 4, 0: 1})
        self.found: list[int] = []

    def write(self, number: int) -> Answer:
        """Nothing is written here."""
        raise NotImplementedError

    def read(self) -> list[int]:
        """Return what the test has set."""
        return self.found


@pytest.fixture
def ledger() -> Told:
    """Give that writer."""
    return Told(cast("Assembly", None))


@pytest.mark.parametrize("found", [[1, 2, 4, 5], [1, 2, 3, 4, 5], [1, 2, 4, 3, 5], [1, 2, 4, 5, 3]])
def test_what_got_no_answer_may_be_anywhere_or_nowhere(ledger: Told, found: list[int]) -> None:
    """It may have waited while others were served."""
    ledger.found = found
    assert ledger.problems() == []


@pytest.mark.parametrize(
    "found",
    [[1, 2, 4], [1, 4, 2, 5], [1, 2, 2, 4, 5], [1, 2, 3, 4, 3, 5], [1, 2, 4, 5, 6], []],
    ids=["lost", "disorder", "twice", "doubtful twice", "invented", "all lost"],
)
def test_each_fault_is_found(ledger: Told, found: list[int]) -> None:
    """Loss, disorder, repetition, invention."""
    ledger.found = found
    assert ledger.problems()


def test_the_clock_may_change_the_order_and_nothing_else(ledger: Told) -> None:
    """Loss and repetition are found all the same."""
    ledger.found = [5, 1, 4, 2]
    assert ledger.problems(ordered=False) == []
    for found in ([5, 1, 4], [5, 1, 4, 2, 2]):
        ledger.found = found
        assert ledger.problems(ordered=False)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 409, 429, 500])
def test_only_what_the_pages_say_may_be_told(ledger: Told, status: int) -> None:
    """Not even once."""
    ledger.found = ledger.told
    for fine in (502, 503, 504, 507):
        ledger.statuses[fine] += 1
    assert ledger.problems() == []
    ledger.statuses[status] += 1
    assert ledger.problems() == [f"nojs: status {status}"]
