"""Ports for servers that are told theirs before they listen."""

import itertools
import os
import socket

# Below those the system gives to whoever calls: between our look and the server's own nobody comes.
_FIRST, _COUNT = 15_000, 16_000
_places = itertools.count(os.getpid() * 97)  # processes side by side begin apart


def free_port() -> int:
    while True:
        port = _FIRST + next(_places) % _COUNT
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
