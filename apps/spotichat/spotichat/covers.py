"""Covers that are drawn, not stored: two colours and one of four patterns, all from the song's id.

Notice that no text of anybody gets into the picture, so that there is nothing to escape.
"""

from collections.abc import Iterator
from hashlib import sha256

SIDE = 160  # the picture's own unit, whatever size it is shown in


def draw(song_id: str) -> str:
    """Return the cover of a song as SVG; the same for the same id, always."""
    seed = sha256(song_id.encode()).digest()
    hue = seed[0] * 360 // 256
    back, front = f"hsl({hue} 45% 24%)", f"hsl({(hue + 40 + seed[1] % 140) % 360} 75% 66%)"
    shapes = "".join(PATTERNS[seed[2] % len(PATTERNS)](seed[3:], front))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="{back}"/>{shapes}</svg>'
    )


def _rings(seed: bytes, colour: str) -> Iterator[str]:
    """Yield the grooves of a record, somewhere in the picture."""
    x, y = 40 + seed[0] % 80, 40 + seed[1] % 80
    for number, size in enumerate(range(8, 120, 9 + seed[2] % 8)):
        width = 1 + seed[3 + number % 8] % 5
        yield (
            f'<circle cx="{x}" cy="{y}" r="{size}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" opacity="{_fading(number, 12)}"/>'
        )


def _bars(seed: bytes, colour: str) -> Iterator[str]:
    """Yield the bars of a spectrum."""
    for number in range(10):
        height = 20 + seed[number] * 100 // 256
        yield (
            f'<rect x="{14 + number * 13.5:.4g}" y="{SIDE / 2 - height / 2:.4g}" width="8" '
            f'height="{height}" rx="4" fill="{colour}" opacity="{_fading(seed[10 + number] % 6, 10)}"/>'
        )


def _waves(seed: bytes, colour: str) -> Iterator[str]:
    """Yield waves, one below the other."""
    swing = 8 + seed[0] % 22
    for number in range(7):
        y = 18 + number * 21
        yield (
            f'<path d="M-10 {y}q22.5 {-swing} 45 0t45 0 45 0 45 0" fill="none" stroke="{colour}" '
            f'stroke-width="{2 + seed[1 + number] % 7}" opacity="{_fading(number, 9)}"/>'
        )


def _moons(seed: bytes, colour: str) -> Iterator[str]:
    """Yield discs on a grid, each in a phase of its own."""
    for number in range(16):
        x, y = 26 + number % 4 * 36, 26 + number // 4 * 36
        size = 4 + seed[number] % 13
        yield f'<circle cx="{x}" cy="{y}" r="{size}" fill="{colour}" opacity="{_fading(seed[number] % 8, 11)}"/>'


def _fading(number: int, steps: int) -> float:
    return round(max(0.15, 1 - number / steps), 2)


PATTERNS = (_rings, _bars, _waves, _moons)
