"""Methods that routes have without saying so."""

import pytest
from brubeck.methods import options_answer, with_head, with_implied


@pytest.mark.parametrize(
    ("declared", "answered"),
    [
        (["get"], ["GET", "HEAD", "OPTIONS"]),
        (["POST", "GET"], ["POST", "GET", "HEAD", "OPTIONS"]),
        (["PATCH"], ["PATCH", "OPTIONS"]),
        (["HEAD", "GET", "OPTIONS"], ["HEAD", "GET", "OPTIONS"]),
        ([], ["OPTIONS"]),
    ],
)
def test_what_a_route_answers_besides(declared: list[str], answered: list[str]) -> None:
    """HEAD comes with GET, OPTIONS with everything, and nothing twice."""
    assert with_implied(declared) == answered
    assert with_head(declared) == [name for name in answered if name in with_head(declared)]


def test_options_says_which_methods_there_are() -> None:
    """For people and for browsers that ask before they send."""
    answer = options_answer(["GET", "HEAD"])
    assert (answer.status_code, answer.body) == (200, b"")
    assert answer.header("allow") == "GET, HEAD"
    assert answer.header("access-control-allow-methods") == "GET, HEAD"
