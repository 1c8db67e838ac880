"""What a title or a note may hold: everything that can be read, a title on one line.

Notice what is taken out: a page that one saves chooses its own title, and signs that nobody sees
could turn the text around it on the screen (CWE-1007) or break it into lines.
"""

import re

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides, isolates


def clean_title(text: str) -> str:
    """Return the title without control characters, and with one blank where several were."""
    return " ".join(DIRECTIONS.sub("", CONTROLS.sub(" ", text)).split())


def clean_notes(text: str) -> str:
    """Return a text of several lines without control characters, one kind of line end, no margin."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean_line(line) for line in lines).strip()


def clean_line(line: str) -> str:
    """Return a line without control characters; its blanks stay, which mean something in Markdown."""
    return DIRECTIONS.sub("", CONTROLS.sub(" ", line.replace("\t", "    "))).rstrip()
