import pytest
from brubeck import errors
from brubeck.errors import FourOhFourException, HTTPError, MethodNotAllowed, NotFound

STATUSES = {
    errors.BadRequest: 400,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.PayloadTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.MisdirectedRequest: 421,
    errors.TooManyRequests: 429,
    errors.HeadersTooLarge: 431,
    errors.ServiceUnavailable: 503,
}


@pytest.mark.parametrize(("kind", "status_code"), STATUSES.items())
def test_every_error_has_its_status(kind: type[HTTPError], status_code: int) -> None:
    """The class says which status the client gets."""
    assert kind().status_code == status_code


@pytest.mark.parametrize("kind", [HTTPError, *STATUSES, FourOhFourException])
def test_every_error_tells_the_next_action(kind: type[HTTPError]) -> None:
    """Without a detail of its own an error still says what happened and what to do."""
    detail = kind().detail
    assert detail.endswith(".")
    assert detail.count(". ") >= 1


def test_an_error_carries_detail_reason_and_headers() -> None:
    """What the raiser says reaches the client."""
    error = MethodNotAllowed("Use GET.", reason="No way", headers={"Allow": "GET"})
    assert (error.detail, error.reason, error.headers) == ("Use GET.", "No way", {"Allow": "GET"})


def test_an_error_may_have_any_status() -> None:
    """Statuses without a class are raised through the base class."""
    assert HTTPError("Too slow.", status_code=408).status_code == 408


def test_headers_of_errors_are_not_shared() -> None:
    """A header added to one error is not sent with the next."""
    given = {"Allow": "GET"}
    MethodNotAllowed(headers=given).headers["X-A"] = "1"
    assert given == {"Allow": "GET"}
    assert NotFound().headers == {}


def test_an_error_names_its_status_in_logs() -> None:
    """str() is for people who read logs."""
    assert str(NotFound("Gone.")) == "404: Gone."


def test_fourohfour_keeps_its_arguments_from_the_client() -> None:
    """Programs put whatever they looked for into it; only the log may show that."""
    error = FourOhFourException("secret id")
    assert isinstance(error, NotFound)
    assert error.args == ("secret id",)
    assert "secret" not in error.detail
