"""A JSON API for a document class and a queryset, without further code."""

from brubeck.autoapi.handler import AutoAPIBase

__all__ = ["AutoAPIBase"]
