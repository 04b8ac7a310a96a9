"""What the bank says of a day: what came in, and whether that is another sum than was to come."""

from collections.abc import Iterable

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import RefusedForNow, Unavailable
from channel_gateway.ports import BankStatements, Clock, Workdays
from payment.reconciliation.days.credit import credit_difference, credited_fen
from payment.reconciliation.days.day import Day
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.kinds import is_late_to_heal


class BankSide:
    def __init__(self, banks: Iterable[BankStatements], calendar: Workdays, clock: Clock) -> None:
        """Of a method of which no bank tells nothing is known, and nothing is missed."""
        self._banks = tuple(banks)
        self._calendar = calendar
        self._clock = clock

    async def credited_fen(self, day: Day) -> int | None:
        """What the bank has; that it does not answer is no reason not to match."""
        bank = self._telling(day.method)
        if bank is None:
            return None
        try:
            return credited_fen(await bank.credits(day.day), day.method)
        except (Unavailable, RefusedForNow):
            return day.bank_fen

    def is_awaited(self, day: Day) -> bool:
        """Whether money is to come in that the bank has not told of: its cycle is not over."""
        owed = day.bank_fen is None and day.due_fen > 0
        return owed and self._telling(day.method) is not None and not self._is_due(day)

    def differences(self, day: Day) -> list[Difference]:
        """One at most; nothing is missed before the settlement cycle is over."""
        if self._telling(day.method) is None or (day.bank_fen is None and not self._is_due(day)):
            return []
        differs = credit_difference(day.day, day.method, day.due_fen, day.bank_fen, day.channel)
        return [differs] if differs else []

    def _telling(self, method: str) -> BankStatements | None:
        return next((bank for bank in self._banks if method in bank.methods), None)

    def _is_due(self, day: Day) -> bool:
        today = beijing_day(self._clock.now())
        return is_late_to_heal(Kind.CREDIT_DIFFERS, day.day, today, self._calendar)


def untold(methods: Iterable[str], banks: Iterable[BankStatements]) -> list[str]:
    """What whoever runs the gateway should know where some bank is connected."""
    told = [frozenset(bank.methods) for bank in banks]
    return [
        f"{method}: no connected bank tells what came in of it: no M10 is found"
        for method in methods
        if told and not any(method in each for each in told)
    ]
