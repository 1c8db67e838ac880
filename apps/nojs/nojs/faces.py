"""The four faces of a room, and how often one that refreshes does so."""

FRAMES, PAGE, STILL, STREAM = "frames", "page", "still", "stream"

FACES = {
    FRAMES: "Frames: people, messages and the line to type in, side by side",
    PAGE: "One page, which comes anew when somebody says something",
    STILL: "One page without refresh: a button fetches it anew",
    STREAM: "One endless page, which grows while it is open",
}

LIVE, PAUSED = 0, -1  # seconds between two refreshes, otherwise

RATES = {
    LIVE: "At once, when there is news",
    10: "Every 10 seconds",
    30: "Every 30 seconds",
    120: "Every 2 minutes",
    PAUSED: "Never: I follow a link when I like",
}


def one_page(face: str) -> str:
    """Return the face without frames that is nearest to a face."""
    return PAGE if face == FRAMES else face
