"""The name that `dictshield.fields.mongo` had in 0.3.2."""

from dictshield.fields.mongo import ObjectIdField

__all__ = ["ObjectIdField"]
