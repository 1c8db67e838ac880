"""The description of the API: an OpenAPI 3.1 document, from which the page /api/docs is made, too.

Notice that it is checked, not believed: a test lets Schemathesis read it, make requests of all
kinds from it, and compare what the site answers with what stands here.
"""

from typing import Any

from weblinks.addresses import MAX_LENGTH
from weblinks.paging import MAX_PAGE_SIZE, PAGE_SIZE
from weblinks.search import LONGEST
from weblinks.tagnames import MOST_TAGS
from weblinks.typedlinks import DESCRIPTION_LENGTH, NOTES_LENGTH, TITLE_LENGTH

JSON = dict[str, Any]

PLACE = r"^[0-9]{1,15}-[0-9a-f]{24}$"
LINK_ID = "^[0-9a-f]{24}$"
ABOUT = (
    "Your links, for programs. Make a token in the settings and send it with every request: "
    "`Authorization: Bearer listsurf_...`. Times are milliseconds since 1970, UTC. "
    "What fails is explained by a problem document (RFC 9457)."
)


def api_document(site: str) -> JSON:
    """Return the OpenAPI document of the API below an address without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Listsurf", "version": "1", "description": ABOUT},
        "servers": [{"url": site}],
        "security": [{"token": []}],
        "paths": {
            "/api/links": {"get": LIST, "post": CREATE},
            "/api/links/{id}": {"parameters": [ID], "get": READ, "patch": CHANGE, "delete": DELETE},
            "/api/check": {"get": CHECK},
            "/api/tags": {"get": TAGS},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS,
        },
    }


# -- schemas -------------------------------------------------------------------------------------

TIME: JSON = {"type": "integer", "minimum": 0, "description": "Milliseconds since 1970, UTC."}
ADDRESS: JSON = {"type": "string", "format": "web-address", "maxLength": MAX_LENGTH}
TAG_LIST: JSON = {"type": "array", "items": {"type": "string"}}


def nullable(schema: JSON) -> JSON:
    """Return the schema of a value that may be missing, and is null then."""
    return {**schema, "type": [schema["type"], "null"]}


def object_of(required: list[str], properties: JSON) -> JSON:
    """Return the schema of an object that has nothing but these."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def to_schema(name: str) -> JSON:
    """Return a reference to one of the schemas below."""
    return {"$ref": f"#/components/schemas/{name}"}


EDITABLE: JSON = {
    "url": {
        **ADDRESS,
        "description": "The address; http:// is put in front where no scheme is given.",
        "example": "https://example.com/page",
    },
    "title": nullable({"type": "string", "maxLength": TITLE_LENGTH, "example": "A page"}),
    "description": nullable({"type": "string", "maxLength": DESCRIPTION_LENGTH}),
    "notes": nullable(
        {
            "type": "string",
            "maxLength": NOTES_LENGTH,
            "description": "Markdown, for you alone: notes stand on no public page.",
        }
    ),
    "tags": {**TAG_LIST, "maxItems": MOST_TAGS, "example": ["to-read"]},
    "is_public": {"type": "boolean", "description": "Whether it stands on your public page."},
}
SCHEMAS: JSON = {
    "Link": object_of(
        ["id", *EDITABLE, "created_at", "updated_at", "touched_at"],
        {
            "id": {"type": "string", "pattern": LINK_ID},
            **EDITABLE,
            "created_at": TIME,
            "updated_at": {**TIME, "description": "When you edited it last."},
            "touched_at": {
                **TIME,
                "description": "When anything about it changed: an import, a tag, a fetched title.",
            },
        },
    ),
    "NewLink": object_of(["url"], EDITABLE),
    "LinkChange": object_of([], EDITABLE),
    "LinkList": object_of(
        ["num_items", "items", "next"],
        {
            "num_items": {"type": "integer", "description": "All that match, on all pages."},
            "items": {"type": "array", "items": to_schema("Link")},
            "next": nullable({"type": "string", "description": "Address of the page behind."}),
        },
    ),
    "Check": object_of(
        ["url", "link"],
        {
            "url": {"type": "string", "description": "The address as it is stored."},
            "link": {"oneOf": [to_schema("Link"), {"type": "null"}]},
        },
    ),
    "TagList": object_of(
        ["items"],
        {
            "items": {
                "type": "array",
                "items": object_of(
                    ["tag", "links"],
                    {"tag": {"type": "string"}, "links": {"type": "integer", "minimum": 1}},
                ),
            }
        },
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong, and what to do."},
            "request_id": {"type": "string", "description": "Name it when you ask for help."},
            "errors": {
                "type": "array",
                "items": object_of(
                    ["field", "message"],
                    {"field": {"type": "string"}, "message": {"type": "string"}},
                ),
            },
        },
    },
}

# -- answers -------------------------------------------------------------------------------------

PROBLEMS = {
    400: "The request cannot be understood.",
    401: "There is no token, or one that is not good.",
    403: "The owner of the token has not allowed the site whose page asks.",
    404: "You have no link of this id.",
    409: "Another of your links has this address.",
    414: "The address is too long for the server.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "Values cannot be used; “errors” says which.",
    429: "There were too many requests. The header Retry-After says how many seconds to wait.",
    503: "The database does not answer. Try again in a moment.",
    507: "The database has no room for more; nothing was stored.",
}
ALWAYS = (400, 401, 403, 414, 429, 503, 507)
OF_BODIES = (409, 413, 415, 422)


def problem(status: int) -> JSON:
    """Return the description of a failure; what the web server itself refuses is no document."""
    if status == 414:
        return {"description": PROBLEMS[status]}
    content = {"application/problem+json": {"schema": to_schema("Problem")}}
    headers = {"Retry-After": {"schema": {"type": "integer"}}} if status == 429 else {}
    return {"description": PROBLEMS[status], "content": content, "headers": headers}


def answers(
    status: int, description: str, schema: str = "", failures: tuple[int, ...] = ()
) -> JSON:
    """Return the descriptions of all answers, the good one first."""
    good: JSON = {"description": description}
    if schema:
        good["content"] = {"application/json": {"schema": to_schema(schema)}}
    bad = sorted({*ALWAYS, *failures})
    return {str(status): good, **{str(failure): problem(failure) for failure in bad}}


def argument(name: str, description: str, **schema: Any) -> JSON:
    """Return the description of an argument in the address."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def body(schema: str) -> JSON:
    """Return the description of a JSON body."""
    return {"required": True, "content": {"application/json": {"schema": to_schema(schema)}}}


# -- operations ----------------------------------------------------------------------------------

ID: JSON = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of a link.",
    "schema": {"type": "string", "pattern": LINK_ID},
}
LIST: JSON = {
    "operationId": "listLinks",
    "summary": "List and search links, the latest first",
    "parameters": [
        argument(
            "q", "Words to look for, as in the search box of the site.",
            type="string", format="search", maxLength=LONGEST,
        ),
        argument("tag", "Only links with this tag; may be given several times.", **TAG_LIST),
        argument(
            "since", "Only links whose “touched_at” is this time or later; the latest comes first.",
            type="integer", minimum=0, maximum=10**15,
        ),
        argument("before", "The place where the page begins: follow “next”.", type="string", pattern=PLACE),
        argument(
            "count", "How many links the page may have.",
            type="integer", minimum=1, maximum=MAX_PAGE_SIZE, default=PAGE_SIZE,
        ),
    ],
    "responses": answers(200, "A page of links.", "LinkList"),
}  # fmt: skip
CREATE: JSON = {
    "operationId": "createLink",
    "summary": "Save a link",
    "requestBody": body("NewLink"),
    "responses": answers(201, "The new link.", "Link", OF_BODIES),
}
READ: JSON = {
    "operationId": "readLink",
    "summary": "Read a link",
    "responses": answers(200, "The link.", "Link", (404,)),
}
CHANGE: JSON = {
    "operationId": "changeLink",
    "summary": "Change a link; what is not sent stays as it is",
    "requestBody": body("LinkChange"),
    "responses": answers(200, "The link as it is now.", "Link", (404, *OF_BODIES)),
}
DELETE: JSON = {
    "operationId": "deleteLink",
    "summary": "Delete a link",
    "responses": answers(204, "It is gone.", failures=(404,)),
}
CHECK: JSON = {
    "operationId": "checkAddress",
    "summary": "Ask whether an address is saved already",
    "parameters": [{**argument("url", "The address.", **ADDRESS), "required": True}],
    "responses": answers(200, "The link that has this address, or null.", "Check", (422,)),
}
TAGS: JSON = {
    "operationId": "listTags",
    "summary": "List your tags",
    "responses": answers(200, "Each tag with the number of its links.", "TagList"),
}
