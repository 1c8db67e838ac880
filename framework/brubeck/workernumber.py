"""Which of several workers this process is.

`brubeck run --workers 3` gives its workers the numbers 1, 2 and 3, by the environment variable
BRUBECK_WORKER. A worker that takes the place of another one has the same number.
"""

import os

VARIABLE = "BRUBECK_WORKER"
ONLY = "1"


def worker_number() -> str:
    """Return the number of this worker; "1" if it is the only one."""
    return os.environ.get(VARIABLE) or ONLY
