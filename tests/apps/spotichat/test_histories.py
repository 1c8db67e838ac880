"""The checker of histories finds what it is there to find."""

import pytest
from apps.spotichat.histories import History, comings_and_goings, faults

ACKNOWLEDGED = {"one": 11, "two": 12, "three": 13}
RIGHT = [
    (10, "system", "Ada is here."),
    (11, "user", "one"),
    (12, "user", "two"),
    (13, "user", "three"),
]


def test_a_right_history_has_no_faults() -> None:
    """Also when somebody has begun later to read system lines, or sees what nobody acknowledged."""
    histories = [History("a", RIGHT), History("b", [*RIGHT[1:], (14, "user", "four")])]
    assert faults(histories, ACKNOWLEDGED) == []


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (RIGHT[:-1], "'three' never seen"),
        ([*RIGHT, RIGHT[-1]], "'three' seen 2 times"),
        ([RIGHT[0], RIGHT[2], RIGHT[1], RIGHT[3]], "12 before 11"),
        ([*RIGHT[:-1], (14, "user", "three")], "acknowledged as 13"),
        ([*RIGHT, (14, "user", "three")], "seen 2 times"),
        ([(10, "system", "Bob is here."), *RIGHT[1:]], "elsewhere"),
    ],
)
def test_each_fault_is_found(seen: list[tuple[int, str, str]], fault: str) -> None:
    """Lost, doubled, out of order, renumbered, or different for different readers."""
    found = faults([History("a", RIGHT), History("b", seen)], ACKNOWLEDGED)
    assert any(fault in each and each.startswith("b: ") for each in found), found


def test_a_gap_is_a_fault() -> None:
    """Whoever was told that messages are gone has missed some."""
    history = History("a", list(RIGHT))
    history.take({"messages": [], "gap": True})
    assert faults([history], ACKNOWLEDGED) == ["a: was told of a gap"]


def test_comings_and_goings_are_read_by_name() -> None:
    """In the order in which they were told."""
    lines = ["Ada is here.", "Bob is here.", "Ada has left.", "Ada is here."]
    history = History("a", [(seq, "system", line) for seq, line in enumerate(lines)])
    assert comings_and_goings(history) == {
        "Ada": ["is here", "has left", "is here"],
        "Bob": ["is here"],
    }
