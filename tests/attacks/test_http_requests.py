"""Smuggled and malformed requests, through Mongrel2 into every site: never a second request.

What a client has hidden behind a request must be nobody's request: with a proxy in front it could be
taken for the next visitor's.
"""

import pytest
from attacks.http_table import HIDDEN, ROWS, Row
from attacks.target import SITES, Target

pytestmark = pytest.mark.timeout(600)  # machines may be busy


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row.name}-{row.stands_for}") for row in ROWS]
)
def test_no_site_takes_what_is_hidden_for_a_request(row: Row, target: Target) -> None:
    """One answer or none, as the table says, and everybody is served afterwards (CWE-444, CWE-20)."""
    words = {site: target.number() for site in SITES}
    for site, word in words.items():
        written = written_out(row, target.host(site), word)
        if row.status:
            assert target.send(written) in row.status, site
        else:
            target.send_and_leave(written)
    for site, word in words.items():
        target.settle(site)
        log = target.log(site)
        assert f"/second/{word}" not in log
        assert "Traceback" not in log
    assert target.deaths() == []


def written_out(row: Row, host: str, word: str) -> bytes:
    """Return the bytes of a row for one site; the word tells its requests from all others."""
    names = {"{host}": host, "{first}": f"/first/{word}", "{second}": f"/second/{word}"}
    hidden, text = HIDDEN, row.request
    for name, value in names.items():
        hidden, text = hidden.replace(name, value), text.replace(name, value)
    return text.replace("{hidden}", str(len(hidden))).encode("latin-1")


@pytest.mark.parametrize("site", SITES)
def test_what_is_sent_ahead_properly_is_seen(site: str, target: Target) -> None:
    """The control: two proper requests on one connection are two, and the test above would see it."""
    word, host = target.number(), target.host(site)
    proper = Row("pipelined", "", "GET {first} HTTP/1.1\r\nHost: {host}\r\n\r\n" + HIDDEN)
    assert target.send(written_out(proper, host, word)) in range(200, 500)
    target.settle(site)
    assert f"GET /first/{word}" in target.log(site)
    assert f"GET /second/{word}" in target.log(site)
