"""Plays the journeys, then stays open to be tried; or leaves with 0 when every step went well."""

import logging
import time

import click

from channel_gateway.demo.journeys import JOURNEYS
from channel_gateway.demo.scene import FOLDER, Scene, scene
from channel_gateway.demo.telling import StepFailed, title
from channel_gateway.web.serving import run


def play_demo(*, once: bool, port: int) -> int:
    """Returns the exit code: 0, or 1 with the step that failed."""
    logging.getLogger().setLevel(logging.ERROR)  # the story is what is to be read
    outcome = 1

    async def main() -> None:
        nonlocal outcome
        async with scene(0 if once else port) as stage:
            outcome = await _play(stage)
            if not once:
                _invite(stage)
                await stage.ended

    run(main())
    return outcome


async def _play(stage: Scene) -> int:
    began = time.monotonic()
    for number, journey in enumerate(JOURNEYS, start=1):
        title(f"{number}. {journey.__doc__}")
        try:
            await journey(stage)
        except StepFailed as failed:
            click.secho(f"  FAILED    {failed}", fg="red", err=True)
            return 1
    title(f"{len(JOURNEYS)} journeys went well, in {time.monotonic() - began:.0f} s.")
    return 0


def _invite(stage: Scene) -> None:
    key = FOLDER / "secrets" / "operator.key"
    click.echo(f"""
The stage stays open; Ctrl-C ends it.
  gateway        {stage.gateway_url}/docs
  control plane  {stage.stage.control_url}  (what it does: docs/reference/control-plane.md)
  addresses      {FOLDER / "stand-ins" / "platforms.json"}
  operators' key {key}
""")
