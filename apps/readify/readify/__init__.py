"""Readify: save what you find, read it later."""
