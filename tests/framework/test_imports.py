"""Programs written for the original find everything where it was."""

import re
from importlib import import_module
from pathlib import Path

import pytest

NAMES = {
    "brubeck": "version version_info",
    "brubeck.request_handling": "Brubeck MessageHandler WebMessageHandler JSONMessageHandler "
    "JsonSchemaMessageHandler FourOhFourException http_response render cookie_encode "
    "cookie_decode cookie_is_encoded HTTP_METHODS HTTP_FORMAT CORO_LIBRARY coro_pool coro_spawn "
    "Request to_bytes to_unicode version curtime ShieldException route_message request_handler "
    "result_handler receive_wsgi_message",
    "brubeck.connections": "Connection Mongrel2Connection WSGIConnection load_zmq load_zmq_ctx "
    "Request to_bytes to_unicode parse_netstring http_response coro_spawn",
    "brubeck.request": "Request to_bytes to_unicode parse_netstring",
    "brubeck.mongrel2": "Mongrel2Connection Request to_bytes to_unicode parse_netstring "
    "MAX_IDENTS CTX",
    "brubeck.auth": "authenticated web_authenticated UserHandlingMixin gen_hexdigest "
    "build_passwd_line split_passwd_line BCRYPT PASSWD_DELIM User UserProfile",
    "brubeck.models": "User UserProfile",
    "brubeck.datamosh": "get_typed_argument OwnedModelMixin OwnedHandlerMixin StreamedModelMixin "
    "StreamedHandlerMixin",
    "brubeck.timekeeping": "curtime datestring_to_millis datetime_to_millis millis_to_datetime "
    "prettydate MillisecondField MillisecondType",
    "brubeck.templating": "load_mako_env MakoRendering load_jinja2_env Jinja2Rendering "
    "load_tornado_env TornadoRendering load_mustache_env MustacheRendering MustacheEnvironment",
    "brubeck.templates": "load_mako_env MakoRendering load_jinja2_env Jinja2Rendering "
    "load_tornado_env TornadoRendering load_mustache_env MustacheRendering MustacheEnvironment",
    "brubeck.caching": "generate_session_id BaseCacheStore RedisCacheStore",
    "brubeck.queryset": "AbstractQueryset DictQueryset RedisQueryset",
    "brubeck.autoapi": "AutoAPIBase",
}


@pytest.mark.parametrize("module", NAMES)
def test_the_original_import_paths_work(module: str) -> None:
    """Every public name of every era can be imported from its module."""
    loaded = import_module(module)
    for name in NAMES[module].split():
        assert hasattr(loaded, name), name


@pytest.mark.parametrize("module", ["brubeck.mongrel2", "brubeck.connections"])
def test_other_names_are_missing_as_usual(module: str) -> None:
    """A lazy module does not invent attributes."""
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = import_module(module).nonsense


def test_the_pool_class_is_that_of_the_library() -> None:
    """CORO_LIBRARY and coro_pool agree with the library that runs."""
    from brubeck.concurrency import current
    from brubeck.request_handling import CORO_LIBRARY, coro_pool

    assert current().name == CORO_LIBRARY
    assert coro_pool is current().pool_class


def test_the_shared_context_is_made_once() -> None:
    """CTX of 2011 and load_zmq_ctx give the same one, of the green zmq."""
    from brubeck import mongrel2
    from brubeck.connections import load_zmq, load_zmq_ctx

    assert mongrel2.CTX is load_zmq_ctx()
    assert isinstance(load_zmq_ctx(), load_zmq().Context)


def test_the_versions_agree() -> None:
    """Package metadata, the text and the tuple say the same."""
    import brubeck

    project = Path(brubeck.__file__).parents[1] / "pyproject.toml"
    declared = re.search(r'^version = "(.+)"$', project.read_text(), re.MULTILINE)
    assert declared is not None
    assert declared[1] == brubeck.version
    assert brubeck.version == ".".join(map(str, brubeck.version_info))
