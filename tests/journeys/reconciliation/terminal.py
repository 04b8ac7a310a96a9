"""A terminal of the finance office: commands, run as processes beside the gateway."""

from dataclasses import dataclass
from pathlib import Path

from tests.journeys.command_line import run_command
from tests.journeys.gateway.house import House


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal beside a house, on the same store, bills and clock."""

    house: House
    folder: Path

    async def run(self, *words: str, token: str = "") -> tuple[int, str, str]:
        return await run_command(
            self.folder / "settings.toml",
            *words,
            GATEWAY_CLOCK__FOLLOW=str(self.folder / "clock"),
            STAFF_TOKEN=token,
        )

    async def says(self, *words: str, token: str = "") -> str:
        code, out, err = await self.run(*words, token=token)
        assert code == 0, err
        return out
