"""Plays the journeys, then stays open to be tried; or leaves with 0 when every step went well."""

import logging
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from channel_gateway.demo.journeys import JOURNEYS
from channel_gateway.demo.players import Operator
from channel_gateway.demo.reckoning import MORNING_AFTER
from channel_gateway.demo.scene import Scene, scene
from channel_gateway.demo.telling import StepFailed, title
from channel_gateway.web.serving import run

STAYS_IN = Path("var/demo")


def play_demo(*, once: bool, port: int) -> int:
    """Returns the exit code: 0, or 1 with the step that failed."""
    logging.getLogger().setLevel(logging.ERROR)  # the story is what is to be read
    outcome = 1

    async def main(folder: Path) -> None:
        nonlocal outcome
        async with scene(folder, 0 if once else port) as stage:
            outcome = await _play(stage)
            if not once:
                _invite(stage)
                await stage.ended

    with TemporaryDirectory() as passing:
        run(main(Path(passing) if once else STAYS_IN))
    return outcome


async def _play(stage: Scene) -> int:
    began = time.monotonic()
    for number, journey in enumerate(JOURNEYS, start=1):
        title(f"{number}. {journey.__doc__}")
        try:
            await journey(stage)
            await Operator(stage).finds_nothing_given_up()
        except StepFailed as failed:
            click.secho(f"  FAILED    {failed}", fg="red", err=True)
            return 1
    title(f"{len(JOURNEYS)} journeys went well, in {time.monotonic() - began:.0f} s.")
    return 0


def _invite(stage: Scene) -> None:
    click.echo(f"""
The stage stays open; Ctrl-C ends it. What to try now: docs/tutorial/first-fee.md
  gateway        {stage.gateway_url}/docs
  control plane  {stage.stage.control_url}  (what it does: docs/reference/control-plane.md)
  addresses      {stage.folder / "stand-ins" / "platforms.json"}
  operators' key {stage.folder / "secrets" / "operator.key"}
  settings       GATEWAY_SETTINGS={stage.folder / "settings.toml"}, for the other commands
  the day closed GATEWAY_SETTINGS={stage.folder / MORNING_AFTER / "settings.toml"}, for its report
""")
