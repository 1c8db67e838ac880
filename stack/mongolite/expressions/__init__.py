"""Aggregation expressions. Importing this package registers all operators."""

from mongolite.expressions import (
    arrays,
    compiler,
    conditions,
    conversions,
    dates,
    numbers,
    objects,
    sets,
    strings,
)
from mongolite.expressions.compiler import compile_expression, evaluate

__all__ = [
    "arrays",
    "compile_expression",
    "compiler",
    "conditions",
    "conversions",
    "dates",
    "evaluate",
    "numbers",
    "objects",
    "sets",
    "strings",
]
