"""How somebody likes to read: theme, size of the type, width of the column."""

from typing import Any, NamedTuple, Self

THEMES = (("auto", "As the system"), ("light", "Light"), ("sepia", "Sepia"), ("dark", "Dark"))
SIZES = (("1", "Tiny"), ("2", "Small"), ("3", "Medium"), ("4", "Large"), ("5", "Huge"))
WIDTHS = (("narrow", "Narrow"), ("normal", "Medium"), ("wide", "Wide"))
CHOICES = (("theme", "Theme", THEMES), ("size", "Type", SIZES), ("width", "Column", WIDTHS))


class ReadingSettings(NamedTuple):
    """One value of each choice."""

    theme: str = "auto"
    size: str = "3"
    width: str = "normal"

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Return the settings in a dict; what is missing or no choice is as it is in the beginning."""
        found = {
            name: values[name]
            for name, _, choices in CHOICES
            if values.get(name) in {value for value, _ in choices}
        }
        return cls(**found)
