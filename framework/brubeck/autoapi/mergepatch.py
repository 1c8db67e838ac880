"""JSON Merge Patch (RFC 7396): a document with the changes, where null removes."""

from typing import Any

CONTENT_TYPE = "application/merge-patch+json"


def merge_patch(target: Any, patch: Any) -> Any:
    """Return `target` with a patch applied (RFC 7396, 2); neither is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def patched(model: Any, stored: dict[str, Any], patch: dict[str, Any]) -> Any:
    """Return the document that a stored dict becomes, valid or not.

    The patch is applied to what the owner may see, and only the fields that it names are touched.
    Raises ShieldException where a value cannot even be assigned.
    """
    document = model(**stored)
    shown = model.make_json_ownersafe(document, encode=False)
    fields, names = model._plan.fields, model._plan.names  # noqa: SLF001 - as brubeck.forms does
    for key, change in patch.items():
        name = names.get(key)
        if name is not None:
            seen = shown.get(fields[name].minimized_field_name or name)
            document[name] = None if change is None else merge_patch(seen, change)
    return document
