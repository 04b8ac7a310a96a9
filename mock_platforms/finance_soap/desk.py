"""The platform's counter: citizens pay here; units are asked for notices and told of payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.deliveries import Notice
from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.finance_soap.wire import (
    UNITS,
    Told,
    Unreadable,
    answer_text,
    call_text,
    read_call,
    read_told,
)
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Headers, Outgoing, Request, Response, Unreachable

NAME = "finance_soap"
CHANNEL_NO = "330299001"  # an invented district's, and the first unit system in it
PUSH, SEARCH = "GetPay_Info", "GetSearchPay_Info"
LADDER_S = (60, 120, 300, 600, 1800, 3600, 3600, 3600)  # no public text says how often
BEHIND = FaultKind(
    "search_behind",
    "The platform's search does not know of a payment yet.",
    CALL,
    frozenset({SEARCH}),
)
OTHER_AMOUNT = FaultKind(
    "search_other_amount",
    "The platform's search has a payment with another amount.",
    CALL,
    frozenset({SEARCH}),
    parameters={"by_fen": 100},
)
_XML = Headers({"Content-Type": "text/xml; charset=utf-8"})
_BEIJING = ZoneInfo("Asia/Shanghai")
_KEYS = ("NOTICENO", "CHANNELNO", "ORIGINALNOTICENO", "YWCODE")


@dataclass(frozen=True)
class Payment:
    notice_no: str
    trade_no: str
    money: str  # yuan
    paid_at: datetime
    receipt_no: str

    def params(self) -> dict[str, str]:
        local = self.paid_at.astimezone(_BEIJING)
        return {
            "PAYLISTNO": self.receipt_no,
            "CERTIFICATENO": self.receipt_no,
            "TRADECODE": "01",
            "TRADENAME": "公共支付",
            "WAYCODE": "02",
            "WAYNAME": "网上支付",
            "TRADENO": self.trade_no,
            "TRADEDATE": f"{local:%Y%m%d}",
            "PAYMONEY": self.money,
            "PAYDATE": f"{local:%Y%m%d}",
            "PAYTIME": f"{local:%H%M%S}",
        }


def build(stage: Stage) -> StandIn:
    desk = Desk(stage)
    return StandIn(
        name=NAME,
        routes=[Route("POST", "/", desk.answer, SEARCH)],
        describe=lambda base_url: {"base_url": base_url, "channel_no": CHANNEL_NO},
        control=desk.rows(),
        notices=(PUSH,),
        faults=(BEHIND, OTHER_AMOUNT),
        orders=_notices_named,
    )


class Desk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._unit = ""
        self._payments: dict[str, Payment] = {}

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST", "/finance_soap/unit", self.set_unit,
                "From now on the unit's service is there.",
                fields={"url": "where notices are pulled and payments pushed"}, answers='{"url"}',
            ),
            ControlRoute(
                "POST", "/finance_soap/notices", self.list_notices,
                "A citizen looks for what they owe: the platform pulls it from the unit.",
                fields={"id_number": "of the payer"},
                answers='{"code", "words", "details": [{…, "projects"}]}',
            ),
            ControlRoute(
                "POST", "/finance_soap/notices/{notice_no}/pay", self.pay,
                "A citizen pays a notice: it is pulled, paid, and the payment pushed.",
                fields={"money?": "in yuan; what the notice says by default"},
                answers='{"trade_no", "money", "receipt_no"}',
            ),
            ControlRoute(
                "GET", "/finance_soap/payments", self.list_payments, "Every payment.",
                answers='[{"notice_no", "trade_no", "money", "paid_at", "receipt_no"}]',
            ),
        ]  # fmt: skip

    def answer(self, request: Request) -> Response:
        """GetSearchPay_Info; 01 of an unpaid one is this stand-in's own word."""
        try:
            operation, params = read_call(request.body)
        except Unreadable as error:
            return Response(400, _XML, b"", why=str(error))
        if operation != SEARCH:
            return self._said(operation, params, "99", "不支持的接口", why="an unknown operation")
        notice_no = params.get("NOTICENO", "")
        if params.get("CHANNELNO") != CHANNEL_NO or not notice_no.startswith(CHANNEL_NO):
            return self._said(operation, params, "99", "渠道编号不正确", why="another channel")
        behind = self._stage.faults.take(NAME, BEHIND.name, SEARCH, {notice_no})
        payment = None if behind else self._payments.get(notice_no)
        if payment is None:
            return self._said(operation, params, "01", "未缴款")
        if other := self._stage.faults.take(NAME, OTHER_AMOUNT.name, SEARCH, {notice_no}):
            payment = replace(payment, money=_more(payment.money, other.parameters["by_fen"]))
        return self._said(operation, params, "00", "成功", payment.params())

    def set_unit(self, command: Command) -> dict[str, Any]:
        self._unit = command.text("url", "")
        return {"url": self._unit}

    async def list_notices(self, command: Command) -> dict[str, Any]:
        told = await self._ask("Get_AppPay_Infos", {"PAYERSFZ": command.text("id_number")})
        return {"code": told.code, "words": told.words, "details": told.details}

    async def pay(self, command: Command) -> dict[str, Any]:
        notice_no = command.parts["notice_no"]
        if notice_no in self._payments:
            raise Refused("it is paid", field="notice_no", status=409)
        told = await self._ask("Get_AppPay_Info", _keys(notice_no))
        if told.code != "00" or len(told.details) != 1:
            raise Refused(f"the unit said {told.code}: {told.words}", status=409)
        money = command.text("money", told.details[0]["TOTALMONEY"])
        number = len(self._payments) + 1
        payment = Payment(
            notice_no,
            f"ZJ{self._stage.randomness.digits(18)}",
            money,
            self._stage.clock.now(),
            f"{number:010d}",
        )
        self._payments[notice_no] = payment
        self._stage.deliveries.post(self._notice(payment))
        return {"trade_no": payment.trade_no, "money": money, "receipt_no": payment.receipt_no}

    def list_payments(self, _: Command) -> list[dict[str, Any]]:
        return [
            {
                "notice_no": one.notice_no,
                "trade_no": one.trade_no,
                "money": one.money,
                "paid_at": one.paid_at.isoformat(),
                "receipt_no": one.receipt_no,
            }
            for one in self._payments.values()
        ]

    def _notice(self, payment: Payment) -> Notice:
        def compose(_: Fault | None) -> Outgoing:
            params = {**_keys(payment.notice_no), **payment.params()}
            return self._outgoing(PUSH, params)

        return Notice(NAME, PUSH, {payment.notice_no}, compose, _taken, LADDER_S)

    async def _ask(self, operation: str, params: Mapping[str, str]) -> Told:
        try:
            answer = await self._stage.deliveries.ask(self._outgoing(operation, params))
            return read_told(answer.body, operation)
        except (Unreachable, Unreadable) as error:
            raise Refused(f"the unit's service: {error}", status=502) from error

    def _outgoing(self, operation: str, params: Mapping[str, str]) -> Outgoing:
        if not self._unit:
            raise Refused("nobody said where the unit's service is", status=409)
        headers = Headers({**_XML, "SOAPAction": f'"{operation}"'})
        return Outgoing("POST", self._unit, headers, call_text(UNITS, operation, params))

    def _said(
        self,
        operation: str,
        params: Mapping[str, str],
        code: str,
        words: str,
        more: Mapping[str, str] | None = None,
        *,
        why: str = "",
    ) -> Response:
        return Response(200, _XML, answer_text(operation, params, code, words, more or {}), why=why)


def _taken(response: Response) -> bool:
    try:
        return response.status == 200 and read_told(response.body, PUSH).code == "00"
    except Unreadable:
        return False


def _keys(notice_no: str) -> dict[str, str]:
    cut = len(CHANNEL_NO)
    return dict(zip(_KEYS, (notice_no, notice_no[:cut], notice_no[cut:], ""), strict=True))


def _more(yuan: str, by_fen: int) -> str:
    fen = int(yuan.replace(".", "")) + by_fen
    return f"{fen // 100}.{fen % 100:02d}"


def _notices_named(request: Request) -> list[str]:
    try:
        return [read_call(request.body)[1].get("NOTICENO", "")]
    except Unreadable:
        return []
