"""Several processes on one port: one that falls is begun again, and all of them end together."""

import logging
import os
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from channel_gateway.web.metrics import forget_process

log = logging.getLogger(__name__)

STOPS = (signal.SIGTERM, signal.SIGINT)
# Oftener than this, beginning again does not heal what is wrong.
MOST_AGAIN = 5
WITHIN_S = 60.0


def run_in_processes(count: int, work: Callable[[], None]) -> int:
    """Run `work` in `count` forked processes until SIGTERM or SIGINT; returns an exit code.

    To be called before any thread, loop or store is begun; `work` begins and closes its own.
    A process that ends before we are told to stop is begun again, at most `MOST_AGAIN` times in
    `WITHIN_S`; beyond that all are stopped, for whoever supervises us to see.
    """
    return _Crew(work).run(count)


class _Crew:
    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._children: set[int] = set()
        self._again: deque[float] = deque()
        self._stopping = False
        self._worst = 0

    def run(self, count: int) -> int:
        with _signals_held():
            for number in STOPS:
                signal.signal(number, lambda signalled, _frame: self._stop(signalled))
            self._children = {_fork(self._work) for _ in range(count)}
        while self._children:
            child, status = os.wait()
            # A signal that comes now waits until it can be passed on to a new process too.
            with _signals_held():
                self._children.discard(child)
                forget_process(child)
                self._ended(child, os.waitstatus_to_exitcode(status))
        return self._worst

    def _ended(self, child: int, code: int) -> None:
        if self._stopping:
            # One that was ended before it could listen to us has lost nothing.
            clean = code == 0 or -code in STOPS
            self._worst = self._worst if clean else 1
        elif self._too_often():
            log.error("processes fall too often, the last (%d) with %d", child, code)
            self._worst = 1
            self._stop(signal.SIGTERM)
        else:
            log.warning("process %d ended with %d, another is begun", child, code)
            self._children.add(_fork(self._work))

    def _too_often(self) -> bool:
        now = time.monotonic()
        while self._again and now - self._again[0] > WITHIN_S:
            self._again.popleft()
        self._again.append(now)
        return len(self._again) > MOST_AGAIN

    def _stop(self, number: int) -> None:
        self._stopping = True
        for child in self._children:
            with suppress(ProcessLookupError):  # it may have ended already
                os.kill(child, number)


@contextmanager
def _signals_held() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)  # ours are the parent's
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    try:
        work()
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)  # not sys.exit: the exit handlers are the parent's
