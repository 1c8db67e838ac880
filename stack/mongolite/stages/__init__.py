"""Aggregation pipelines. Importing this package registers all stages."""

from mongolite.stages import grouping, joining, output, shaping, windows
from mongolite.stages.pipeline import Environment, compile_document_stages, compile_pipeline

__all__ = [
    "Environment",
    "compile_document_stages",
    "compile_pipeline",
    "grouping",
    "joining",
    "output",
    "shaping",
    "windows",
]
