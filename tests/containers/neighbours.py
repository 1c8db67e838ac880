"""Plain visitors inside a swarm, run in one of its containers: each asks once, by the common name.

`python neighbours.py NAME PORT FRONT` asks until stdin ends, and prints how often it got which
answer. One more visitor has sent half of a request to FRONT, and sends the rest when that one has
left the name.
"""

import http.client
import json
import socket
import sys
import threading
from collections import Counter

VISITORS = 3
PATH = "/healthz"


def addresses(name: str) -> set[str]:
    """Return who answers for a name; nobody for one that is not known."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(name, None)}
    except socket.gaierror:
        return set()


def ask(name: str, port: int) -> str:
    """Ask once, over a new connection; returns the status, or what went wrong."""
    connection = http.client.HTTPConnection(name, port, timeout=60)
    try:
        connection.request("GET", PATH, headers={"Host": f"localhost:{port}"})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()


def ask_in_halves(name: str, port: int, front: str) -> str:
    """Ask a Mongrel2 server, with the end of the request when nobody is sent to it any more."""
    (address,) = addresses(front)
    with socket.create_connection((address, port), 60) as connection:
        connection.sendall(f"GET {PATH} HTTP/1.1\r\n".encode())
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        left = threading.Event()
        while address in addresses(name):
            left.wait(0.1)
        connection.sendall(f"Host: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(100).decode().partition(" ")[2][:3]


def main(name: str, port: int, front: str) -> None:
    """Ask until stdin ends; print the answers as JSON, those of the patient visitor apart."""
    answers: Counter[str] = Counter()
    is_over = threading.Event()

    def visit() -> None:
        while not is_over.is_set():
            answers[ask(name, port)] += 1

    threads = [threading.Thread(target=visit) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        patient = ask_in_halves(name, port, front)
    except OSError as error:
        patient = repr(error)
    sys.stdin.read()
    is_over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"visitors": answers, "patient": patient}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
