"""Asking for a bill and fetching it: a hash, and an address that lives five minutes.

Source: pay.weixin.qq.com, "apply for trade bill", "apply for fund flow bill", "download bill".
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mock_platforms.faults import Fault
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay.bill_spoils import SPOILS, summed
from mock_platforms.wechat_pay.bills import MADE_FROM, Bill, trade_bill
from mock_platforms.wechat_pay.books import Books
from mock_platforms.wechat_pay.errors import Refusal, bad_field, impossible
from mock_platforms.wechat_pay.fund_flow import fund_flow_bill
from mock_platforms.wechat_pay.gate import Call, Gate
from mock_platforms.wechat_pay.moments import beijing_day, clock_time
from mock_platforms.wire import Headers, Response

ADDRESS_LIFE = timedelta(minutes=5)
READY_FROM = 10  # o'clock in Beijing, on the day after
KEPT = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Address:
    content: bytes
    zipped: bool
    until: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Downloads:
    stage: Stage
    gate: Gate
    books: Books
    addresses: dict[str, Address] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        guard = self.gate.guard
        return [
            Route("GET", "/v3/bill/tradebill", guard(self.trade), "bills.trade"),
            Route("GET", "/v3/bill/fundflowbill", guard(self.fund_flow), "bills.fundflow"),
            Route("GET", "/v3/billdownload/file", guard(self.download), "bills.download"),
        ]

    def trade(self, call: Call) -> dict[str, Any]:
        day = self._day(call)
        kind = _word(call, "bill_type", "ALL", ("ALL", "SUCCESS", "REFUND"))
        bill = trade_bill(self.books, day, kind, call.query.get("sub_mchid"))
        return self._offer(call, day, bill, "bills.trade")

    def fund_flow(self, call: Call) -> dict[str, Any]:
        day = self._day(call)
        account = _word(call, "account_type", "BASIC", ("BASIC", "OPERATION", "FEES"))
        # All money of this stage moves through the basic account.
        bill = fund_flow_bill(self.books, day) if account == "BASIC" else None
        return self._offer(call, day, bill, "bills.fundflow")

    def download(self, call: Call) -> Response:
        """Return the bill itself, unsigned: the hash was in the signed answer before."""
        address = self.addresses.get(call.query.get("token", ""))
        if (
            address is None
            or self.stage.clock.now() >= address.until
            or self._struck("bill_address_expired", "bills.download", address.day)
        ):
            raise impossible("下载地址无效或已过期，请重新申请账单")
        kind = "application/x-gzip" if address.zipped else "text/plain"
        body = gzip.compress(address.content, mtime=0) if address.zipped else address.content
        if self._struck("bill_truncated", "bills.download", address.day):
            body = body[: len(body) // 2]
        return Response(200, Headers({"Content-Type": kind}), body)

    def _day(self, call: Call) -> date:
        text = call.query.get("bill_date", "")
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise bad_field("/query/bill_date", text, "账单日期格式应为yyyy-MM-dd") from error
        now = self.stage.clock.now()
        if text != str(day):
            raise bad_field("/query/bill_date", text, "账单日期格式应为yyyy-MM-dd")
        if day >= beijing_day(now):
            raise Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        if day < beijing_day(now - KEPT):
            raise bad_field("/query/bill_date", text, "仅支持三个月内的账单下载申请")
        return day

    def _offer(self, call: Call, day: date, bill: Bill | None, operation: str) -> dict[str, Any]:
        zipped = _word(call, "tar_type", "", ("", "GZIP")) == "GZIP"
        now, after = self.stage.clock.now(), day + timedelta(days=1)

        def strike(kind: str) -> Fault | None:
            return self._struck(kind, operation, day)

        if now < clock_time(after, MADE_FROM) or strike("bill_missing") or bill is None:
            raise Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        if now < clock_time(after, READY_FROM) or strike("bill_late"):
            raise Refusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")
        for kind, spoil in SPOILS.items():
            if fault := strike(kind):
                bill = spoil(bill)
                bill = summed(bill) if fault.parameters.get("sums_follow") else bill
        content = bill.text()
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if strike("bill_wrong_hash"):
            digest = self.stage.randomness.hex(40)
        token = self.stage.randomness.text(64)
        self.addresses[token] = Address(content, zipped, now + ADDRESS_LIFE, day)
        root = self._root(call)
        return {
            "hash_type": "SHA1",
            "hash_value": digest,
            "download_url": f"{root}/v3/billdownload/file?token={token}",
        }

    def _struck(self, kind: str, operation: str, day: date) -> Fault | None:
        return self.stage.faults.take("wechat_pay", kind, operation, {str(day)})

    def _root(self, call: Call) -> str:
        """Return the address by which this client knows us: SDKs cut it off the download_url."""
        host = call.request.headers.get("Host")
        return f"http://{host}" if host else self.stage.base_url("wechat_pay")


def _word(call: Call, name: str, default: str, words: tuple[str, ...]) -> str:
    word = call.query.get(name, default)
    if word not in words:
        raise bad_field(f"/query/{name}", word, f"{name}取值错误")
    return word
