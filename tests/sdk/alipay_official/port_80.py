"""Port 80 of a loopback address, forwarded: the official SDK ignores every other port."""

from __future__ import annotations

import shutil
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ADDRESS = "127.0.0.80"


@contextmanager
def forwarding_to(port: int) -> Iterator[str]:
    """Forward 127.0.0.80:80 to a port of 127.0.0.1, and give the forwarded root address.

    Raises OSError without the right to open port 80, and where only 127.0.0.1 is configured.
    """

    class Forwarder(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as stand_in:
                back = threading.Thread(target=_copy, args=(stand_in, self.request))
                back.start()
                _copy(self.request, stand_in)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    with Server((ADDRESS, 80), Forwarder) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://{ADDRESS}"
        server.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source has no more to say, then say so to the target."""
    with source.makefile("rb", buffering=0) as incoming, target.makefile("wb", buffering=0) as out:
        shutil.copyfileobj(incoming, out)
    target.shutdown(socket.SHUT_WR)
