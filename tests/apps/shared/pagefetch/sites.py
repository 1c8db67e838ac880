"""Small web sites on this machine, and names that lead to them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Answer = bytes | Callable[[socket.socket], None]


class Site:
    """A server that sends what a test has prepared for each path, and remembers what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]

    def address(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a page here."""
        return f"http://{host}:{self.port}{path}"

    def serve(self) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client: socket.socket) -> None:
        """Read one request, send its answer, and hang up."""
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (more := client.recv(65536)):
                head += more
                if not head.startswith(b"GET"):  # a client that wants to speak TLS
                    return
            self.requests.append(head.decode("utf-8", "replace"))
            prepared = self.answers[self.requests[-1].split(" ")[1]]
            client.sendall(prepared) if isinstance(prepared, bytes) else prepared(client)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Serve until the end of the block."""
    threading.Thread(target=site.serve, daemon=True).start()
    try:
        yield site
    finally:
        site.listener.close()


def page(body: bytes, *, status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    """Return a complete answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str) -> bytes:
    """Return an answer that leads elsewhere."""
    return page(b"", status="302 Found", Location=location)


def names(**addresses: list[str]) -> Callable[..., list[tuple[Any, ...]]]:
    """Return a resolver that knows these names; each look-up takes the next address, then the last."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **options: Any) -> list[tuple[Any, ...]]:
        known = addresses.get(host.partition(".")[0])
        if known is None:
            return real(host, port, *args, **options)
        address = known.pop(0) if len(known) > 1 else known[0]
        found = [real(part, port, *args, **options) for part in address.split()]
        return [line for lines in found for line in lines]

    return getaddrinfo
