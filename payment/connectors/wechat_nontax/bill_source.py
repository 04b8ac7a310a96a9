"""The non-tax platform's bill of a day: fetched in one answer, kept as it came."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from adapters.wechat.answers import read_answer
from channel_gateway.domain.days import at_minute
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Clock
from payment.connectors.wechat_nontax import bill, messages
from payment.connectors.wechat_nontax.account import Account
from payment.connectors.wechat_nontax.line import Line
from payment.ports import BillFile, BillLate, Remark, unsaid
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged

ALL = "ALL"
MADE_AT = 6 * 60  # minutes into the day after: «请每天早上6点后拉取»


class NontaxBills:
    """Implements `BillSource`. The platform gives no hash: the bill's own sums are checked."""

    trades = ALL

    def __init__(self, account: Account, line: Line, clock: Clock, *, name: str) -> None:
        self.name = name
        self._account = account
        self._line = line
        self._clock = clock

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        if self._clock.now() < at_minute(day + timedelta(days=1), MADE_AT):
            raise BillLate("the platform makes its bill at six on the day after")
        asked = messages.bill(self._account, {"bill_date": f"{day:%Y%m%d}", "bill_type": ALL})
        content = (await self._read(asked)).removeprefix(bill.MARK)
        if not content.startswith(bill.FIRST):
            raise BillColumnsChanged("line 1: does not begin with the column 交易时间")
        if bill.is_empty(content):
            return ()
        file = into / f"{self.name}-{day}-{ALL}.csv"
        file.write_bytes(content)
        return (BillFile(ALL, file, sha256(content).hexdigest()),)

    def entries(self, bill_file: BillFile) -> Iterator[Entry]:
        """Raises `BillWrong`, naming line and column, also when the sums at the end differ."""
        with bill_file.content.open("rb") as lines:
            yield from bill.entries(lines)

    def columns(self, bill_file: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        with bill_file.content.open("rb") as lines:
            yield from columns_of(bill.entries(lines, remark))

    def counts_repeats(self, bill_file: BillFile) -> bool:
        """One whose totals do not is not read at all."""
        return True

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        """A part of a fen that the bank keeps is rounded once, at the end."""
        return bill.settled_fen(entry for each in bills for entry in self.entries(each))

    async def _read(self, asked: dict[str, str]) -> bytes:
        response = await self._line.bill(asked)
        if response.status != 200:
            raise Unavailable(f"WeChat answered {response.status}")
        if response.body[:1] != b"{":
            return response.body
        try:
            read_answer(response)
        except Unavailable as busy:
            raise BillLate("the platform has no bill of this day yet") from busy
        raise BillDamaged("an answer that is neither a bill nor a refusal")
