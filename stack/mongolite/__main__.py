"""Start the server: `python -m mongolite`."""

from mongolite.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
