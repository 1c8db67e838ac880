"""The files of a new project, by path; PROJECT stands for its name, also in the paths."""

README = """# PROJECT

A web application made with Brubeck.

## Commands

Once, in the virtual environment that has the command `brubeck`: `pip install -e ".[test]"`

- Serve it, and start again at every change: `brubeck run PROJECT.app:create_app --reload`
- Test it: `python -m pytest`
- List its addresses: `brubeck routes PROJECT.app:create_app`
- Serve it in four processes: `brubeck run PROJECT.app:create_app --workers 4`

It listens on http://127.0.0.1:8000 unless told otherwise.

Behind Mongrel2 it takes two terminals, and answers at http://localhost:6767. The first gives Mongrel2 a new
identity at each start, so that no late answer reaches a stranger:

    mkdir -p run && sed "s/PROJECT-1/PROJECT-$(date +%s)/" mongrel2.conf > run/mongrel2.conf
    m2sh load --config run/mongrel2.conf --db run/config.sqlite && mongrel2 run/config.sqlite main

    brubeck run PROJECT.app:create_app --pull ipc://run/in --pub ipc://run/out

If that port is taken, as by the demo of Brubeck's own sites, change `port` in `mongrel2.conf`.

## Where things are

- `PROJECT/app.py` puts the application together.
- `PROJECT/handlers.py` answers requests.
- `PROJECT/models.py` says what is valid.
- `PROJECT/templates/` is what visitors see; `errors.html` is what they see when something is wrong.
- `mongrel2.conf` says which requests Mongrel2 hands on.
- `tests/` says what is promised.

## Settings

Settings are environment variables that begin with the project's name in upper case, followed by
an underscore. For real use two are needed: `PRODUCTION=yes`, and `SECRET` with the key that signs
cookies. Make one with: `python -c "import secrets; print(secrets.token_urlsafe(48))"`
"""

PYPROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "PROJECT"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["brubeck>=1"]

[project.optional-dependencies]
test = ["pytest"]

[tool.setuptools.packages.find]
include = ["PROJECT*"]

[tool.setuptools.package-data]
PROJECT = ["templates/*.html"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
"""

MONGREL2 = """PROJECT = Handler(
    send_spec='ipc://run/in', send_ident='PROJECT-1', recv_spec='ipc://run/out', recv_ident='')
main = Server(
    uuid='main', name='main', bind_addr='127.0.0.1', port=6767, default_host='localhost',
    access_log='/dev/null', error_log='/dev/stderr', pid_file='run/mongrel2.pid',
    hosts=[Host(name='localhost', routes={'/': PROJECT})])
settings = {
    "server.daemonize": 0,
    "limits.content_length": 1048576,
    "upload.temp_store": "run/upload.XXXXXX"}
servers = [main]
"""

GITIGNORE = """__pycache__/
run/
*.egg-info/
.pytest_cache/
.venv/
.env
"""

APP = '''"""The application: its settings, and how its parts are put together."""

from dataclasses import dataclass
from pathlib import Path

from brubeck.request_handling import Brubeck
from brubeck.settings import ServerSettings, setting
from brubeck.templating import Jinja2Rendering, load_jinja2_env

from PROJECT.handlers import ROUTES

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """What can be set from outside, by environment variables."""

    prefix: str = f"{'PROJECT'.upper()}_"
    transport: str = setting("wsgi", "How requests arrive: mongrel2 or wsgi.", shared=True)


def create_app(settings: Settings | None = None) -> Brubeck:
    """Make the application; without settings, by those of the environment."""
    settings = settings or Settings.from_environment()
    return Brubeck(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        template_loader=load_jinja2_env(TEMPLATES),
        base_handler=Jinja2Rendering,
        cookie_secret=settings.secrets,
        csrf=True,
        log_level=settings.log_level,
    )
'''

MAIN = '''"""`python -m PROJECT` serves the application by the settings of the environment."""

from PROJECT.app import create_app

if __name__ == "__main__":
    create_app().run()
'''

MODELS = '''"""What is valid."""

from dictshield.document import Document
from dictshield.fields import StringField


class Visitor(Document):
    """Somebody to greet."""

    name = StringField(required=True, max_length=40)
'''

HANDLERS = '''"""What is answered to whom."""

from urllib.parse import quote, unquote

from brubeck.formerrors import FormErrors
from brubeck.templating import Jinja2Rendering

from PROJECT.models import Visitor

MESSAGES = {"Required field missing": "Please write a name."}


class Welcome(Jinja2Rendering):
    """The front page with its form."""

    def get(self):
        """Show the empty form."""
        return self.show(FormErrors())

    def post(self):
        """Go to the greeting; or show the form again with what was typed, and what is wrong."""
        errors = FormErrors({"name": self.get_argument("name", "")}, messages=MESSAGES)
        errors.add_errors(Visitor(name=errors.value("name") or None).errors())
        if errors:
            return self.show(errors, status_code=400)
        return self.redirect(f"/hello/{quote(errors.value('name'), safe='')}", 303)

    def csrf_failed(self):
        """Show the form again, with a fresh token."""
        errors = FormErrors({"name": self.get_argument("name", "")})
        errors.add("name", "The page was open for too long. Please send it once more.")
        return self.show(errors, status_code=403)

    def show(self, errors, status_code=200):
        return self.render_template("welcome.html", _status_code=status_code, errors=errors)


class Hello(Jinja2Rendering):
    """A greeting."""

    def get(self, name):
        """Greet somebody by the name in the address."""
        return self.render_template("hello.html", name=unquote(name))


ROUTES = [
    (r"^/$", Welcome),
    (r"^/hello/([^/]+)$", Hello),
]
'''

BASE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}PROJECT{% endblock %}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 36rem; padding: 2rem 1.5rem;
  overflow-wrap: anywhere; }
input, button { font: inherit; padding: .375rem .75rem; }
</style>
</head>
<body>
<main>
{% block main %}{% endblock %}
</main>
</body>
</html>
"""

WELCOME = """{% extends "base.html" %}
{% block main %}
<h1>PROJECT</h1>
<form method="post" action="/">
  {{ csrf_field }}
  <p>
    <label for="name">Who are you?</label><br>
    <input id="name" name="name" value="{{ errors.value('name') }}" autocomplete="name"
      {%- if "name" in errors %} aria-invalid="true" aria-describedby="name-error"{% endif %}>
    <button>Say hello</button>
  </p>
  {% if "name" in errors %}<p id="name-error" role="alert">{{ errors.of("name") | join(" ") }}</p>{% endif %}
</form>
{% endblock %}
"""

HELLO = """{% extends "base.html" %}
{% block title %}Hello, {{ name }}{% endblock %}
{% block main %}
<h1>Hello, {{ name }}!</h1>
<p><a href="/">Back to the front page</a></p>
{% endblock %}
"""

ERRORS = """{% extends "base.html" %}
{% block title %}{{ error_title }}{% endblock %}
{% block main %}
<h1>{{ error_title }}</h1>
<p>{{ error_detail }}</p>
<p><a href="/">Back to the front page</a></p>
<p><small>{{ error_code }}, request {{ request_id }}</small></p>
{% endblock %}
"""

TESTS = '''"""What the application promises."""

import re

import pytest

from brubeck.testing import TestClient
from PROJECT.app import Settings, create_app


@pytest.fixture
def visitor():
    """Somebody with a browser."""
    return TestClient(create_app(Settings()))


def send(visitor, name):
    """Open the front page and send its form."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/").text)[1]
    return visitor.post("/", form={"name": name, "csrf_token": token}, follow=True)


def test_the_front_page_asks_for_a_name(visitor):
    """There is a form with one field."""
    page = visitor.get("/")
    assert page.status_code == 200
    assert 'name="name"' in page.text


@pytest.mark.parametrize("name", ["Ada", "Zoë & <Bob>", "a/b?c=d"])
def test_who_gives_a_name_is_greeted(visitor, name):
    """The greeting has the name as it was typed, and no markup comes of it."""
    page = send(visitor, name)
    assert page.status_code == 200
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<h1>Hello, {escaped}!</h1>" in page.text


def test_an_empty_form_is_shown_again(visitor):
    """The answer says what is missing."""
    page = send(visitor, " ")
    assert page.status_code == 400
    assert "Please write a name." in page.text


def test_what_is_too_long_stays_in_the_form(visitor):
    """Nobody has to type again what only has to be shortened."""
    page = send(visitor, "x" * 41)
    assert page.status_code == 400
    assert "x" * 41 in page.text
    assert 'role="alert"' in page.text


def test_an_unknown_address_leads_back_to_the_front_page(visitor):
    """Errors have the look of the site."""
    page = visitor.get("/nowhere")
    assert page.status_code == 404
    assert '<a href="/">Back to the front page</a>' in page.text


def test_a_form_of_another_site_changes_nothing(visitor):
    """Without the token of our own page there is no greeting; what was typed is kept."""
    page = visitor.post("/", form={"name": "Mallory"})
    assert page.status_code == 403
    assert 'value="Mallory"' in page.text
'''

FILES = {
    "README.md": README,
    "pyproject.toml": PYPROJECT,
    ".gitignore": GITIGNORE,
    "mongrel2.conf": MONGREL2,
    "PROJECT/__init__.py": "",
    "PROJECT/__main__.py": MAIN,
    "PROJECT/app.py": APP,
    "PROJECT/handlers.py": HANDLERS,
    "PROJECT/models.py": MODELS,
    "PROJECT/templates/base.html": BASE,
    "PROJECT/templates/welcome.html": WELCOME,
    "PROJECT/templates/hello.html": HELLO,
    "PROJECT/templates/errors.html": ERRORS,
    "tests/test_app.py": TESTS,
}
