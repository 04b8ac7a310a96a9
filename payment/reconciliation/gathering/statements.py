"""Finance's books of a day: what every authority that can tell has of it."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from channel_gateway.domain.days import beijing_text
from channel_gateway.ports import PlatformTakings, StatementLine, Statements
from payment.authorities import Jurisdiction
from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.gathering.takings import apart


class FinanceStatements:
    """`jurisdictions` in the order in which they are asked; the others by their names."""

    def __init__(
        self,
        jurisdictions: Iterable[Jurisdiction],
        told: Mapping[str, Statements],
        takings: Mapping[str, PlatformTakings] = MappingProxyType({}),
    ) -> None:
        self._telling = [(each, told.get(each.name)) for each in jurisdictions]
        named = dict.fromkeys(each.name for each, _ in self._telling)
        self._takings = [takings[name] for name in named if name in takings]

    @property
    def three_ways(self) -> bool:
        return any(told is not None for _, told in self._telling)

    async def of_day(self, day: date) -> AsyncIterator[Sequence[Entry]]:
        """Each authority is asked once, however many jurisdictions it has."""
        asked: list[Statements] = []
        for _, told in self._telling:
            if told is None or any(each is told for each in asked):
                continue
            asked.append(told)
            async for lines in told.statement(day):
                yield [_entry(line) for line in lines]

    async def apart(self, day: date, method: str) -> list[Difference]:
        return apart([await each.takings(day) for each in self._takings], day, method)

    def tells(self, entry: Entry) -> bool:
        for jurisdiction, told in self._telling:
            if jurisdiction.covers(entry.pay_code, entry.unit_code):
                return told is not None
        return True


def _entry(line: StatementLine) -> Entry:
    return Entry(
        (Movement.REFUND if line.refund else Movement.PAYMENT).value,
        "" if line.refund else line.number,
        line.number if line.refund else "",
        line.transaction,
        line.amount_fen,
        beijing_text(line.at),
        pay_code=line.pay_code,
        unit_code=line.unit_code,
    )
