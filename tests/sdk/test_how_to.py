"""The commands of docs/how-to/test-your-own-system.md, run as a reader would run them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.sdk.stand_ins import ROOT

pytestmark = pytest.mark.sdk

PAGE = ROOT / "docs/how-to/test-your-own-system.md"


def script(page: str) -> str:
    """Return a page's shell and Python blocks as one shell script, in their order."""
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shell = {"sh": "{}", "python": "python - <<'PYTHON'\n{}PYTHON\n"}
    return "set -eu\n" + "".join(shell[language].format(code) for language, code in blocks)


def test_every_command_of_the_how_to_works(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        ["bash", "-c", script(PAGE.read_text())],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            output, _ = shell.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):  # nothing is left when the page's own `kill` worked
                os.killpg(shell.pid, signal.SIGTERM)
    assert shell.returncode == 0, output
    assert '"trade_state":"SUCCESS"' in output
