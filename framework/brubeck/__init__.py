"""Brubeck: Mongrel2 takes HTTP, ZeroMQ balances the load, greenlets run plain blocking-style code."""

version_info = (1, 0, 0)
version = ".".join(str(part) for part in version_info)

__all__ = ["version", "version_info"]
