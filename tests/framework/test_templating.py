"""Templates: contract section 14, line by line, for all four engines."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from brubeck.auth import UserHandlingMixin
from brubeck.errorpages import Problem
from brubeck.errors import NotFound
from brubeck.handlers import WebMessageHandler
from brubeck.templating import (
    Jinja2Rendering,
    MakoRendering,
    MustacheEnvironment,
    MustacheRendering,
    TornadoRendering,
    error_page,
    load_jinja2_env,
    load_mako_env,
    load_mustache_env,
    load_tornado_env,
    render_template,
)
from doubles import SECRET, header, make_application, make_request, sent_cookies
from markupsafe import Markup

LOADERS = {
    "jinja2": load_jinja2_env,
    "mako": load_mako_env,
    "tornado": load_tornado_env,
    "mustache": load_mustache_env,
}
HANDLERS = {
    "jinja2": Jinja2Rendering,
    "mako": MakoRendering,
    "tornado": TornadoRendering,
    "mustache": MustacheRendering,
}
VALUE = {
    "jinja2": "{{ name }}",
    "mako": "${name}",
    "tornado": "{{ name }}",
    "mustache": "{{ name }}",
}
ENGINES = sorted(LOADERS)


class Site:
    """A directory of templates for one engine."""

    def __init__(self, engine: str, directory: Path) -> None:
        self.engine = engine
        self.directory = directory
        self.extension = ".mustache" if engine == "mustache" else ".html"

    def write(self, name: str, text: str) -> Path:
        """Write a template in which NAME stands for the value `name`, ERROR for the code."""
        value = VALUE[self.engine]
        text = text.replace("NAME", value).replace("ERROR", value.replace("name", "error_code"))
        path = self.directory / (name + self.extension)
        path.write_text(text.replace("DETAIL", value.replace("name", "error_detail")))
        return path

    def name(self, name: str) -> str:
        """Return what a program calls a template."""
        return name if self.engine == "mustache" else name + self.extension

    def environment(self, **options: Any) -> Any:
        return LOADERS[self.engine](str(self.directory), **options)()

    def handler(self, kind: Any = None, *, env: Any = None, **application: Any) -> Any:
        kind = kind or HANDLERS[self.engine]
        env = env or self.environment()
        return kind(make_application(template_env=env, **application), make_request())


@pytest.fixture(params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Give every engine in turn."""
    made = Site(request.param, tmp_path)
    made.write("success", "Take five, NAME!")
    made.write("errors", "Error ERROR.")
    return made


# -- loaders and render_template ---------------------------------------------------------------


def test_a_template_becomes_text(site: Site) -> None:
    """By one function for every engine."""
    text = render_template(site.environment(), site.name("success"), name="dude")
    assert text == "Take five, dude!"
    assert isinstance(text, str)


def test_values_are_escaped(site: Site) -> None:
    """In every engine, unless the program says otherwise (documented deviation)."""
    text = render_template(site.environment(), site.name("success"), name="<b>'")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


@pytest.mark.parametrize(
    ("engine", "options"),
    [
        ("jinja2", {"autoescape": False}),
        ("mako", {"default_filters": ["str"]}),
        ("tornado", {"autoescape": None}),
    ],
)
def test_escaping_can_be_switched_off(engine: str, options: dict[str, Any], tmp_path: Path) -> None:
    """With the engine's own argument."""
    site = Site(engine, tmp_path)
    site.write("page", "NAME")
    assert render_template(site.environment(**options), site.name("page"), name="<b>") == "<b>"


def test_changed_templates_are_noticed(site: Site) -> None:
    """Without a restart, which is what development needs."""
    environment = site.environment()
    assert "five" in render_template(environment, site.name("success"), name="x")
    path = site.write("success", "Take six, NAME!")
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))
    assert "six" in render_template(environment, site.name("success"), name="x")


@pytest.mark.parametrize("engine", ["jinja2", "mako", "tornado"])
def test_looking_for_changes_can_be_switched_off(engine: str, tmp_path: Path) -> None:
    """auto_reload=False saves the look at the file."""
    site = Site(engine, tmp_path)
    path = site.write("page", "old")
    environment = site.environment(auto_reload=False)
    assert render_template(environment, site.name("page")) == "old"
    path.write_text("new")
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))
    assert render_template(environment, site.name("page")) == "old"


@pytest.mark.parametrize("engine", ENGINES)
def test_no_directory_gives_no_environment(engine: str) -> None:
    """The application then refuses to start."""
    assert LOADERS[engine](None)() is None


def test_an_empty_directory_name_is_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For Jinja2."""
    (tmp_path / "page.html").write_text("here")
    monkeypatch.chdir(tmp_path)
    assert render_template(load_jinja2_env("")(), "page.html") == "here"


def test_further_arguments_go_to_the_engine(tmp_path: Path) -> None:
    """Positional and keyword ones; Mustache ignores them."""
    (tmp_path / "page.html").write_text("<% if yes %><< name >><% endif %>")
    loader = load_jinja2_env(
        tmp_path, "<%", "%>", variable_start_string="<<", variable_end_string=">>"
    )
    assert render_template(loader(), "page.html", yes=True, name="x") == "x"
    assert load_mustache_env(str(tmp_path), 1, two=3)()


def test_text_files_are_not_html(tmp_path: Path) -> None:
    """Jinja2 leaves `.txt` templates alone."""
    (tmp_path / "mail.txt").write_text("{{ name }}")
    assert render_template(load_jinja2_env(tmp_path)(), "mail.txt", name="A & B") == "A & B"


def test_mako_bytes_become_text(tmp_path: Path) -> None:
    """output_encoding makes Mako return bytes."""
    (tmp_path / "page.html").write_text("é", encoding="utf-8")
    environment = load_mako_env(tmp_path, output_encoding="utf-8")()
    assert render_template(environment, "page.html") == "é"


def test_any_environment_with_get_template_will_do() -> None:
    """A custom loader may return what it likes."""

    class Own:
        def get_template(self, name: str) -> Any:
            return SimpleNamespace(render=lambda **context: f"{name} {context}")

    assert render_template(Own(), "page", a=1) == "page {'a': 1}"


def test_a_missing_engine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message ends with the next action."""
    monkeypatch.setitem(sys.modules, "mako.lookup", None)
    with pytest.raises(ImportError, match=r"pip install brubeck\[mako\]"):
        load_mako_env(tmp_path)()


# -- Mustache ----------------------------------------------------------------------------------


def test_mustache_partials_are_found_beside_the_template(tmp_path: Path) -> None:
    """With the extension `.mustache`."""
    (tmp_path / "page.mustache").write_text("{{>part}}")
    (tmp_path / "part.mustache").write_text("part {{name}}")
    assert render_template(load_mustache_env(tmp_path)(), "page", name="<x>") == "part &lt;x&gt;"


def test_mustache_environment_looks_like_the_other_engines(tmp_path: Path) -> None:
    """get_template(name).render(**context), as early programs use it."""
    (tmp_path / "page.mustache").write_text("Hi {{name}}")
    environment = MustacheEnvironment(str(tmp_path))
    assert environment.get_template("page").render(name="x") == "Hi x"
    assert render_template(environment, "page", name="y") == "Hi y"


# -- handlers ----------------------------------------------------------------------------------


def test_handlers_answer_with_templates(site: Site) -> None:
    """Status 200 unless `_status_code` is given."""
    handler = site.handler()
    result = handler.render_template(site.name("success"), name="dude")
    assert (result["status_code"], result["body"]) == (200, "Take five, dude!")
    result = handler.render_template(site.name("success"), _status_code=201, name="dude")
    assert result["status_code"] == 201


def test_errors_have_a_template(site: Site) -> None:
    """With `error_code`; the payload stays and the handler is not finished."""
    handler = site.handler()
    handler.add_to_payload("kept", 1)
    result = handler.render_error(404)
    assert (result["status_code"], result["status_msg"]) == (404, "Not found")
    assert result["body"] == "Error 404."
    assert handler._payload["kept"] == 1
    assert handler._finished is False


def test_error_templates_are_used_for_wrong_methods(site: Site) -> None:
    """405 with Allow: the error handler runs first (fix 10)."""
    result = site.handler()()
    assert (result["status_code"], result["body"]) == (405, "Error 405.")
    assert header(result, "Allow") == "OPTIONS"


def test_error_templates_are_used_for_http_errors(site: Site) -> None:
    """They may show the detail, escaped."""
    site.write("errors", "ERROR: DETAIL")

    class Missing(HANDLERS[site.engine]):  # type: ignore[misc]
        def get(self) -> Any:
            raise NotFound("No <b>.")

    assert site.handler(Missing)()["body"] == "404: No &lt;b&gt;."


def test_error_pages_do_not_look_like_the_failed_body(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Headers about the body go with it; others stay."""

    class Export(HANDLERS[site.engine]):  # type: ignore[misc]
        def get(self) -> Any:
            self.headers["content-type"] = "text/csv"
            self.headers["Cache-Control"] = "public, max-age=31536000"
            self.headers["X-Own"] = "1"
            raise RuntimeError("no rows")

    result = site.handler(Export)()
    assert result["headers"] == {"X-Own": "1"}
    assert "no rows" in caplog.text


def test_error_templates_know_what_to_say(tmp_path: Path) -> None:
    """A title, a detail for every status, and the number to ask for help with."""
    (tmp_path / "errors.html").write_text("{{ error_title }}|{{ error_detail }}|{{ request_id }}")
    handler = Site("jinja2", tmp_path).handler()
    title, detail, request_id = handler.render_error(403)["body"].split("|")
    assert title == "Forbidden"
    assert detail.endswith(".")
    assert request_id == handler.message.id


@pytest.mark.parametrize("kind", ["missing", "failing"])
def test_a_missing_or_failing_error_template_is_no_disaster(
    site: Site, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The plain answer takes its place (fix 10)."""
    path = site.directory / ("errors" + site.extension)
    environment = site.environment()
    if kind == "missing":
        path.unlink()
    else:
        path.write_bytes(b"\xff is no UTF-8")
    result = site.handler(env=environment)()
    assert (result["status_code"], result["body"]) == (405, "")
    assert header(result, "Allow") == "OPTIONS"
    assert "errors" in caplog.text


def test_an_application_without_templates_says_how_to_have_some(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The argument to pass is in the log, once; visitors get the plain page."""

    class Page(Jinja2Rendering):
        def get(self) -> Any:
            return self.render_template("page.html")

    answer = Page(make_application(), make_request())()
    assert answer["status_code"] == 500
    failures = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(failures) == 1
    assert "template_loader=load_jinja2_env(directory)" in caplog.text


@pytest.mark.parametrize("engine", ENGINES)
def test_handlers_combine_in_every_order(engine: str, tmp_path: Path) -> None:
    """The rendering's render_error wins (fix 14)."""
    rendering: Any = HANDLERS[engine]
    own = type(WebMessageHandler)("Own", (WebMessageHandler, UserHandlingMixin), {})
    for bases in ((rendering,), (WebMessageHandler, rendering), (own, rendering)):
        kind: Any = type(rendering)("Page", bases, {})
        site = Site(engine, tmp_path)
        site.write("errors", "Error ERROR.")
        assert site.handler(kind).render_error(500)["body"] == "Error 500."


def test_a_failing_page_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The error template shows it."""

    class Broken(HANDLERS[site.engine]):  # type: ignore[misc]
        def get(self) -> Any:
            return self.render_template("no such template")

    result = site.handler(Broken)()
    assert (result["status_code"], result["body"]) == (500, "Error 500.")
    assert "Broken failed" in caplog.text


# -- what templates get to see -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "field"),
    [
        ("jinja2", "{{ csrf_field }}"),
        ("mako", "${csrf_field}"),
        ("tornado", "{% raw csrf_field %}"),
        ("mustache", "{{{csrf_field}}}"),
    ],
)
def test_templates_have_the_csrf_field(engine: str, field: str, tmp_path: Path) -> None:
    """As HTML, with the cookie that belongs to it."""
    site = Site(engine, tmp_path)
    site.write("form", field)
    result = site.handler(csrf=True).render_template(site.name("form"))
    assert result["body"].startswith('<input type="hidden" name="csrf_token" value="')
    assert sent_cookies(result).keys() == {"csrf"}


def test_templates_have_the_csrf_token(tmp_path: Path) -> None:
    """As text, for scripts."""
    site = Site("jinja2", tmp_path)
    site.write("form", "{{ csrf_token }}")
    body = site.handler(csrf=True).render_template("form.html")["body"]
    assert len(body) > 40
    assert "<" not in body


def test_pages_without_forms_send_no_cookie(site: Site) -> None:
    """Tokens are made when a template shows them; no secret is needed either."""
    handler = site.handler(cookie_secret=None)
    assert sent_cookies(handler.render_template(site.name("success"), name="x")) == {}


def test_templates_have_the_current_user(tmp_path: Path) -> None:
    """Where the handler knows one: by the mixin, or set in prepare()."""
    site = Site("jinja2", tmp_path)
    site.write("page", "{{ current_user|default('nobody') }}")

    class Mixed(Jinja2Rendering, UserHandlingMixin):
        def get_current_user(self) -> Any:
            return "ada"

    assert site.handler(Mixed).render_template("page.html")["body"] == "ada"
    own = site.handler()
    assert own.render_template("page.html")["body"] == "nobody"
    own.current_user = "eve"
    assert own.render_template("page.html")["body"] == "eve"


def test_templates_have_static_urls(tmp_path: Path) -> None:
    """Where the application has static files."""
    site = Site("jinja2", tmp_path)
    site.write("page", "{{ static_url('suite.css') }}")
    static = SimpleNamespace(url=lambda name: f"/static/{name}")
    assert site.handler(static=static).render_template("page.html")["body"] == "/static/suite.css"


@pytest.mark.parametrize("status", [404, 421])
def test_an_error_page_is_made_of_a_template(status: int, tmp_path: Path) -> None:
    """Unless the host is none of ours (421), where no style sheet would come: the built-in page."""
    site = Site("jinja2", tmp_path)
    site.write("errors", "{{ error_code }} {{ error_title }}: {{ error_detail }} {{ request_id }}")
    app = site.handler(static=None).application
    text = error_page(app, Problem(status, "Sorry", "Not <here>.", "n1"))
    assert (text == f"{status} Sorry: Not &lt;here&gt;. n1") is (status == 404)
    assert all(part in text for part in (str(status), "Sorry", "Not &lt;here&gt;.", "n1"))


def test_the_page_decides_about_names(tmp_path: Path) -> None:
    """What the program passes hides what the handler offers."""
    site = Site("jinja2", tmp_path)
    site.write("page", "{{ csrf_field }}")
    result = site.handler().render_template("page.html", csrf_field=Markup("<own>"))
    assert result["body"] == "<own>"


def test_rendered_pages_carry_cookies(site: Site) -> None:
    """As any answer."""
    handler = site.handler()
    handler.set_cookie("who", "ada", SECRET)
    assert "who" in sent_cookies(handler.render_template(site.name("success"), name="x"))


@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
def test_programs_get_no_error_template(site: Site, accept: str) -> None:
    """Who asks for JSON or plain text cannot read a page; the application writes what he can."""
    handler = site.handler()
    handler.message = make_request(headers={"accept": accept})
    assert handler.render_error(404)["body"] == ""
