"""A terminal of the finance office: commands, run as processes beside the gateway."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

from tests.journeys.gateway.house import House

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal beside a house, on the same store, bills and clock."""

    house: House
    folder: Path

    async def run(self, *words: str, token: str = "") -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "channel_gateway",
            *words,
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={
                **{name: v for name, v in os.environ.items() if not name.startswith("GATEWAY_")},
                "GATEWAY_SETTINGS": str(self.folder / "settings.toml"),
                "GATEWAY_CLOCK__FOLLOW": str(self.folder / "clock"),
                "PYTHONPATH": str(ROOT),
                "STAFF_TOKEN": token,
            },
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode(), err.decode()

    async def says(self, *words: str, token: str = "") -> str:
        code, out, err = await self.run(*words, token=token)
        assert code == 0, err
        return out
