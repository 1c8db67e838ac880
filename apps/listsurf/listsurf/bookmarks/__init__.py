"""Bookmarks in files: what other programs have written, and what they can read."""
