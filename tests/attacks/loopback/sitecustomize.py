"""For programs in whose PYTHONPATH this folder is: names below localhost are this machine (RFC 6761, 6.3).

Resolvers need not know that. Python imports this module by its name when it starts.
"""

import socket
from typing import Any

_resolve = socket.getaddrinfo


def _getaddrinfo(host: Any, *args: Any, **options: Any) -> list[Any]:
    name = host.decode() if isinstance(host, bytes) else str(host)
    is_here = name.rstrip(".").endswith(".localhost")
    return _resolve("127.0.0.1" if is_here else host, *args, **options)


socket.getaddrinfo = _getaddrinfo
