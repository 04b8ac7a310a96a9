"""Several processes count into one folder: a scrape tells of all, less what died under way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from channel_gateway.web.metrics import FOLDER_VARIABLE

pytestmark = pytest.mark.processes

# The client library looks at the variable when it is imported, so this is a program of its own.
PROGRAM = """
import os
from channel_gateway.web.metrics import Metrics, forget_process

metrics = Metrics()
child = os.fork()
if child == 0:
    metrics.answered("GET", "/healthz", 200, 0.001)
    metrics.in_flight.inc()
    os._exit(0)
os.waitpid(child, 0)
metrics.answered("GET", "/healthz", 200, 0.001)
print(metrics.text().decode())
forget_process(child)
print("after")
print(metrics.text().decode())
"""


def test_a_scrape_tells_of_all_processes_and_forgets_what_a_dead_one_had_under_way(
    tmp_path: Path,
) -> None:
    environment = os.environ | {FOLDER_VARIABLE: str(tmp_path), "PYTHONPATH": os.getcwd()}
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    before, after = told.split("after\n")
    assert 'gateway_requests_total{method="GET",route="/healthz",status="200"} 2.0' in before
    assert "gateway_requests_in_flight 1.0" in before
    assert "gateway_requests_in_flight 1.0" not in after
    assert 'gateway_requests_total{method="GET",route="/healthz",status="200"} 2.0' in after
