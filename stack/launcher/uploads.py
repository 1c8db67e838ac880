"""What Mongrel2 leaves in its folder for large bodies.

It writes every body over ``limits.content_length`` and every chunked one to a file, tells the
application its name, and never deletes it. An application that takes such bodies (UPLOADS tells it
where they are) deletes what it takes; everything else would fill the disk.
"""

import time
from contextlib import suppress
from pathlib import Path

SECONDS_TO_KEEP = 30.0  # since the last byte, so that no upload vanishes while it arrives


def sweep(folder: Path, older_than: float = SECONDS_TO_KEEP) -> None:
    """Delete the files to which nothing has been written for this many seconds."""
    too_old = time.time() - older_than
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # an application may delete what it has read
            if path.stat().st_mtime < too_old:
                path.unlink()
