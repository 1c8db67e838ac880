"""The name by which the documentation called `brubeck.templating`."""

from brubeck.templating import (
    Jinja2Rendering,
    MakoRendering,
    MustacheEnvironment,
    MustacheRendering,
    TornadoRendering,
    load_jinja2_env,
    load_mako_env,
    load_mustache_env,
    load_tornado_env,
)

__all__ = [
    "Jinja2Rendering",
    "MakoRendering",
    "MustacheEnvironment",
    "MustacheRendering",
    "TornadoRendering",
    "load_jinja2_env",
    "load_mako_env",
    "load_mustache_env",
    "load_tornado_env",
]
