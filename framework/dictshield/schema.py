"""JSON Schema, in both directions."""

schema_kwargs_to_dictshield = {
    "maxLength": "max_length",
    "minLength": "min_length",
    "pattern": "regex",
    "minimum": "min_value",
    "maximum": "max_value",
}


class SchemaMixin:
    """Gives a document class its JSON Schema."""
