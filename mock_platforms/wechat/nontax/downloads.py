"""Giving out a day's bill, from six o'clock on the day after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.wechat.errors import Errcode
from mock_platforms.wechat.nontax import fields
from mock_platforms.wechat.nontax.bills import Bill, bill_of
from mock_platforms.wechat.nontax.books import Books
from mock_platforms.wechat.nontax.moments import clock_time
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wire import Headers, Response

MADE_AT = 6  # o'clock in Beijing
_TOTAL = 11  # the place of 总金额


def _first_row(
    change: Callable[[tuple[str, ...]], list[tuple[str, ...]]],
) -> Callable[[Bill], Bill]:
    def spoil(bill: Bill) -> Bill:
        first, *others = [tuple(row) for row in bill.rows]
        return replace(bill, rows=[*change(first), *others])

    return spoil


def _a_fen_more(row: tuple[str, ...]) -> tuple[str, ...]:
    whole, _, cents = row[_TOTAL].partition(".")
    fen = int(whole) * 100 + int(cents) + 1
    return (*row[:_TOTAL], f"{fen // 100}.{fen % 100:02d}", *row[_TOTAL + 1 :])


SPOILS: Mapping[str, Callable[[Bill], Bill]] = {
    "nontax_bill_changed_column": lambda bill: replace(
        bill, header=bill.header.replace("交易时间", "成交时间", 1)
    ),
    "nontax_bill_duplicate_line": _first_row(lambda row: [row, row]),
    "nontax_bill_missing_line": _first_row(lambda row: []),
    "nontax_bill_wrong_amount": _first_row(lambda row: [_a_fen_more(row)]),
    "nontax_bill_short_line": _first_row(lambda row: [row[:-1]]),
}


@dataclass(frozen=True, slots=True)
class Downloads:
    platform: OpenPlatform
    books: Books

    def calls(self) -> list[Route]:
        path = "/nontax/downloadbill"
        return self.platform.whole_posts(path, self.download, "nontax.downloadbill")

    async def download(self, body: Mapping[str, Any]) -> Response:
        """Return the bill as plain text; what is refused is JSON."""
        if body.get("appid") != self.platform.app_id:
            raise Errcode(40013)
        if fields.text(body, "mch_id") != self.books.bank.mch_id:
            raise fields.wrong("mch_id")
        day = fields.day(body, "bill_date")
        kind = body.get("bill_type", "ALL")
        if day is None or kind not in ("ALL", "SUCCESS", "REFUND"):
            raise fields.wrong("bill_type")
        stage = self.platform.stage

        def strike(name: str) -> bool:
            fault = stage.faults.take("wechat", name, "nontax.downloadbill", {f"{day:%Y%m%d}"})
            return fault is not None

        early = stage.clock.now() < clock_time(day + timedelta(days=1), MADE_AT)
        if early or strike("nontax_bill_late"):
            raise Errcode(-1)
        bill = bill_of(self.books, day, str(kind))
        for name, spoil in SPOILS.items():
            if bill.rows and strike(name):
                bill = spoil(bill)
        return Response(200, Headers({"Content-Type": "text/plain; charset=utf-8"}), bill.text())
