"""The index site: what the default host shows, and the smallest application of the suite."""
