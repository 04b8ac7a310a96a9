"""Logs as JSON lines: written in batches by a thread, so that no caller waits for a disk or pipe.

Records come by `logging` with `extra={"action": …}`; request lines come as mappings, which is four
times cheaper. Exceptions of others are written as types and places: their texts may hold anything.
"""

import atexit
import logging
import os
import threading
import traceback
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

from channel_gateway.domain.errors import GatewayError
from channel_gateway.masking import mask, mask_fields
from channel_gateway.sampling import Sampling

# The call that is being answered; every line written meanwhile bears it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_PAUSE_S = 0.05  # lines of this long go out in one write
_MOST_WAITING = 100_000  # lines; beyond it a stuck reader costs lines instead of memory
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines:
    """The way out: takes lines from any thread, writes them from one, loses none at exit.

    `write_to`: a file descriptor, standard output unless told.
    """

    def __init__(self, write_to: int = 1) -> None:
        self._out = write_to
        self._waiting: deque[bytes] = deque()
        self._lost = 0
        self._something = threading.Event()
        self._closed = threading.Event()
        self._writing = threading.Lock()
        self._writer = threading.Thread(target=self._write_on, name="log-writer", daemon=True)
        self._writer.start()
        atexit.register(self.close)

    def line(self, fields: Mapping[str, object]) -> None:
        """One line for fields that are known to be harmless: a template, a status, an id."""
        self._put(_packed({"at": datetime.now(UTC), "level": "info", **fields}))

    def record(self, record: logging.LogRecord, *, left_out: int = 0) -> None:
        """`left_out`: how many like it were not written."""
        more = {"left_out": left_out} if left_out else {}
        self._put(_packed(fields_of(record) | more))

    def flush(self) -> None:
        """Write what waits, here and now."""
        with self._writing:
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if self._lost:
                lines.append(
                    _packed({"at": datetime.now(UTC), "level": "error", "lost_lines": self._lost})
                )
                self._lost = 0
            _write_all(self._out, b"".join(lines))

    def close(self) -> None:
        """Write what waits and stop. Lines that come later are written by whoever brings them."""
        if not self._closed.is_set():
            self._closed.set()
            self._something.set()
            self._writer.join(timeout=5)
            atexit.unregister(self.close)
        self.flush()

    def _put(self, line: bytes) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._lost += 1
            return
        self._waiting.append(line)
        if self._closed.is_set():
            self.flush()
        elif not self._something.is_set():
            self._something.set()

    def _write_on(self) -> None:
        while not self._closed.is_set():
            self._something.wait()
            self._closed.wait(_PAUSE_S)
            self._something.clear()
            self.flush()


class JsonLines(logging.Handler):
    """The handler for `logging`."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines
        self._sampling = Sampling()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            left_out = self._sampling.left_out(record)
            if left_out is not None:
                self._lines.record(record, left_out=left_out)
        except Exception:  # logging must not break what it tells of; its own way says so on stderr
            self.handleError(record)


_started: Lines | None = None  # one process has one log


def start(level: str = "INFO", *, write_to: int = 1) -> Lines:
    """Send everything that is logged out as JSON lines. Returns the way out, to be closed last."""
    global _started
    lines = Lines(write_to)
    root = logging.getLogger()
    root.handlers[:] = [JsonLines(lines)]
    root.setLevel(level)
    _started = lines
    return lines


def access_line(fields: Mapping[str, object]) -> None:
    """Write a request's line: straight out once the log is started, by `logging` until then."""
    if _started is None:
        logging.getLogger("channel_gateway.access").info("request", extra=dict(fields))
    else:
        _started.line(fields)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """A record as the fields of a line, masked."""
    given = {name: value for name, value in vars(record).items() if name not in _OWN}
    fields: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": mask(record.getMessage()),
        **mask_fields(given),
    }
    if (request_id := REQUEST_ID.get()) and "request_id" not in fields:
        fields["request_id"] = request_id
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = told(record.exc_info[1])
    return fields


def told(error: BaseException) -> list[dict[str, object]]:
    """An exception and its causes, innermost last: types, places, and the texts of our own."""
    chain: list[dict[str, object]] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 8:
        places = traceback.extract_tb(current.__traceback__)
        entry: dict[str, object] = {
            "type": f"{type(current).__module__}.{type(current).__qualname__}",
            "places": [f"{place.filename}:{place.lineno} {place.name}" for place in places[-20:]],
        }
        if isinstance(current, GatewayError):
            entry["text"] = mask(str(current))
        chain.append(entry)
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return chain


def _packed(fields: Mapping[str, object]) -> bytes:
    return orjson.dumps(
        fields, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    )


def _write_all(out: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(out, view) :]
        except BlockingIOError:
            # A pipe that somebody made non-blocking is full: this thread may wait, the loop not.
            threading.Event().wait(0.01)
        except OSError:
            return  # nobody reads any more: there is nowhere left to say so
