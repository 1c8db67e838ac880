"""The operations of an OpenAPI document: what an API does at its addresses, and how it answers."""

from brubeck.autoapi.mergepatch import CONTENT_TYPE as MERGE_PATCH
from brubeck.errorpages import PROBLEM
from brubeck.handlers.problems import ProblemAnswers
from brubeck.openapi.schemas import (
    JSON,
    STATUS,
    TIMESTAMP,
    Api,
    body_of,
    one_or_many,
    patches,
    reference,
    scheme_name,
)


def operations_at(prefix: str, api: Api, separator: str) -> JSON:
    """Return the operations of an API by address, below its prefix."""
    name = api.model.__name__
    create = _operation(api, f"Create one {name}, or many", "create", (200, 201, 207, 400, 409))
    store = _operation(api, f"Store each {name} under its id", "store", (200, 201, 207, 400, 409))
    change = _operation(api, f"Change each {name} that has an id", "change", (200, 400, 404))
    all_of_them = {
        "get": _list(api),
        "post": _with_body(create, api),
        "put": _with_body(store, api),
        "patch": _with_patch(change, body_of(api, reference(f"{name}PatchById"))),
    }
    some = {
        "get": _operation(api, f"Read each {name} by id", "read", (200, 207, 304, 404)),
        **_updating(api),
        "put": _with_body(_writing(api, f"Replace each {name} by id", "replace"), api),
        "patch": _with_patch(_writing(api, f"Change each {name} by id", "patch"), patches(name)),
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
        **({"security": [{scheme_name(api): []}]} if owned else {}),
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
    content = {"application/json": {"schema": body_of(api, reference(api.model.__name__))}}
    return {**operation, "requestBody": {"required": True, "content": content}}


def _with_patch(operation: JSON, schema: JSON) -> JSON:
    content = {kind: {"schema": schema} for kind in (MERGE_PATCH, "application/json")}
    return {**operation, "requestBody": {"required": True, "content": content}}


SINCE = (
    "Only what has changed since then: “since” of the answer before, or 0 for all there is. What is "
    "gone has the status 410. Filters do not count, but have to be right."
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
    507: "The store has no room for more; nothing was stored.",
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
        problem = {PROBLEM: {"schema": reference("Problem")}}
        return answer | problem if is_answer else problem
    return answer if is_answer else {"application/json": {"schema": reference("Error")}}


def _answer(name: str) -> JSON:
    return {
        "type": "object",
        "properties": {**STATUS, "timestamp": TIMESTAMP, "data": one_or_many(f"{name}Answer")},
        "required": ["status_code", "status_msg", "data"],
    }


def _page(api: Api) -> JSON:
    name = api.model.__name__
    answer = _answer(name)
    items = {"type": "array", "items": reference(f"{name}Answer")}
    following = {"type": "string", "format": "uri-reference"}
    since = {"since": {"type": "string"}} if api.has_feed else {}
    more = {"data": items, "next": following, **since}
    return {**answer, "properties": {**answer["properties"], **more}}
