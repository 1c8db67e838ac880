"""Scripts that somebody has typed into every field: a real browser that would run them does not.

The pages are shown without the site's content security policy, which would stop them a second time:
what is tried here is the escaping.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks.tables import every_site
from attacks.worlds import Row, Visitor, World
from brubeck.templating import (
    load_jinja2_env,
    load_mako_env,
    load_mustache_env,
    load_tornado_env,
    render_template,
)
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.timeout(600)  # machines may be busy


HACK = "window.hacked=1"
CANARIES = (
    f"c4nary\"'><script>{HACK}</script><img src=x onerror={HACK}>",
    f'https://c4nary.example/"onmouseover="{HACK}"><svg onload={HACK}>?a=1',
    f"javascript:{HACK}//c4nary</textarea></title><script>{HACK}</script>",
    "{{99**6}}${99**6}<%=99**6%>c4nary",
)
RUN = "941480149401"  # what a template engine makes of the last one
# What ends things, or takes away the means to go on.
ENDS = (
    "delete",
    "logout",
    "forget",
    "password",
    "sessions",
    "close",
    "clean",
    "empty",
    "kick",
    "leave",
)
CLICKS = """() => {
    for (const e of document.querySelectorAll("*"))
        for (const kind of ["mouseover", "focus", "error", "load"]) e.dispatchEvent(new Event(kind));
    return window.hacked ?? [...document.querySelectorAll("[href],[src],[action]")]
        .map(e => e.getAttribute("href") ?? e.getAttribute("src") ?? e.getAttribute("action"))
        .filter(a => a.trim().toLowerCase().startsWith("javascript:") && a.includes("c4nary"))[0] ?? null;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a tab in which scripts run."""
    with browser.new_context() as context:
        context.route("**/*", lambda route: route.abort())
        yield context.new_page()


def runs(page: Page, text: str) -> bool:
    """Say whether a browser that shows a text runs a script in it, or would at a click."""
    page.set_content(text, wait_until="domcontentloaded")
    return page.evaluate(CLICKS) is not None


@pytest.mark.parametrize("canary", CANARIES[:3])
def test_the_browser_would_run_them(page: Page, canary: str) -> None:
    """The control: unescaped, as an address and as text."""
    assert runs(page, f'<title></title><a href="{canary}">x</a><p>{canary}</p>')


@every_site
def test_nothing_that_was_typed_runs_in_a_page(
    site: str, worlds: dict[str, World], page: Page
) -> None:
    """Her own pages, and those that others see of hers and of each other (CWE-79, ASVS 1.2.1)."""
    world = worlds[site]
    somebody = next(iter(world.others().values()))
    for visitor in (world.owner(), somebody):
        for row in world.rows:
            plant(world, visitor, row)
    shown = 0
    for row, visitor in itertools.product(world.rows, (world.owner(), somebody)):
        text = page_of(world, visitor, row)
        shown += "c4nary" in text
        assert RUN not in text, row
        assert not runs(page, text), row
    assert shown, "the control: what was planted can be seen"


def plant(world: World, visitor: Visitor, row: Row) -> None:
    """Send canaries in each field, one field after the other."""
    if any(word in row.path for word in ENDS):
        return
    form, client = world.form(row), visitor.client(row)
    body = "json" if row.program == "api" or row.path.startswith("/api/") else "form"
    for name, canary in itertools.product(form, CANARIES):
        headers = {"x-csrf-token": visitor.form_token} if row.program == "web" else {}
        sent = {**form, name: [canary] if isinstance(form[name], list) else canary}
        answer = client.request(
            "POST", world.address(row, is_own=True), headers=headers, **{body: sent}
        )
        answer.close()
        assert answer.status_code < 500, (row, canary)


def page_of(world: World, visitor: Visitor, row: Row) -> str:
    """Return a page or a picture, an empty text for what is neither."""
    query = "" if "?" in row.path else f"?q={CANARIES[0]}"
    answer = visitor.client(row).get(world.address(row, is_own=True) + query)
    answer.close()
    kind = str(answer.headers.get("content-type"))
    is_shown = kind.startswith(("text/html", "image/svg")) and "stream" not in row.path
    return answer.body.decode("utf-8", "replace") if is_shown else ""


ENGINES = {
    "jinja2": (load_jinja2_env, "{{ typed }}"),
    "mako": (load_mako_env, "${typed}"),
    "tornado": (load_tornado_env, "{{ typed }}"),
    "mustache": (load_mustache_env, "{{ typed }}"),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_escapes_by_itself(engine: str, page: Page, tmp_path: Path) -> None:
    """In text and in attributes, without a word of the template's author (CWE-79, CWE-1336)."""
    load, value = ENGINES[engine]
    name = "page" if engine == "mustache" else "page.html"
    file = tmp_path / f"page.{'mustache' if engine == 'mustache' else 'html'}"
    file.write_text(
        f"<title>{value}</title><input value=\"{value}\"><input alt='{value}'><p>{value}</p>"
    )
    environment = load(str(tmp_path))()
    for canary in CANARIES:
        text = render_template(environment, name, typed=canary)
        assert RUN not in text
        assert "c4nary" in text
        assert not runs(page, text)
