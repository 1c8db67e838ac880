"""An OpenAPI document of what `app.register_api` serves.

    add_openapi_route(app, title="Todos", version="1.0")

shows it at `/openapi.json`. It is made of the routes and of the models' JSON schemas, so it
cannot say anything else than the program does.

The format: OpenAPI Specification 3.1, whose schemas are JSON Schema, draft 2020-12.
"""

import logging
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from brubeck.autoapi import AutoAPIBase
from brubeck.handlers.problems import ProblemAnswers
from brubeck.jsontext import dumps
from brubeck.openapi.operations import operations_at
from brubeck.openapi.schemas import COMMON_SCHEMAS, JSON, PROBLEM_SCHEMA, Api, schemas, scheme_name
from brubeck.response import render

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

OPENAPI = "3.1.0"
_BEFORE_IDS = re.compile(r"\^?(?P<prefix>.*/)\(\?:\(\?P<ids>.*")
_ESCAPED = re.compile(r"\\(\W)")

log = logging.getLogger(__name__)


def add_openapi_route(
    app: "Brubeck", *, title: str, version: str, path: str = r"^/openapi\.json$"
) -> None:
    """Show the document of an application at a path."""
    app.add_route(path, method="GET")(partial(_show, title, version))


def _show(title: str, version: str, app: "Brubeck", _message: "Request") -> JSON:
    document = openapi_document(app, title=title, version=version)
    return render(dumps(document), 200, "OK", {"Content-Type": "application/json"})


def openapi_document(app: "Brubeck", *, title: str, version: str) -> JSON:
    """Return the document of all APIs that are registered with an application."""
    paths: JSON = {}
    components: JSON = {"schemas": dict(COMMON_SCHEMAS)}
    for prefix, api in _registered(app):
        paths |= operations_at(prefix, api, app.MULTIPLE_ITEM_SEP)
        components["schemas"] |= schemas(api)
        if issubclass(api, ProblemAnswers):
            components["schemas"]["Problem"] = PROBLEM_SCHEMA
        if api.owner_field is not None:
            schemes = components.setdefault("securitySchemes", {})
            schemes[scheme_name(api)] = _security_scheme(api)
    return {
        "openapi": OPENAPI,
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": components,
    }


def _registered(app: "Brubeck") -> Iterator[tuple[str, Api]]:
    """Yield address and class of each API; a pattern for many addresses has no place in OpenAPI."""
    for regex, target in getattr(app, "_routes", ()):
        if isinstance(target, type) and issubclass(target, AutoAPIBase):
            found = _BEFORE_IDS.fullmatch(regex.pattern)
            prefix = _ESCAPED.sub(r"\1", found["prefix"]) if found else ""
            if regex.match(prefix):
                yield prefix, target
            else:
                log.warning("%s has no fixed address; OpenAPI leaves it out.", regex.pattern)


def _security_scheme(api: Api) -> JSON:
    cookie = getattr(api, "session_cookie", "session")
    return api.security_scheme or {"type": "apiKey", "in": "cookie", "name": cookie}
