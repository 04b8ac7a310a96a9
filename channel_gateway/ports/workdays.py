"""Which days offices work."""

from datetime import date
from typing import Protocol


class Workdays(Protocol):
    """A calendar of Beijing days. Asking it is reckoning: it reads no clock and no network."""

    def works(self, day: date) -> bool: ...
