"""A small MongoDB server for demos and tests. Run it with `python -m mongolite`; see README.md."""
