"""A web page that a stranger has named, or what its head says: see PageFetcher."""

from pagefetch.errors import FetchError
from pagefetch.fetcher import FetchedPage, PageFetcher
from pagefetch.head import Head, parse_head

__all__ = ["FetchError", "FetchedPage", "Head", "PageFetcher", "parse_head"]
