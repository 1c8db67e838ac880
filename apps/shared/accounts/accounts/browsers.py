"""What a browser calls itself, in words for the list of sessions.

Notice how little is read of the header User-Agent: enough for people to recognise their own
devices. Nothing is decided by it, because anybody may send what he likes.
"""

# The first word that stands in the header counts: most browsers name others besides themselves.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def browser_name(user_agent: str) -> str:
    """Return words like `Firefox on Linux` for a header User-Agent."""
    browser, system = first_of(BROWSERS, user_agent), first_of(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "An unknown browser")


def first_of(names: list[tuple[str, str]], text: str) -> str:
    """Return the name that belongs to the first word that is in the text, else nothing."""
    return next((name for word, name in names if word in text), "")
