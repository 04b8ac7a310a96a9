"""A plug-in that gives the day of `day_books`: bills and statements out of files, and a platform
that has nothing to add.
"""

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from pydantic import BaseModel

from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Channel, NoticeAuthority, StatementLine, Statements, Tools
from channel_gateway.service import Table
from channel_gateway.world import WallClock
from payment.connectors.wechat_pay.bill_columns import columns
from payment.connectors.wechat_pay.bill_lines import counts_every_line, entries
from payment.ports import BillFile, BillSource, PaymentMethod, Remark, unsaid
from payment.reconciliation.bill_files.shelf import counted
from payment.reconciliation.columns import Columns
from payment.reconciliation.entries import Entry
from tests.benchmarks.day_stored import METHOD, OTHER
from tests.benchmarks.servers.played import Lobby
from tests.unit.payment.fakes import FakeFinance, FakePlatform

_AT_ONCE = 1000  # lines


class Settings(BaseModel):
    folder: Path


class Bills:
    """A day's bill lies in the folder under its day."""

    trades = "ALL"

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        kept = self._folder / f"bill-{day}.csv"
        if not kept.exists():
            return ()
        content = into / kept.name
        shutil.copyfile(kept, content)
        return (BillFile(self.trades, content, counted(content).digest),)

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        return entries(bill.content)

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        return columns(bill.content, remark)

    def counts_repeats(self, bill: BillFile) -> bool:
        return counts_every_line(bill.content)

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        return 0


class Finance(FakeFinance):
    def __init__(self, folder: Path) -> None:
        super().__init__(WallClock())  # type: ignore[arg-type]
        self._folder = folder

    async def statement(self, day: date) -> AsyncIterator[Sequence[StatementLine]]:
        path = self._folder / f"statement-{day}.csv"
        if path.exists():
            with open(path, encoding="ascii") as file:  # noqa: ASYNC230 - nobody else is here
                next(file)
                while some := list(map(_line, islice(file, _AT_ONCE))):
                    yield some


def _line(row: str) -> StatementLine:
    movement, order_id, refund_no, transaction, fen, at, _, _, code, unit = row[:-1].split(",")
    return StatementLine(
        number=refund_no or order_id,
        amount_fen=Fen(int(fen)),
        at=moment_from_beijing_text(at),
        refund=movement == "refund",
        pay_code=code,
        unit_code=unit,
        transaction=transaction,
    )


def build(table: Table, tools: Tools) -> None:
    folder = Settings.model_validate(tools.section).folder
    finance = Finance(folder)
    table.offer(Channel, "wechat", Lobby())
    table.offer(NoticeAuthority, "finance", finance)
    table.offer(Statements, "finance", finance)
    for name in (METHOD, OTHER):
        table.offer(PaymentMethod, name, FakePlatform(name))
        table.offer(BillSource, name, Bills(name, folder))
