"""What Mongrel2 and ZeroMQ do without a framework: the same bytes for everybody.

Nothing is parsed, no header is made, no coroutine runs.
"""

import zmq
from bench.peers.matter import GREETING


def main() -> None:
    """Answer until the process is ended."""
    context = zmq.Context()
    out = context.socket(zmq.XPUB)
    out.sndhwm = 0
    out.connect("ipc://out")
    requests = context.socket(zmq.PULL)
    requests.connect("ipc://in")
    out.recv()  # Mongrel2 has subscribed; what was sent before would be lost
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(GREETING)}\r\n\r\n{GREETING}".encode()
    while True:
        sender, conn_id, _ = requests.recv().split(b" ", 2)
        out.send(b"%s %d:%s, %s" % (sender, len(conn_id), conn_id, answer))


if __name__ == "__main__":
    main()
