import pytest
from brubeck.negotiation import MAX_CHOICES, best_match, weights
from hypothesis import given, settings
from hypothesis import strategies as st

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, br", {"gzip": 1, "br": 1}),
        ("gzip;q=0.5, BR ; q=0, ,", {"gzip": 0.5, "br": 0}),
        ("a;q=2, b;q=-1, c;q=x, d;v=1;q=.1", {"a": 1, "b": 0, "c": 0, "d": 0.1}),
        ("", {}),
    ],
)
def test_weights_are_numbers_from_0_to_1(header: str, expected: dict[str, float]) -> None:
    """What is no number counts for nothing."""
    assert weights(header) == expected


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_header_has_weights(header: str) -> None:
    """Nothing that is sent raises or leaves the scale."""
    assert all(0 <= weight <= 1 for weight in weights(header).values())


def test_only_so_many_choices_are_read() -> None:
    """A stranger does not decide how much is compared."""
    assert len(weights(",".join(str(number) for number in range(1000)))) == MAX_CHOICES


@pytest.mark.parametrize(
    ("header", "best"),
    [
        (None, HTML),
        (" ", HTML),
        ("*/*", HTML),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("text/html;q=0.1, application/json;q=0.2", JSON),
        ("text/*;q=0.5, application/*;q=0.4", HTML),
        ("text/html;q=0, */*", JSON),
        ("text/plain;q=0.9, text/*;q=0.1", TEXT),
        ("image/png", None),
        ("*/*;q=0", None),
        (";;;", None),
    ],
)
def test_the_client_gets_what_it_likes_best(header: str | None, best: str | None) -> None:
    """The most specific range counts for a type; among equals the server's order."""
    assert best_match(header, (HTML, JSON, TEXT)) == best


@pytest.mark.parametrize("header", [None, "*/*"])
def test_nothing_to_offer_is_no_match(header: str | None) -> None:
    """Without types there is no best one."""
    assert best_match(header, ()) is None


def test_of_too_many_choices_the_first_count() -> None:
    """What stands in front is read as ever, whatever follows."""
    assert best_match(", ".join([HTML, *["a/b"] * MAX_CHOICES, JSON]), (JSON, HTML)) == HTML
