"""What a title may hold: everything that can be read, on one line.

Notice what is taken out: a page that one saves chooses its own title, and signs that nobody sees
could turn the text around it on the screen (CWE-1007) or break it into lines.
"""

import re

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides, isolates


def clean_title(text: str) -> str:
    """Return the title without control characters, and with one blank where several were."""
    return " ".join(DIRECTIONS.sub("", CONTROLS.sub(" ", text)).split())
