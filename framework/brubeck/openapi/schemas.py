"""The schemas of an OpenAPI document: of models, of what is sent and answered, of problems."""

from typing import Any

from brubeck.autoapi import AutoAPIBase
from brubeck.autoapi.ownership import owner_key
from brubeck.handlers.documents import public_schema

JSON = dict[str, Any]
Api = type[AutoAPIBase]

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


def schemas(api: Api) -> JSON:
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


def patches(name: str) -> JSON:
    """Return the schema of one patch for all documents in the address, or of one for each."""
    return {
        "anyOf": [
            reference(f"{name}Patch"),
            {"type": "array", "items": reference(f"{name}PatchById"), "minItems": 1},
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


def reference(name: str) -> JSON:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_or_many(name: str) -> JSON:
    """Return the schema of one, or of a list of them."""
    return {"anyOf": [reference(name), {"type": "array", "items": reference(name)}]}


def body_of(api: Api, schema: JSON) -> JSON:
    """Return the schema of a body with one document, or with as many as a request may have."""
    most = {} if api.max_items is None else {"maxItems": api.max_items}
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, **most}]}


def scheme_name(api: Api) -> str:
    """Return the name of the way in which owners of one model say who they are."""
    return f"{api.model.__name__}Owner"
