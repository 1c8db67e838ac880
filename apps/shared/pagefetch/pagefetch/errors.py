"""What is raised when a page cannot be had."""


class FetchError(Exception):
    """A page that was not fetched; the text is a sentence fit for showing."""
