"""A bad network: what goes over it is late, out of order, and now and then gone.

Two TUN devices, one on this machine and one in a network namespace, with this process as the wire
between them: netem would do the same, but not every kernel has it, and this needs no more than TUN.
"""

import fcntl
import os
import random
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.root import need, run, try_root
from gevent import killall, spawn, spawn_later
from gevent.os import make_nonblocking, nb_read, nb_write

HERE, THERE = "10.213.7.1", "10.213.7.2"
DEVICE = "/dev/net/tun"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
MOST = 65_536  # bytes of a packet


class Quality(NamedTuple):
    """How bad a network is; delays in seconds."""

    delay: float = 0.04
    jitter: float = 0.01
    loss: float = 0.05  # of 1


class Wire:
    """Carries packets between two TUN devices, as badly as it was told."""

    def __init__(self, near: int, far: int, quality: Quality) -> None:
        self.carried = self.lost = 0
        self._quality = quality
        self._luck = random.Random(11)
        self._tasks = [spawn(self._carry, near, far), spawn(self._carry, far, near)]

    def _carry(self, source: int, target: int) -> None:
        while packet := nb_read(source, MOST):
            if self._luck.random() < self._quality.loss:
                self.lost += 1
                continue
            self.carried += 1
            jitter = self._quality.jitter * self._luck.uniform(-1, 1)
            spawn_later(self._quality.delay + jitter, _deliver, target, packet)

    def end(self) -> None:
        """Carry nothing any more."""
        killall(self._tasks, block=True)


def _deliver(target: int, packet: bytes) -> None:
    try:
        nb_write(target, packet)
    except OSError:  # the network is gone, as packets of it may be at any time
        return


class BadNetwork(NamedTuple):
    """A namespace whose only way out is a bad one; programs in it reach HERE and have THERE."""

    name: str
    wire: Wire

    def command(self, *words: object) -> list[str]:
        """Return the command that runs a program there."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]


@contextmanager
def bad_network(quality: Quality = Quality()) -> Iterator[BadNetwork]:  # noqa: B008  it cannot change
    """Give such a network; it is gone after the block. Skips where this machine allows none."""
    need("ip", root=True)
    if not Path(DEVICE).exists():
        pytest.skip(f"There is no {DEVICE}. Load it with: modprobe tun")
    name = f"bb{os.getpid()}"
    try_root("ip", "netns", "add", name)
    with ExitStack() as stack:
        stack.callback(run, "ip", "netns", "del", name)
        near, far = (stack.enter_context(_tun(f"{name}{end}")) for end in "nf")
        run("ip", "link", "set", f"{name}f", "netns", name)
        _connect((), f"{name}n", HERE)
        _connect(("netns", "exec", name, "ip"), f"{name}f", THERE)
        run("ip", "netns", "exec", name, "ip", "link", "set", "lo", "up")
        wire = Wire(near, far, quality)
        stack.callback(wire.end)
        yield BadNetwork(name, wire)


def _connect(place: tuple[str, ...], device: str, address: str) -> None:
    run("ip", *place, "addr", "add", f"{address}/24", "dev", device)
    run("ip", *place, "link", "set", device, "up")


@contextmanager
def _tun(name: str) -> Iterator[int]:
    """Give the descriptor of a TUN device, which is gone when that is closed."""
    descriptor = os.open(DEVICE, os.O_RDWR)
    try:
        request = struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI)
        fcntl.ioctl(descriptor, TUNSETIFF, request)
        make_nonblocking(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)
