"""The handlers: thin, one module for each kind of page."""
