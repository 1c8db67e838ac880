"""The description of the API: an OpenAPI 3.1 document, from which the page /docs is made, too.

Notice how little stands here: all about links is made by the framework of the class that serves them.
A test lets Schemathesis read the document and compare what the API answers.
"""

from typing import TYPE_CHECKING, Any

from brubeck.openapi import openapi_document
from weblinks.addresses import MAX_LENGTH

from readify.handlers.api_links import argument
from readify.handlers.api_original import COUNT

if TYPE_CHECKING:
    from readify.apiapp import Api

JSON = dict[str, Any]

SECURITY: list[JSON] = [{"LinkOwner": []}]
ABOUT = (
    "Your links, for programs. Make a token in the settings and send it with every request: "
    "`Authorization: Bearer readify_...`. A token that may only read gets 403 for changes. Times are "
    "milliseconds since 1970, UTC. What fails is explained by a problem document (RFC 9457); of "
    "several links sent at once each has its own status. RateLimit-Remaining says how many requests "
    "are left until RateLimit-Reset seconds have passed."
)
TEXT: JSON = {"type": "string"}
FLAG: JSON = {"type": "boolean"}
NUMBER: JSON = {"type": "integer"}
PROBLEMS = {
    400: "The request cannot be understood.",
    401: "There is no token, or one that is not good.",
    403: "The token may not do this, or not from the site whose page asks.",
    413: "The body is too large.",
    429: "There were too many requests. Retry-After says how many seconds to wait.",
    503: "The database does not answer. Try again in a moment.",
    507: "The database has no room for more; nothing was stored.",
}


def api_document(app: "Api", site: str) -> JSON:
    """Return the OpenAPI document of the API below an address without a slash at its end."""
    document = openapi_document(app, title="Readify", version="1")
    document["info"]["description"] = ABOUT
    document["servers"] = [{"url": site}]
    document["paths"] |= PATHS
    described(document["components"]["schemas"]["Link"]["properties"])
    refine(document["paths"])
    return document


def refine(paths: JSON) -> None:
    """Say what cursors look like here, and that the address alone says which links are changed."""
    for parameter in paths["/links/"]["get"]["parameters"]:
        parameter["schema"] |= CURSORS.get(parameter["name"], {})
    patch = {"$ref": "#/components/schemas/LinkPatch"}
    for content in paths["/links/{ids}"]["patch"]["requestBody"]["content"].values():
        content["schema"] = patch


def described(properties: JSON) -> None:
    """Tell more of a link's fields than the model knows."""
    for name, words in FIELDS.items():
        properties[name] = {**properties[name], **words}


CURSORS: JSON = {
    "after": {"pattern": "^[0-9]{1,15}-[0-9a-f]{24}$"},
    "since": {"pattern": "^(latest|c?[0-9]{1,15})$"},
}
FIELDS: JSON = {
    "_id": {"readOnly": True},
    "url": {"format": "web-address", "description": "The address; http:// is put in front."},
    "change": {"description": "Counts the changes of all your links: this one's last."},
    "deleted": {"description": "Whether it is in the bin."},
    "place": {"description": "Where you have stopped reading, as a share of the text."},
    "fetch_state": {
        "description": "waiting, done or failed; empty where nobody asked for the text."
    },
}


def object_of(properties: JSON) -> JSON:
    """Return the schema of an object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def list_of(properties: JSON) -> JSON:
    """Return the schema of a list of objects, as answers have it."""
    return object_of({"items": {"type": "array", "items": object_of(properties)}})


def reading(name: str, summary: str, schema: JSON, parameters: list[JSON] | None = None) -> JSON:
    """Return the description of a question that changes nothing."""
    good = {"description": summary, "content": {"application/json": {"schema": schema}}}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    bad = {
        str(status): {"description": words, "content": content}
        for status, words in PROBLEMS.items()
    }
    unchanged = {"304": {"description": "The client has it already."}}
    return {
        "operationId": name,
        "summary": summary,
        "security": SECURITY,
        **({"parameters": parameters} if parameters else {}),
        "responses": {
            "200": good,
            **unchanged,
            **bad,
            "414": {"description": "The address is too long."},
        },
    }


def number(name: str, description: str) -> JSON:
    """Return the description of an argument that is a whole number."""
    return argument(name, description, type="integer", minimum=0, maximum=10**15)


ORIGINAL_ITEM: JSON = object_of(
    {
        **dict.fromkeys(("id", "owner_username", "url"), TEXT),
        "title": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": TEXT},
        **dict.fromkeys(("liked", "archived", "deleted"), FLAG),
        **dict.fromkeys(("created_at", "updated_at"), NUMBER),
    }
)
ORIGINAL: JSON = object_of(
    {
        "status_code": {"type": "integer"},
        "status_msg": TEXT,
        "timestamp": {"type": "integer"},
        "data": object_of(
            {
                "num_items": {"type": "integer"},
                "items": {"type": "array", "items": ORIGINAL_ITEM},
            }
        ),
    }
)
ORIGINAL_ARGUMENTS = [
    number("since", "Only links that have changed at this time or later."),
    number("page", "Which page, from 0."),
    number("count", f"How many links at most, {COUNT} at the most."),
    number("skip", "How many links to leave out; unless given, page times count."),
]
URL: JSON = {
    **argument("url", "The address.", type="string", format="web-address", maxLength=MAX_LENGTH),
    "required": True,
}
LINK: JSON = {"type": ["object", "null"], "properties": {"id": TEXT, "url": TEXT}}
PATHS: JSON = {
    "/check": {
        "get": reading(
            "checkAddress",
            "Ask whether an address is saved already",
            object_of({"url": TEXT, "link": LINK}),
            [URL],
        )
    },
    "/tags": {
        "get": reading(
            "listTags",
            "List your tags, with the number of their links",
            list_of({"tag": TEXT, "links": {"type": "integer"}}),
        )
    },
    "/sites": {
        "get": reading(
            "listSites",
            "List the sites of your links, with the number of links",
            list_of({"site": TEXT, "links": {"type": "integer"}}),
        )
    },
    "/profile": {
        "get": reading(
            "readProfile",
            "Read what you tell about yourself",
            object_of(dict.fromkeys(("username", "name", "bio", "website", "location_text"), TEXT)),
        )
    },
    "/": {
        "get": reading(
            "listUnread",
            "List unread links as the first Readify did; a name and a password will do (HTTP Basic)",
            ORIGINAL,
            ORIGINAL_ARGUMENTS,
        ),
        "post": reading(
            "listUnreadByPost",
            "The same; the name and the password may stand in the body, as in a form",
            ORIGINAL,
            ORIGINAL_ARGUMENTS,
        ),
    },
}
