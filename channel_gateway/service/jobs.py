"""A row for what runs every so often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Job:
    """What must run once over all processes, every so often."""

    name: str
    every_s: int
    run: Callable[[datetime], Awaitable[None]]
    summary: str
