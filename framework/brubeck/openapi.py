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
from brubeck.autoapi.mergepatch import CONTENT_TYPE as MERGE_PATCH
from brubeck.autoapi.ownership import owner_key
from brubeck.errorpages import PROBLEM
from brubeck.handlers.documents import public_schema
from brubeck.handlers.problems import ProblemAnswers
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
    components: JSON = {"schemas": dict(COMMON_SCHEMAS)}
    for prefix, api in _registered(app):
        paths |= _paths(prefix, api, app.MULTIPLE_ITEM_SEP)
        components["schemas"] |= _schemas(api)
        if issubclass(api, ProblemAnswers):
            components["schemas"]["Problem"] = PROBLEM_SCHEMA
        if api.owner_field is not None:
            schemes = components.setdefault("securitySchemes", {})
            schemes[_scheme_name(api)] = _security_scheme(api)
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


def _scheme_name(api: Api) -> str:
    return f"{api.model.__name__}Owner"


def _security_scheme(api: Api) -> JSON:
    cookie = getattr(api, "session_cookie", "session")
    return api.security_scheme or {"type": "apiKey", "in": "cookie", "name": cookie}


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
PROBLEM_SCHEMA: JSON = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "request_id": {"type": "string", "description": "Name it when you ask for help."},
        "errors": COMMON_SCHEMAS["Error"]["properties"]["errors"],
    },
    "required": ["type", "title", "status", "detail", "request_id"],
}


def _schemas(api: Api) -> JSON:
    """Return the schemas of an API's model: as it is sent, as a patch, and as it comes back."""
    name = api.model.__name__
    sent = _for_clients(api, _moved(public_schema(api.model), f"#/components/schemas/{name}"))
    shown = {key: part for key, part in sent["properties"].items() if key != "_id"}
    errors = {"errors": COMMON_SCHEMAS["Error"]["properties"]["errors"]}
    answered = {
        "type": "object",
        "title": f"{name} with its status",
        "properties": {
            **shown,
            "id": {"type": "string"},
            **STATUS,
            **(errors if api.items_stand_alone else {}),
        },
        "required": ["id", "status_code", "status_msg"],
    }
    closed = {"additionalProperties": False} if api.is_strict else {}
    patch = {**_patch(name, sent), **closed}
    return {
        name: {**sent, **closed},
        f"{name}Patch": patch,
        f"{name}PatchById": _named(patch),
        f"{name}Answer": answered,
    }


def _for_clients(api: Api, schema: JSON) -> JSON:
    """Return a schema that says what clients cannot set, such as the owner."""
    names = [*api.readonly_fields, *([api.owner_field] if api.owner_field else [])]
    if not names:
        return schema
    keys = {owner_key(api.model, name) for name in names}
    properties = {
        name: {**part, "readOnly": True} if name in keys else part
        for name, part in schema["properties"].items()
    }
    required = [name for name in schema.get("required", ()) if name not in keys]
    return {**schema, "properties": properties, "required": required}


def _patch(name: str, sent: JSON) -> JSON:
    """Return the schema of a merge patch: every field may be missing, or null to remove it."""
    required = sent.get("required", ())
    return {
        "type": "object",
        "title": f"Changes of a {name}",
        "properties": {
            key: part if key in required else _removable(part)
            for key, part in sent["properties"].items()
            if key not in {"_id", "id"}
        },
        **({"$defs": sent["$defs"]} if "$defs" in sent else {}),
    }


def _named(patch: JSON) -> JSON:
    """Return the schema of a merge patch that says which document it is for."""
    text = {"type": "string"}
    return {
        **patch,
        "properties": {**patch["properties"], "id": text, "_id": text},
        "anyOf": [{"required": ["id"]}, {"required": ["_id"]}],
    }


def _patches(name: str) -> JSON:
    """Return the schema of one patch for all documents in the address, or of one for each."""
    return {
        "anyOf": [
            _reference(f"{name}Patch"),
            {"type": "array", "items": _reference(f"{name}PatchById"), "minItems": 1},
        ]
    }


def _removable(part: JSON) -> JSON:
    # An object merges with the one that is stored, so any part of it will do.
    is_object = "$ref" in part or part.get("type") == "object"
    if is_object:
        return {"type": ["object", "null"]}
    kept = {"readOnly": True} if part.get("readOnly") else {}
    return {"anyOf": [part, {"type": "null"}], **kept}


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


def _sent(api: Api, schema: JSON) -> JSON:
    """Return the schema of a body with one document, or with as many as a request may have."""
    most = {} if api.max_items is None else {"maxItems": api.max_items}
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, **most}]}


# -- operations --------------------------------------------------------------------------------


def _paths(prefix: str, api: Api, separator: str) -> JSON:
    name = api.model.__name__
    create = _operation(api, f"Create one {name}, or many", "create", (200, 201, 207, 400, 409))
    store = _operation(api, f"Store each {name} under its id", "store", (200, 201, 207, 400, 409))
    change = _operation(api, f"Change each {name} that has an id", "change", (200, 400, 404))
    all_of_them = {
        "get": _list(api),
        "post": _with_body(create, api),
        "put": _with_body(store, api),
        "patch": _with_patch(change, _sent(api, _reference(f"{name}PatchById"))),
    }
    some = {
        "get": _operation(api, f"Read each {name} by id", "read", (200, 207, 304, 404)),
        **_updating(api),
        "put": _with_body(_writing(api, f"Replace each {name} by id", "replace"), api),
        "patch": _with_patch(_writing(api, f"Change each {name} by id", "patch"), _patches(name)),
        "delete": _writing(api, f"Remove each {name} by id", "remove"),
    }
    return {
        prefix: _offered(api, all_of_them),
        f"{prefix}{{ids}}": {"parameters": [_ids(separator)], **_offered(api, some)},
    }


def _updating(api: Api) -> JSON:
    """Return the operation that updates documents by POST, if there is one."""
    if not api.updates_by_post:
        return {}
    name = api.model.__name__
    return {"post": _with_body(_writing(api, f"Update each {name} by id", "update"), api)}


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
        "schema": {"type": "string", "minLength": 1},
    }


def _operation(api: Api, summary: str, verb: str, statuses: tuple[int, ...]) -> JSON:
    name = api.model.__name__
    owned = api.owner_field is not None
    found = sorted({*statuses, *api.further_statuses, *([401] if owned else [])})
    return {
        "summary": summary,
        "operationId": f"{verb}{name}",
        "tags": [name],
        "responses": {str(status): _response(status, api) for status in found},
        **({"security": [{_scheme_name(api): []}]} if owned else {}),
    }


def _writing(api: Api, summary: str, verb: str) -> JSON:
    """Return an operation that changes what is there, which If-Match may forbid."""
    statuses = (200, 201, 207, 400, 404, 409, 412) if verb != "remove" else (200, 207, 404, 412)
    return {**_operation(api, summary, verb, statuses), "parameters": [IF_MATCH]}


def _list(api: Api) -> JSON:
    """Return the operation that gives a page."""
    name = api.model.__name__
    statuses = (200, 400, 409) if api.has_feed else (200, 400)
    operation = _operation(api, f"List every {name}, page by page", "list", statuses)
    if api.has_feed:
        ahead = "“since” is ahead of what there is. Begin again with 0."
        operation["responses"]["409"]["description"] = ahead
    operation["responses"]["200"] = {
        "description": "A page; the next one is behind `next`, if there is one.",
        "headers": {"Link": LINK},
        "content": {"application/json": {"schema": _page(api)}},
    }
    limits = {"minimum": 1, "default": api.page_limit}
    most = f"How many documents at most; more than {api.max_page_limit} are that many."
    limit = _query("limit", most, {"type": "integer", **limits})
    after = _query("after", "Where the page begins; links have it.", {"type": "string"})
    since = [_query("since", SINCE, {"type": "string"})] if api.has_feed else []
    return {**operation, "parameters": [limit, after, *since, *api.filter_parameters]}


def _query(name: str, description: str, schema: JSON) -> JSON:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _with_body(operation: JSON, api: Api) -> JSON:
    content = {"application/json": {"schema": _sent(api, _reference(api.model.__name__))}}
    return {**operation, "requestBody": {"required": True, "content": content}}


def _with_patch(operation: JSON, schema: JSON) -> JSON:
    content = {kind: {"schema": schema} for kind in (MERGE_PATCH, "application/json")}
    return {**operation, "requestBody": {"required": True, "content": content}}


SINCE = (
    "Only what has changed since then: “since” of the answer before, or 0 for all there is. What is "
    "gone has the status 410. Filters do not count."
)
IF_MATCH: JSON = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the document to be changed; any other gives 412.",
    "schema": {"type": "string"},
}
LINK: JSON = {
    "description": 'The address of the next page, as `<...>; rel="next"`.',
    "schema": {"type": "string"},
}
ETAG: JSON = {
    "description": "The version of the document, if it is one and no list.",
    "schema": {"type": "string"},
}

DESCRIPTIONS = {
    200: "Done.",
    201: "Created.",
    207: "The documents have different statuses; each carries its own.",
    304: "The client has it already.",
    400: "What was sent cannot be used; nothing was stored.",
    401: "Nobody is signed in; nothing was looked at.",
    403: "Whoever is signed in may not do this.",
    404: "There is no such document; nothing was changed.",
    409: "The id is taken, or others keep changing the document; nothing was stored.",
    412: "The document is not the one that the client means; nothing was changed.",
    413: "What was sent is too large; nothing was stored.",
    414: "The address is too long.",
    415: "What was sent is of a type that is not understood.",
    429: "There were too many requests. Retry-After says how many seconds to wait.",
    503: "The store does not answer. Try again in a moment.",
}


WITHOUT_DOCUMENT = {304, 414}  # the second is answered by the server
OF_DOCUMENTS = {404, 409, 410}


def _response(status: int, api: Api) -> JSON:
    response: JSON = {"description": DESCRIPTIONS[status]}
    if status in {200, 201, 304}:
        response["headers"] = {"ETag": ETAG}
    if status not in WITHOUT_DOCUMENT:
        response["content"] = _content(status, api)
    return response


def _content(status: int, api: Api) -> JSON:
    answer = {"application/json": {"schema": _answer(api.model.__name__)}}
    is_answer = status in OF_DOCUMENTS or (status == 400 and api.items_stand_alone)
    if status < 400:
        return answer
    if issubclass(api, ProblemAnswers):
        # Several documents have their statuses, a single one is a problem.
        problem = {PROBLEM: {"schema": _reference("Problem")}}
        return answer | problem if is_answer else problem
    return answer if is_answer else {"application/json": {"schema": _reference("Error")}}


def _answer(name: str) -> JSON:
    return {
        "type": "object",
        "properties": {**STATUS, "timestamp": TIMESTAMP, "data": _one_or_many(f"{name}Answer")},
        "required": ["status_code", "status_msg", "data"],
    }


def _page(api: Api) -> JSON:
    name = api.model.__name__
    answer = _answer(name)
    items = {"type": "array", "items": _reference(f"{name}Answer")}
    following = {"type": "string", "format": "uri-reference"}
    since = {"since": {"type": "string"}} if api.has_feed else {}
    more = {"data": items, "next": following, **since}
    return {**answer, "properties": {**answer["properties"], **more}}
