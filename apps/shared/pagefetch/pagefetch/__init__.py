"""Title and description of a web page that a stranger has named: see PageFetcher."""

from pagefetch.errors import FetchError
from pagefetch.fetcher import PageFetcher
from pagefetch.head import Head

__all__ = ["FetchError", "Head", "PageFetcher"]
