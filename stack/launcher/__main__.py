"""``python -m launcher``: what ``make demo`` runs."""

import sys

try:
    from launcher.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"The Python package {error.name} is not installed for {sys.executable}. "
        "Set everything up with: python3 stack/bootstrap.py demo"
    )

if __name__ == "__main__":
    sys.exit(main())
