"""A row for what we cannot serve without."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Readiness:
    """Something without which we are not ready; what `check` raises says what is missing."""

    name: str
    check: Callable[[], Awaitable[None]]
