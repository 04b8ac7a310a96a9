"""The heads of the money journal that signed days keep: what was cut off behind them shows."""

from collections.abc import Iterable

from channel_gateway.ports import KnownHead
from payment.reconciliation.days.days import Days

# Of each payment method, the newest first: a year of them.
MOST_DAYS = 366


class SignedHeads:
    """Implements `HeadKeeper`."""

    def __init__(self, days: Days, methods: Iterable[str]) -> None:
        self._days = days
        self._methods = tuple(methods)

    async def heads(self, chain: str) -> list[KnownHead]:
        """Of the journal alone; a day that was signed over an empty one keeps none."""
        if chain != "journal":
            return []
        return [
            KnownHead(
                day.signature.journal_number,
                day.signature.journal_hash,
                f"the closed day {day.day} of {day.method}",
            )
            for method in self._methods
            for day in await self._days.latest(method, limit=MOST_DAYS)
            if day.signature is not None and day.signature.journal_number
        ]
