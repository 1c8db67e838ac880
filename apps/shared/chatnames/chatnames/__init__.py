"""Names of people in a chat: any language, and no two that could be taken for each other."""

from chatnames.claims import NameClaims
from chatnames.lookalikes import folded, shapes
from chatnames.names import NAME_LENGTH, check_name, cleaned

__all__ = ["NAME_LENGTH", "NameClaims", "check_name", "cleaned", "folded", "shapes"]
