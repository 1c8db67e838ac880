"""Headers in which a client says what it prefers: Accept, Accept-Encoding (RFC 9110, 12.5)."""

MAX_CHOICES = 50  # what a stranger may make us compare


def weights(header: str) -> dict[str, float]:
    """Return the choices of such a header, in lower case, with their weights from 0 to 1."""
    choices = {}
    for choice in header.lower().split(",", MAX_CHOICES)[:MAX_CHOICES]:
        name, _, parameters = choice.partition(";")
        if name.strip():
            choices[name.strip()] = _weight(parameters)
    return choices


def best_match(header: str | None, types: tuple[str, ...]) -> str | None:
    """Return the one of the media types that the client likes best, None if it wants none.

    The first counts among equals, and without a header.
    """
    if not header or not header.strip():
        return types[0] if types else None
    wanted = weights(header)
    # max() keeps the first of equals.
    best = max(types, key=lambda media_type: _liking(media_type, wanted), default=None)
    return best if best and _liking(best, wanted) > 0 else None


def _liking(media_type: str, wanted: dict[str, float]) -> float:
    """Return the weight of the most specific range that a media type falls under."""
    media_type = media_type.lower()
    family = media_type.partition("/")[0]
    for media_range in (media_type, f"{family}/*", "*/*"):
        if media_range in wanted:
            return wanted[media_range]
    return 0


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0), 1)
            except ValueError:
                return 0
    return 1
