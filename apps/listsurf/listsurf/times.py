"""Points in time as people and as programs read them, for the templates."""

from brubeck.timekeeping import millis_to_datetime, prettydate


def iso_time(millis: int) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC, for the `datetime` attribute of HTML."""
    return f"{millis_to_datetime(millis):%Y-%m-%dT%H:%M:%SZ}"


def human_time(millis: int) -> str:
    """Return milliseconds since 1970 as `2 hours ago`, or as a date where that is long ago."""
    return prettydate(millis_to_datetime(millis))


FILTERS = {"iso_time": iso_time, "human_time": human_time}
