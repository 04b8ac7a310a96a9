"""The stand-ins as an integration tester has them: another process, platforms.json, plain HTTP.

Standard library only, for it also serves SDKs that live in environments of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class StandIns:
    """The running stand-ins: what platforms.json says, and the control plane."""

    platforms: Mapping[str, Any]

    def section(self, platform: str) -> Mapping[str, Any]:
        return self.platforms[platform]

    def command(self, method: str, path: str, **fields: Any) -> Any:
        """Give the control plane an order. Raises HTTPError when it refuses."""
        body = json.dumps(fields).encode() if fields else None
        return json.loads(fetch(self.section("control")["base_url"] + path, method, body))

    def advance(self, seconds: float = 0) -> None:
        """Move the clock; with 0, callbacks that are due have left when this returns."""
        self.command("POST", "/clock/advance", seconds=seconds)

    def break_once(self, platform: str, kind: str, operation: str) -> None:
        self.command("POST", "/faults", platform=platform, kind=kind, operation=operation)


def fetch(url: str, method: str = "GET", body: bytes | None = None) -> bytes:
    """Return what an address of the stand-ins answers. Raises HTTPError when it refuses."""
    request = urllib.request.Request(url, body, method=method)  # noqa: S310 - of platforms.json
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return bytes(answer.read())


@contextmanager
def serving(state: Path, python: str) -> Iterator[StandIns]:
    """Run `python -m mock_platforms serve` until the block ends."""
    command = [python, "-m", "mock_platforms", "serve", "--state", str(state), "--base-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            # The line of addresses is printed once platforms.json is written.
            if not any(line.startswith("addresses") for line in process.stdout or ()):
                raise RuntimeError(f"the stand-ins did not start: {process.wait()}")
            yield StandIns(json.loads((state / "platforms.json").read_text()))
        finally:
            process.terminate()


@dataclass(frozen=True)
class Callback:
    """A callback as the merchant's server got it."""

    target: str  # path and query as sent
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """A merchant's `notify_url` that remembers what came and answers as it is told."""

    url: str
    answer: tuple[int, bytes] = (200, b"success")
    got: Queue[Callback] = field(default_factory=Queue)

    def next(self) -> Callback:
        """Return the oldest callback not yet taken. Raises Empty when none arrives."""
        return self.got.get(timeout=5)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.put(Callback(self.path, dict(self.headers), body))
            status, answer = receiver.answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/notify")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield receiver
        server.shutdown()


@contextmanager
def beijing_time() -> Iterator[None]:
    """Set this process's local time to Beijing's: Alipay's SDKs stamp their calls with it."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
