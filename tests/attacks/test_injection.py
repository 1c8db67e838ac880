"""What is typed stays a value: in queries, in keys, in headers, in the names of files."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from attacks.tables import ROWS, SITES, every_row, named
from attacks.target import SITES as HOSTS
from attacks.target import Target
from attacks.worlds import Row, Visitor, World, asked_for, text_of
from brubeck.testing import TestResponse

pytestmark = pytest.mark.timeout(600)  # machines may be busy


Worlds = dict[str, World]
OPERATORS: tuple[Any, ...] = (
    {"$ne": None},
    {"$gt": ""},
    {"$regex": ".*"},
    {"$where": "sleep(9)"},
    [{"$ne": 1}],
)
WILD: tuple[dict[str, str], ...] = (
    {"q[$ne]": "", "id[$gt]": ""},
    {"q": '{"$ne":1}', "tag": '{"$ne":1}'},
    {"id": '{"$gt":""}', "url": '{"$regex":".*"}'},
    {"page": "$where", "start": "$where"},
    {"before": "\x00", "since": "\x00"},
    {"count": "-1"},
)
WORD = "inj3ct"
KEYS = (
    f"{WORD}:room:den:lines",
    f"den:private:{WORD}",
    f"*{WORD}*",
    f"{WORD}\r\nFLUSHALL\r\n",
    f"{WORD}\x00",
    f"{{{WORD}}}",
)
ROOM = re.compile(r"\bden\b|(?<=/feed/)public|\{room\}|\{song\}")
BREAKS = tuple(
    f"{begin}{end}X-Injected: yes"
    for begin in ("x", "/x")  # words, and what looks like an address of the site
    for end in ("\r\n", "\n", "\r", "%0d%0a")
)
ELSEWHERE = (
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
)
LEADS = ("next", "back", "from", "to", "url", "return_to", "redirect", "continue", "at")


def of_a_room(row: Row) -> bool:
    """Say whether an address names a room."""
    return ROOM.search(row.path) is not None


def with_forms(*sites: str) -> pytest.MarkDecorator:
    """Return the mark of a test that goes through all rows of some sites to which one sends something."""
    rows = [(site, row) for site, row in ROWS if site in sites and row.form]
    return pytest.mark.parametrize(
        ("site", "row"), [pytest.param(*pair, id=named(*pair)) for pair in rows]
    )


def sends(
    world: World, visitor: Visitor, row: Row, body: str, fields: dict[str, Any]
) -> TestResponse:
    """Have a visitor send fields to a row with his own token."""
    headers = {"x-csrf-token": visitor.form_token} if row.program == "web" else {}
    answer = visitor.client(row).request(
        "POST", world.address(row), headers=headers, **{body: fields}
    )
    answer.close()
    return answer


def replaced(form: dict[str, Any], values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Yield a form once for each field and value, with that field replaced."""
    for name, value in itertools.product(form, values):
        yield {**form, name: value}


@with_forms("listsurf", "readify")
def test_an_operator_of_mongo_is_no_value(site: str, row: Row, worlds: Worlds) -> None:
    """In each field, as JSON and as the arrays of forms: refused or taken as text (CWE-943, ASVS 1.2.4)."""
    world = worlds[site]
    form, before = world.form(row), world.hers()
    for visitor in world.callers(row):
        for fields in replaced(form, OPERATORS):
            assert world.secret not in check(sends(world, visitor, row, "json", fields)).text
        arrays = {f"{name}[$ne]": "" for name in form} | {f"{name}.$gt": "" for name in form}
        assert world.secret not in check(sends(world, visitor, row, "form", arrays)).text
    assert world.hers() == before


@pytest.mark.parametrize("site", ["listsurf", "readify"])
def test_nobody_logs_in_with_an_operator(site: str, worlds: Worlds) -> None:
    """Neither as "not this name" nor as "any password" (CWE-943)."""
    world = worlds[site]
    row = next(row for row in world.rows if row.path == "/login")
    for fields in replaced(dict(row.form), OPERATORS):
        stranger = world.others()["a stranger's browser"]
        sends(world, stranger, row, "json", fields)
        assert "session" not in stranger.client(row).cookies


@every_row
def test_operators_in_the_query_show_nothing(site: str, row: Row, worlds: Worlds) -> None:
    """Whatever is put behind an address, it is a question for what is public or one's own (CWE-943, CWE-20)."""
    world = worlds[site]
    for visitor, wild in itertools.product(world.callers(row), WILD):
        told = text_of(check(gets(world, visitor, row, wild)))
        assert world.secret not in told.replace(asked_for(world.address(row)), "")


@with_forms("nojs", "spotichat")
def test_no_value_becomes_a_part_of_a_key(site: str, row: Row, worlds: Worlds) -> None:
    """Colons, stars, line breaks: Redis has no key that somebody has chosen (CWE-74, CWE-93)."""
    world = worlds[site]
    before = world.hers()
    for visitor in world.callers(row):
        for fields in replaced(world.form(row), KEYS):
            check(sends(world, visitor, row, "json" if "/api/" in row.path else "form", fields))
    assert world.hers() == before
    assert chosen_keys(world) == []


@pytest.mark.parametrize(
    ("site", "row"), [pytest.param(*each, id=named(*each)) for each in ROWS if of_a_room(each[1])]
)
def test_no_address_becomes_a_part_of_a_key(site: str, row: Row, worlds: Worlds) -> None:
    """Rooms are named in addresses: whoever opens one, or writes there, chooses no key (CWE-74, CWE-93)."""
    world = worlds[site]
    before, form = world.hers(), world.form(row)
    for visitor, key in itertools.product(world.callers(row), KEYS):
        there = replace(row, path=ROOM.sub(quote(key, safe=""), row.path))
        kind = "json" if "/api/" in row.path else "form"
        check(sends(world, visitor, there, kind, form) if form else gets(world, visitor, there, {}))
    assert world.hers() == before
    assert chosen_keys(world) == []


def chosen_keys(world: World) -> list[str]:
    """Return the keys in which something stands that was typed, as it was typed."""
    keys = world.apps["web"].store.redis.scan_iter()  # type: ignore[attr-defined]
    return [key for key in keys if any(each.lower() in key.lower() for each in KEYS)]


def gets(world: World, visitor: Visitor, row: Row, query: dict[str, str]) -> TestResponse:
    """Return what a GET brings."""
    answer = visitor.client(row).get(world.address(row), query=query)
    answer.close()
    return answer


def check(answer: TestResponse) -> TestResponse:
    """Fail where something broke."""
    assert answer.status_code < 500, answer.text
    return answer


@every_row
def test_no_value_becomes_a_header(site: str, row: Row, worlds: Worlds) -> None:
    """Line breaks in every field and argument, for everybody (CWE-113, ASVS 1.2.1)."""
    world = worlds[site]
    for visitor, text in itertools.product(world.callers(row), BREAKS):
        form = dict.fromkeys([*world.form(row), *LEADS], text)
        answers = [sends(world, visitor, row, "form", form)]
        answers.append(gets(world, visitor, row, form))
        for answer in answers:
            answer.close()
            check(answer)
            assert "x-injected" not in answer.headers
            assert not any("\r" in value or "\n" in value for value in answer.headers.values())


@every_row
def test_nobody_is_led_away_from_the_site(site: str, row: Row, worlds: Worlds) -> None:
    """Whatever an address says about where to go next, it is a page of this site (CWE-601, ASVS 1.2.2)."""
    world = worlds[site]
    for visitor, target in itertools.product(world.callers(row), ELSEWHERE):
        form = {**world.form(row), **dict.fromkeys(LEADS, target)}
        origin = visitor.client(row).origin
        answers = [sends(world, visitor, row, "form", form)]
        answers.append(gets(world, visitor, row, dict.fromkeys(LEADS, target)))
        for answer in answers:
            answer.close()
            assert leads_to(origin, answer) in allowed(world, origin)


def leads_to(origin: str, answer: TestResponse) -> str:
    """Return the origin to which a browser goes that takes backslashes and tabs as browsers do."""
    location = str(answer.headers.get("location") or "")
    location = location.strip().replace("\\", "/").replace("\t", "")
    found = urlsplit(urljoin(origin + "/", location))
    return f"{found.scheme}://{found.netloc}"


def allowed(world: World, origin: str) -> set[str]:
    """Return where an application may lead: to itself, and to the one who knows its users."""
    settings = getattr(world.apps["web"], "settings", None)
    spotify = str(getattr(settings, "spotify_accounts_url", "")).rstrip("/")
    return {origin, spotify} - {""}


CLIMBS = (
    "/static/../settings.py",
    "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/static/....//....//etc/passwd",
    "/static//etc/passwd",
    "/static/..\\..\\..\\etc\\passwd",
    "/static/%c0%ae%c0%ae/etc/passwd",
    "/static/x%00.css",
    "/u/..%2f..%2fetc%2fpasswd/picture",
    "/export/..%2f..%2fetc%2fpasswd",
    "/cover/..%2f..%2fetc%2fpasswd.svg",
    "/assets/img/..%2f..%2fetc%2fpasswd",
)


@pytest.mark.parametrize("path", CLIMBS)
def test_no_path_climbs_out_of_its_folder(path: str, target: Target) -> None:
    """Through Mongrel2, as it stands there, on every site (CWE-22, ASVS 5.3.2)."""
    for site in HOSTS:
        answer = target.receive(
            f"GET {path} HTTP/1.1\r\nHost: {target.host(site)}\r\nConnection: close\r\n\r\n"
        )
        status = int(answer.split(b" ", 2)[1])
        assert 300 <= status < 500, (site, status)
        assert b"root:" not in answer
        assert b"import " not in answer


def test_the_table_of_static_files_can_be_read(target: Target) -> None:
    """The control: a file that is there is served by the same way."""
    answer = target.receive(
        f"GET /static/nojs.css HTTP/1.1\r\nHost: {target.host('nojs')}\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200 ")


def nested(depth: int) -> bytes:
    """Return JSON as deep as that."""
    return b"[" * depth + b"]" * depth


HUGE = {
    "deep JSON": ("application/json", nested(50_000)),
    "a number of 100,000 digits": ("application/json", b"9" * 100_000),
    "many members": ("application/json", json.dumps({f"k{n}": n for n in range(20_000)}).encode()),
    "many fields": (
        "application/x-www-form-urlencoded",
        b"&".join(b"f%d=x" % n for n in range(20_000)),
    ),
    "one long field": ("application/x-www-form-urlencoded", b"text=" + b"a" * 900_000),
    "many files": (
        "multipart/form-data; boundary=b",
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' for _ in range(5_000)
        )
        + b"--b--\r\n",
    ),
    "a boundary that never comes": ("multipart/form-data; boundary=b", b"--x\r\n" * 100_000),
}


OVER = {"many fields", "one long field", "many files"}  # over a limit of forms: refused, not cut
NEED_NOTHING = {"/logout", "/bin/empty"}  # they look for no field


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize("site", SITES)
def test_what_is_too_much_is_refused(site: str, kind: str, worlds: Worlds) -> None:
    """To every row of every application: a refusal, no defect, and nothing of it is kept (CWE-400, CWE-770)."""
    world = worlds[site]
    content_type, body = HUGE[kind]
    before = sum(map(len, world.dump().values()))
    for row in world.rows:
        visitor = world.callers(row)[0]
        headers = {"content-type": content_type, "x-csrf-token": visitor.form_token}
        answer = visitor.client(row).request("POST", world.address(row), headers=headers, body=body)
        answer.close()
        assert answer.status_code < 500, row
        assert answer.status_code >= 400 or kind not in OVER or row.path in NEED_NOTHING, row
    assert sum(map(len, world.dump().values())) < before + 100_000
