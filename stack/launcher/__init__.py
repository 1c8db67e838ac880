"""Starts the whole suite on one machine, watches it and stops it: ``python -m launcher``."""
