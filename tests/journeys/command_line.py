"""The gateway's command line, in a process of its own."""

import asyncio
import os
import sys
from pathlib import Path
from subprocess import PIPE
from typing import BinaryIO

ROOT = Path(__file__).parents[2]
PATIENCE_S = 240  # the demo takes a minute where two processes share a core


async def run_command(
    settings: Path,
    *words: str,
    given: bytes = b"",
    out: int | BinaryIO = PIPE,
    **environment: str,
) -> tuple[int, str, str]:
    """Its exit code, and what it wrote; nothing of our own environment's settings is in it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "channel_gateway",
        *words,
        cwd=ROOT,
        stdin=PIPE,
        stdout=out,
        stderr=PIPE,
        env={
            **{name: v for name, v in os.environ.items() if not name.startswith("GATEWAY_")},
            "GATEWAY_SETTINGS": str(settings),
            "PYTHONPATH": str(ROOT),
            **environment,
        },
    )
    try:
        wrote, err = await asyncio.wait_for(process.communicate(given), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, (wrote or b"").decode(), err.decode()
