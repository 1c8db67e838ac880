"""Which idea stands where: the application to copy it from, and the page that explains it."""

from typing import NamedTuple


class Idea(NamedTuple):
    """One idea: its name, its page in docs/ideas, and the application that shows it best."""

    name: str
    page: str
    application: str


IDEAS = (
    Idea("Routing", "routing", "Listsurf"),
    Idea("Forms", "forms", "Listsurf"),
    Idea("Login", "login", "Listsurf"),
    Idea("Models", "models", "Listsurf"),
    Idea("Long poll", "long-poll", "no.js"),
    Idea("Streaming", "streaming", "SpotiChat"),
    Idea("Templates", "templates", "no.js"),
    Idea("API in its own process", "api-process", "Readify"),
    Idea("Scaling", "scaling", "SpotiChat"),
    Idea("Testing", "testing", "Listsurf"),
    Idea("Deploying", "deploying", "all of them"),
)
