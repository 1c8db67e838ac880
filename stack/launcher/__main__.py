"""``python -m launcher``: what ``make demo`` runs."""

import sys

from launcher.cli import main

if __name__ == "__main__":
    sys.exit(main())
