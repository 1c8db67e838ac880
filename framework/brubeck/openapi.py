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
from typing import TYPE_CHECKING, Any

from brubeck.autoapi import AutoAPIBase
from brubeck.handlers.documents import public_schema
from brubeck.jsontext import dumps
from brubeck.response import render

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

JSON = dict[str, Any]
Api = type[AutoAPIBase]

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
    schemas: JSON = dict(COMMON_SCHEMAS)
    for prefix, api in _registered(app):
        paths |= _paths(prefix, api, app.MULTIPLE_ITEM_SEP)
        schemas |= _schemas(api)
    return {
        "openapi": OPENAPI,
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": schemas},
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


# -- schemas -----------------------------------------------------------------------------------

STATUS: JSON = {
    "status_code": {"type": "integer"},
    "status_msg": {"type": "string"},
}
TIMESTAMP: JSON = {"type": "integer", "description": "Milliseconds since the epoch."}

COMMON_SCHEMAS: JSON = {
    "Error": {
        "type": "object",
        "title": "Error",
        "properties": {
            **STATUS,
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "item": {"type": "integer", "description": "Position in the list sent."},
                        "field": {"type": "string"},
                        "message": {"type": "string"},
                    },
                    "required": ["item", "field", "message"],
                },
            },
        },
        "required": ["status_code", "status_msg"],
    }
}


def _schemas(api: Api) -> JSON:
    """Return the schemas of an API's model as it is sent, and as it comes back."""
    name = api.model.__name__
    sent = _moved(public_schema(api.model), f"#/components/schemas/{name}")
    shown = {key: part for key, part in sent["properties"].items() if key != "_id"}
    answered = {
        "type": "object",
        "title": f"{name} with its status",
        "properties": {**shown, "id": {"type": "string"}, **STATUS},
        "required": ["id", "status_code", "status_msg"],
    }
    return {name: sent, f"{name}Answer": answered}


def _moved(schema: Any, root: str) -> Any:
    """Return a schema whose references to its own root point to where it stands now."""
    if isinstance(schema, list):
        return [_moved(part, root) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: root + part[1:] if key == "$ref" and isinstance(part, str) else _moved(part, root)
        for key, part in schema.items()
    }


def _reference(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def _one_or_many(name: str) -> JSON:
    return {"anyOf": [_reference(name), {"type": "array", "items": _reference(name)}]}


# -- operations --------------------------------------------------------------------------------


def _paths(prefix: str, api: Api, separator: str) -> JSON:
    name = api.model.__name__
    all_of_them = {
        "get": _operation(f"List every {name}", f"list{name}", name, (200,)),
        "post": _with_body(
            _operation(f"Create one {name}, or many", f"create{name}", name, (200, 201, 207, 400))
        ),
        "put": _with_body(
            _operation(f"Store each {name} under its id", f"store{name}", name, (200, 207, 400))
        ),
    }
    some = {
        "get": _operation(f"Read each {name} by id", f"read{name}", name, (200, 207, 404)),
        "post": _with_body(
            _operation(f"Update each {name} by id", f"update{name}", name, (200, 207, 400))
        ),
        "put": _with_body(
            _operation(f"Replace each {name} by id", f"replace{name}", name, (200, 207, 400))
        ),
        "delete": _operation(f"Remove each {name} by id", f"remove{name}", name, (200, 404)),
    }
    return {
        prefix: _offered(api, all_of_them),
        f"{prefix}{{ids}}": {"parameters": [_ids(separator)], **_offered(api, some)},
    }


def _offered(api: Api, operations: JSON) -> JSON:
    """Return the operations that an API has members for and does not rule out."""
    allowed = api.SUPPORTED_METHODS
    return {
        method: operation
        for method, operation in operations.items()
        if callable(getattr(api, method, None)) and (allowed is None or method.upper() in allowed)
    }


def _ids(separator: str) -> JSON:
    return {
        "name": "ids",
        "in": "path",
        "required": True,
        "description": f"One id, or several separated by {separator!r}.",
        "schema": {"type": "string", "pattern": rf"^[-\w]+({re.escape(separator)}[-\w]+)*$"},
    }


def _operation(summary: str, operation_id: str, name: str, statuses: tuple[int, ...]) -> JSON:
    return {
        "summary": summary,
        "operationId": operation_id,
        "tags": [name],
        "responses": {str(status): _response(status, name) for status in statuses},
    }


def _with_body(operation: JSON) -> JSON:
    (name,) = operation["tags"]
    content = {"application/json": {"schema": _one_or_many(name)}}
    return {**operation, "requestBody": {"required": True, "content": content}}


DESCRIPTIONS = {
    200: "Done.",
    201: "Created.",
    207: "The documents have different statuses; each carries its own.",
    400: "What was sent cannot be used; nothing was stored.",
    404: "There is no such document; nothing was changed.",
}


def _response(status: int, name: str) -> JSON:
    schema = _reference("Error") if status == 400 else _answer(name)
    return {
        "description": DESCRIPTIONS[status],
        "content": {"application/json": {"schema": schema}},
    }


def _answer(name: str) -> JSON:
    return {
        "type": "object",
        "properties": {**STATUS, "timestamp": TIMESTAMP, "data": _one_or_many(f"{name}Answer")},
        "required": ["status_code", "status_msg", "data"],
    }
