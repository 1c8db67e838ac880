"""Settings of an application, read from environment variables once, with types and checks.

An application subclasses `ServerSettings`, adds fields of its own, and calls
`from_environment()`. A field's variable is the subclass's `prefix` and the field's name in upper
case; fields marked as shared are also found without the prefix. `sample()` writes the
documentation of all of them.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from brubeck import concurrency
from brubeck.jsonlogs import FORMATS, use_log_format

if TYPE_CHECKING:
    from brubeck.connections import Connection

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}
DEFAULT_SECRET = "only-for-development"  # noqa: S105  production mode refuses it
SHORTEST_SECRET = 32


class SettingsError(ValueError):
    """A setting that cannot be used; the text names the variable and what it must be."""


def setting(default: Any, doc: str, *, variable: str = "", shared: bool = False) -> Any:
    """Declare a field with its documentation.

    `variable` replaces the field's name in the environment; a `shared` one is also read
    without the application's prefix.
    """
    return field(default=default, metadata={"doc": doc, "variable": variable, "shared": shared})


@dataclass(frozen=True)
class Variable:
    """An environment variable, as it is documented: what is in it, and its default as text."""

    name: str
    shared_name: str
    """Under which it is found as well; empty when it belongs to this application alone."""
    doc: str
    default: str


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """How one application is served."""

    prefix: str = "BRUBECK_"
    """What the application's variables begin with; subclasses have their own, as LISTSURF_."""

    concurrency: str = setting("gevent", "Coroutine library: gevent or eventlet.", shared=True)
    transport: str = setting("mongrel2", "How requests arrive: mongrel2 or wsgi.", shared=True)
    pull_address: str = setting("ipc://run/app_in", "Mongrel2's send_spec.")
    pub_address: str = setting("ipc://run/app_out", "Mongrel2's recv_spec.")
    control_address: str = setting(
        "", "Mongrel2's control_port; with it, downloads wait for slow readers.", shared=True
    )
    dispatcher: str = setting("", "Where `brubeck dispatch` listens; empty: Mongrel2 is asked.")
    host: str = setting("127.0.0.1", "Address to listen on with the transport wsgi.")
    port: int = setting(8000, "Port to listen on with the transport wsgi.")
    site_domain: str = setting("localhost", "Domain below which the sites live.", shared=True)
    site_port: int = setting(6767, "Port by which people reach the sites.", shared=True)
    secrets: tuple[str, ...] = setting(
        (DEFAULT_SECRET,),
        "Keys that sign cookies, oldest first, separated by commas; the last one signs.",
        variable="SECRET",
        shared=True,
    )
    trusted_proxies: tuple[str, ...] = setting(
        (),
        "Addresses or networks of proxies whose X-Forwarded headers count, with commas between.",
        shared=True,
    )
    production: bool = setting(False, "Refuse settings that are only for development.", shared=True)
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR.", shared=True)
    log_format: str = setting(
        "text", "How lines of the log look: text, or json, an object a line.", shared=True
    )
    metrics_port: int = setting(
        0, "Port at which Prometheus finds this process's numbers; 0: nowhere.", shared=True
    )

    def __post_init__(self) -> None:
        self._check_choice("concurrency", {"gevent", "eventlet"})
        self._check_choice("transport", {"mongrel2", "wsgi"})
        self._check_choice("log_level", {"DEBUG", "INFO", "WARNING", "ERROR"})
        self._check_choice("log_format", set(FORMATS))
        if not self.secrets or not all(self.secrets):
            raise SettingsError(f"{self.variable('secrets')} is empty. {NEW_SECRET}")
        if self.production:
            self._check_secrets()

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, prefix: str | None = None
    ) -> Self:
        """Read all settings; raises SettingsError for a value that cannot be used."""
        environ = os.environ if environ is None else environ
        prefix = cls.prefix if prefix is None else prefix
        values: dict[str, Any] = {}
        for each in _settings(cls):
            variable = next((name for name in _variables(each, prefix) if name in environ), None)
            if variable is not None:
                values[each.name] = _parsed(variable, environ[variable], each.default)
        return cls(prefix=prefix, **values)

    @classmethod
    def at_start(cls) -> Self:
        """Read all settings, choose the coroutine library and how logs look, before other imports.

        These are the first lines of a program: it ends with one sentence when a setting cannot be
        used.
        """
        try:
            settings = cls.from_environment()
        except SettingsError as error:
            sys.exit(str(error))
        concurrency.use(settings.concurrency)
        use_log_format(settings.log_format, settings.log_level)
        return settings

    @classmethod
    def sample(cls) -> str:
        """Return the text of a .env.sample: every setting with its meaning and its default."""
        return "\n".join(
            f"# {each.doc}\n{each.name}={each.default}\n" for each in cls.documented().values()
        )

    @classmethod
    def documented(cls) -> dict[str, Variable]:
        """Return the variables of all settings by the settings' names, in order."""
        return {each.name: _documented(each, cls.prefix) for each in _settings(cls)}

    def variable(self, name: str) -> str:
        """Return the environment variable of a field."""
        each = next(each for each in fields(self) if each.name == name)
        return _variables(each, self.prefix)[0]

    @property
    def secret(self) -> str:
        """The key that signs now."""
        return self.secrets[-1]

    def connection(self) -> "Connection":
        """Make the transport."""
        # Settings are read before the coroutine library is chosen and patches what these import.
        from brubeck.connections import Mongrel2Connection, WSGIConnection

        if self.transport == "wsgi":
            return WSGIConnection(port=self.port, host=self.host)
        return Mongrel2Connection(
            self.pull_address,
            self.pub_address,
            dispatcher=self.dispatcher or None,
            control=self.control_address,
        )

    def _check_choice(self, name: str, choices: set[str]) -> None:
        value = getattr(self, name)
        if value not in choices:
            allowed = ", ".join(sorted(choices))
            raise SettingsError(f"{self.variable(name)} is {value!r}. Set it to one of: {allowed}.")

    def _check_secrets(self) -> None:
        for secret in self.secrets:
            if secret == DEFAULT_SECRET or len(secret) < SHORTEST_SECRET:
                raise SettingsError(
                    f"{self.variable('secrets')} holds a key that is known or shorter than "
                    f"{SHORTEST_SECRET} characters, which production mode refuses. {NEW_SECRET}"
                )


NEW_SECRET = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'  # noqa: S105  no secret


def _settings(cls: type[ServerSettings]) -> "list[Field[Any]]":
    return [each for each in fields(cls) if "doc" in each.metadata]


def _variables(each: "Field[Any]", prefix: str) -> list[str]:
    """Return the names under which a setting is looked for, the most specific first."""
    name = each.metadata["variable"] or each.name.upper()
    return [prefix + name, name] if each.metadata["shared"] else [prefix + name]


def _documented(each: "Field[Any]", prefix: str) -> Variable:
    name, *shared = _variables(each, prefix)
    return Variable(name, "".join(shared), each.metadata["doc"], _text(each.default))


def _parsed(variable: str, text: str, default: object) -> object:
    """Return a variable's text as a value of the same kind as the default."""
    if isinstance(default, bool):
        return _boolean(variable, text)
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit():
            raise SettingsError(f"{variable} is {text!r}. Set it to a number.")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _boolean(variable: str, text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise SettingsError(f"{variable} is {text!r}. Set it to yes or no.")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)
