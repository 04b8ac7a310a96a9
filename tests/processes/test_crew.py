"""`run_in_processes`: the fallen are begun again, but not for ever."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from channel_gateway.web.processes import MOST_AGAIN

pytestmark = pytest.mark.processes

WAITING = """
import os, signal, sys
from channel_gateway.web.processes import run_in_processes

def work():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.write(1, b"%d\\n" % os.getpid())
    while True:
        signal.pause()

sys.exit(run_in_processes(3, work))
"""
FALLING = """
import os, sys
from channel_gateway.web.processes import run_in_processes

def work():
    os.write(1, b"here\\n")
    os._exit(7)

sys.exit(run_in_processes(2, work))
"""


@contextmanager
def running(program):
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_a_process_that_is_killed_is_begun_again_and_all_end_together():
    with running(WAITING) as crew:
        began = {int(crew.stdout.readline()) for _ in range(3)}
        os.kill(min(began), signal.SIGKILL)
        another = int(crew.stdout.readline())
        assert another not in began
        crew.send_signal(signal.SIGTERM)
        assert crew.stdout.read() == ""
        assert crew.wait(10) == 0
    for process in began | {another}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_process_that_ends_by_itself_is_begun_again_too():
    with running(WAITING) as crew:
        began = {int(crew.stdout.readline()) for _ in range(3)}
        os.kill(min(began), signal.SIGTERM)
        assert int(crew.stdout.readline()) not in began
        crew.send_signal(signal.SIGTERM)
        assert crew.wait(10) == 0


def test_when_processes_fall_too_often_all_are_stopped():
    with running(FALLING) as crew:
        assert crew.wait(10) == 1
        # The last of them may be stopped before it says so.
        assert crew.stdout.read().count("here") in (1 + MOST_AGAIN, 2 + MOST_AGAIN)
