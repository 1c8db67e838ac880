"""What templates say with a bar: `{{ link.host | breakable }}`."""

from brubeck.timekeeping import curtime, millis_to_datetime, prettydate
from markupsafe import Markup

from weblinks.notes import markdown

WEEK = 7 * 24 * 60 * 60 * 1000  # milliseconds


def iso_time(millis: int) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC, for the `datetime` attribute of HTML."""
    return f"{millis_to_datetime(millis):%Y-%m-%dT%H:%M:%SZ}"


def human_time(millis: int) -> str:
    """Return milliseconds since 1970 as `2 hours ago`, after a week as `9 Nov 2026`."""
    moment = millis_to_datetime(millis)
    if 0 <= curtime() - millis < WEEK:
        return prettydate(moment)
    return f"{moment.day} {moment:%b %Y}"


def breakable(host: str) -> Markup:
    """Return a host that may be broken into lines behind its dots."""
    return Markup(".<wbr>").join(host.split("."))


FILTERS = {
    "iso_time": iso_time,
    "human_time": human_time,
    "breakable": breakable,
    "markdown": markdown,
}
