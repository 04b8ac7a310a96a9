"""What must hold before a row goes: the day is old, its books are signed, and all three agree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from channel_gateway.ports import Chain
from payment.archive.refusals import DaysNotClosed, DayTooYoung, NotInParity
from payment.journal.parity import Parities
from payment.order import Order
from payment.reconciliation.desk.desk import ReconciliationDesk

# A payment method and a day on which its money moved.
Moved = tuple[str, date]
Progress = Callable[[str], None]
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Gate:
    desk: ReconciliationDesk
    parities: Parities
    journal: Chain
    after: timedelta

    def old_enough(self, day: date) -> None:
        """Raises `DayTooYoung`."""
        if self.desk.today - day <= self.after:
            raise DayTooYoung(f"{day} is kept for {self.after.days} days", field="day")

    async def apart(self, order: Order) -> list[str]:
        """What of an order the journal does not tell alike."""
        wrong = await self.parities.with_journal(order)
        return [f"{order.id}: {'; '.join(wrong)}"] if wrong else []

    async def check(
        self,
        day: date,
        moved: Iterable[Moved],
        apart: Iterable[str] = (),
        said: Progress = lambda _: None,
    ) -> list[Moved]:
        """The days that were held against one another, this one of every method among them.

        `apart`: of the orders themselves. Raises `DaysNotClosed`, `NotInParity`; `Unavailable`
        where finance does not answer.
        """
        of_day = [(method, day) for method in self.desk.methods if await self._in_use(method, day)]
        held = sorted({*of_day, *moved}, key=lambda each: (each[1], each[0]))
        wrong = [words for each in held if (words := await self._unsigned(*each))]
        if wrong:
            raise DaysNotClosed(_some(wrong), field="day")
        wrong += apart
        for method, each in held:
            said(f"{method} {each}")
            wrong += [
                f"{found.order_id}: {'; '.join(found.wrong)}"
                async for found in self.parities.of_day(method, each)
                if found.wrong
            ]
        if wrong:
            raise NotInParity(_some(list(dict.fromkeys(wrong))), field="day")
        return held

    async def _unsigned(self, method: str, day: date) -> str:
        """In words; empty: it is closed, and as it was signed."""
        known = await self.desk.days.of(day, method)
        if known is None or not known.is_closed:
            return f"{method} {day} is not closed"
        return "; ".join(map(str, await self.desk.closed.faults_of(day, method)))

    async def _in_use(self, method: str, day: date) -> bool:
        """Before a method's first day there is nothing to close, unless money says otherwise."""
        first = await self.desk.days.first(method)
        if first is not None and first.day <= day:
            return True
        async for _ in self.journal.of_day(method, day):
            return True
        return False


def _some(wrong: list[str]) -> str:
    more = f"; and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return "; ".join(wrong[:_MOST_NAMED]) + more
