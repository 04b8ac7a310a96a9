"""WeChat Pay's bills of a day: the trade bill and the account's movements, fetched and checked."""

import asyncio
import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Clock, Randomness
from payment.connectors.unpacking import LARGEST_PACKED, Unpacked, unpack
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.bill_calls import (
    ALL,
    FUND_FLOW,
    Address,
    ask_for,
    is_too_early,
    read_address,
)
from payment.connectors.wechat_pay.bill_columns import columns
from payment.connectors.wechat_pay.bill_lines import counts_every_line, entries
from payment.connectors.wechat_pay.bill_summary import paid_by_summary
from payment.connectors.wechat_pay.fund_flow import read_fund_flow
from payment.ports import BillFile, BillLate, Remark, unsaid
from payment.reconciliation.columns import Columns
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillDamaged, BillHashDiffers, BillMissing

ADDRESSES = 3  # an address may have expired, and a file may have come damaged: so often in all


class WechatBills:
    """Implements `BillSource`."""

    trades = ALL

    def __init__(self, api: Api, clock: Clock, randomness: Randomness, *, name: str) -> None:
        self.name = name
        self._api = api
        self._clock = clock
        self._randomness = randomness

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        if is_too_early(day, self._clock.now()):
            raise BillLate("WeChat Pay has no bill before ten of the day after")
        found = [await self.fetch_one(kind, day, into) for kind in (ALL, FUND_FLOW)]
        return tuple(bill for bill in found if bill is not None)

    async def fetch_one(self, kind: str, day: date, into: Path) -> BillFile | None:
        """One bill, also one that a day does without (`SUCCESS`, `REFUND`); None: an empty day."""
        trouble: GatewayError = Unavailable(f"{kind} of {day}: no address was given")
        for _ in range(ADDRESSES):
            answer = await self._api.call(ask_for(kind, day))
            address = read_address(answer, day, self._clock.now())
            if address is None:
                return None
            try:
                return await self._fetched(kind, day, address, into)
            except (BillDamaged, BillHashDiffers, _Expired) as error:
                trouble = error
        raise trouble

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        return entries(bill.content)

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        return columns(bill.content, remark)

    def counts_repeats(self, bill: BillFile) -> bool:
        return counts_every_line(bill.content)

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        by_kind = {bill.kind: bill.content for bill in bills}
        if FUND_FLOW in by_kind:
            moved = read_fund_flow(by_kind[FUND_FLOW])
            if moved.payments and ALL not in by_kind:
                raise BillMissing("fund_flow has payments, and there is no ALL of the day")
            return moved.takings_fen
        if ALL in by_kind and paid_by_summary(ALL, by_kind[ALL]):
            raise BillMissing("ALL has payments, and there is no fund_flow of the day")
        return 0

    async def _fetched(self, kind: str, day: date, address: Address, into: Path) -> BillFile:
        where = f"{kind} of {day}"
        mark = self._randomness.token(12)
        packed, content = into / f"{kind}-{mark}.gz", into / f"{kind}-{mark}.csv"
        answer = await self._api.download(address.url, packed, at_most_bytes=LARGEST_PACKED)
        if answer.status != 200:
            raise _Expired(f"{where}: the address of the bill is no more ({answer.status})")
        try:
            unpacked = await asyncio.to_thread(_unzipped, packed, content, where)
        finally:
            await asyncio.to_thread(packed.unlink)
        if unpacked.sha1 != address.sha1:
            await asyncio.to_thread(content.unlink)
            raise BillHashDiffers(f"{where}: SHA-1 {unpacked.sha1}, signed was {address.sha1}")
        return BillFile(kind, content, unpacked.sha256, f"SHA1 {address.sha1}")


class _Expired(Unavailable):
    """An address that lives for five minutes has not been fetched in time."""


def _unzipped(packed: Path, content: Path, where: str) -> Unpacked:
    try:
        with gzip.open(packed) as stream:
            return unpack(stream, content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BillDamaged(f"{where}: not a whole gzip file") from error
