"""`python -m mock_platforms serve` as a process."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest


@pytest.mark.processes
async def test_it_says_where_everyone_listens_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mock_platforms", "serve", "--state", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = await asyncio.wait_for(process.stdout.readuntil(b"platforms.json"), 60)
    written = json.loads((tmp_path / "platforms.json").read_text())
    assert {"control", "wechat", "wechat_pay"} <= written.keys()
    assert written["control"]["base_url"].encode() in said
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0
