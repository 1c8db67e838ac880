"""`python -m brubeck`: the console command without its installed script."""

import sys

from brubeck.cli import main

if __name__ == "__main__":
    sys.exit(main())
