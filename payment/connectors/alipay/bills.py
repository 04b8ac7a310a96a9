"""Alipay's bills of a day: the trades and the account's entries, fetched and unpacked.

Nobody signs the file, and the address is plain http as the platform prints it: what guards it are
the counts and sums at its own end.
Source: opendocs.alipay.com, `alipay.data.dataservice.bill.downloadurl.query`.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from channel_gateway.domain.days import at_minute
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Clock, Randomness
from channel_gateway.wire import HttpRequest, HttpSender
from payment.connectors.alipay.account_bill import read_account_bill
from payment.connectors.alipay.bill_archive import day_said, summary_of, unzipped
from payment.connectors.alipay.bill_lines import counts_every_line, entries
from payment.connectors.alipay.bill_summary import FIRST_LINES, hold_summary
from payment.connectors.alipay.words import text
from payment.connectors.unpacking import LARGEST_PACKED, Unpacked
from payment.ports import BillFile, BillLate, Remark, unsaid
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillDamaged, BillMissing, BillOfAnotherDay

QUERY = "alipay.data.dataservice.bill.downloadurl.query"
TRADE, ACCOUNT = "trade", "signcustomer"
_FIRST_LINES = {TRADE: "#支付宝业务明细查询", ACCOUNT: "#支付宝账务明细查询"}
_EMPTY = "EMPTY_DATA_WITH_BILL_FILE"
_NO_BILL, _NO_DATA = ("BILL_NOT_EXIST",), ("NO_BILL_DATA",)

ADDRESSES = 3  # an address lives 30 seconds, and a file may have come damaged: so often in all
_READY_FROM = 9 * 60  # minutes into the day after
# The platform has one word for «not made yet» and, with some accounts, for «nothing happened».
_LATE_UNTIL = 12 * 60


class AlipayBills:
    """Implements `BillSource`."""

    trades = TRADE

    def __init__(
        self,
        platform: OpenPlatform,
        http: HttpSender,
        clock: Clock,
        randomness: Randomness,
        *,
        name: str,
    ) -> None:
        self.name = name
        self._platform = platform
        self._http = http
        self._clock = clock
        self._randomness = randomness

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        if self._clock.now() < _after(day, _READY_FROM):
            raise BillLate("Alipay has no bill before nine of the day after")
        found = [await self._fetch_one(kind, day, into) for kind in (TRADE, ACCOUNT)]
        return tuple(bill for bill in found if bill is not None)

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        return entries(bill.content)

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        return columns_of(entries(bill.content, remark))

    def counts_repeats(self, bill: BillFile) -> bool:
        return counts_every_line(bill.content)

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        by_kind = {bill.kind: bill.content for bill in bills}
        if ACCOUNT in by_kind:
            moved = read_account_bill(by_kind[ACCOUNT])
            if moved.payments and TRADE not in by_kind:
                raise BillMissing("signcustomer has payments, and there is no trade of the day")
            return moved.takings_fen
        if TRADE in by_kind:
            raise BillMissing("trade is there, and there is no signcustomer of the day")
        return 0

    async def _fetch_one(self, kind: str, day: date, into: Path) -> BillFile | None:
        """One bill; None: an empty day."""
        trouble: GatewayError = Unavailable(f"{kind} of {day}: no address was given")
        for _ in range(ADDRESSES):
            url = await self._address(kind, day)
            if url is None:
                return None
            try:
                return await self._fetched(kind, day, url, into)
            except (BillDamaged, _Expired) as error:
                trouble = error
        raise trouble

    async def _address(self, kind: str, day: date) -> str | None:
        """Where the bill lies; None: nothing happened on that day. Raises `BillLate`."""
        content = {"bill_type": kind, "bill_date": day.isoformat()}
        try:
            node = await self._platform.call(QUERY, content)
        except AlipayRefused as refusal:
            if refusal.says(*_NO_BILL) and self._clock.now() < _after(day, _LATE_UNTIL):
                raise BillLate("Alipay has not made the bill: BILL_NOT_EXIST") from refusal
            if refusal.says(*_NO_BILL, *_NO_DATA):
                return None
            raise
        return None if node.get("bill_file_code") == _EMPTY else text(node, "bill_download_url")

    async def _fetched(self, kind: str, day: date, url: str, into: Path) -> BillFile:
        where = f"{kind} of {day}"
        mark = self._randomness.token(12)
        packed, content = into / f"{kind}-{mark}.zip", into / f"{kind}-{mark}.csv"
        request = HttpRequest("GET", url)
        answer = await self._http.download(request, packed, at_most_bytes=LARGEST_PACKED)
        if answer.status >= 500:
            raise Unavailable(f"{where}: the download answered {answer.status}")
        if answer.status != 200:
            raise _Expired(f"{where}: the address of the bill is no more ({answer.status})")
        try:
            unpacked = await asyncio.to_thread(_unpacked, kind, packed, content, where)
        finally:
            await asyncio.to_thread(packed.unlink)
        said = await asyncio.to_thread(day_said, content)
        if said not in (None, day):
            raise BillOfAnotherDay(f"{where}: says that it is of {said}")
        return BillFile(kind, content, unpacked.sha256)


class _Expired(Unavailable):
    """An address that lives for 30 seconds has not been fetched in time."""


def _unpacked(kind: str, packed: Path, content: Path, where: str) -> Unpacked:
    """Raises `BillWrong`, also where the summary in the zip counts otherwise."""
    first_line = _FIRST_LINES[kind]
    unpacked = unzipped(packed, content, first_line, where)
    summary = summary_of(packed, FIRST_LINES[first_line])
    if summary is not None:
        hold_summary(content, summary, where)
    return unpacked


def _after(day: date, minute: int) -> datetime:
    return at_minute(day + timedelta(days=1), minute)
