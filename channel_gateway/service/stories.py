"""A row for who tells where something is, and what is told."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Line(NamedTuple):
    """A line of a story, without personal data."""

    at: datetime | None  # when it happened; None: how it stands now, which is read first
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a plug-in tells of a number; its lines are sorted in among those of all others."""

    lines: tuple[Line, ...]
    also: tuple[str, ...] = ()  # numbers under which others may know more of the same
    units: frozenset[str] = frozenset()  # 执收单位 whose business it is; empty: no unit's


@dataclass(frozen=True, slots=True)
class Story:
    """Answers «where is it?» in words. `tell` takes any number a person holds; None: not mine."""

    about: str
    tell: Callable[[str], Awaitable[Told | None]]
