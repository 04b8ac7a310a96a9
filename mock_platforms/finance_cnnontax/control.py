"""What happens at the finance node besides its messages: notices of other units, other payers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.finance_cnnontax.books import Books, Notice, Payment
from mock_platforms.finance_cnnontax.desk import REGION
from mock_platforms.finance_cnnontax.fields import Refused as NodeRefused
from mock_platforms.finance_cnnontax.fields import today, yuan
from mock_platforms.finance_cnnontax.pushes import Pushes
from mock_platforms.stage import Stage

_UNIT = ("320699011", "示例县交通运输综合执法大队")
_FARTHEST_DAYS = 3_650
_HERE = "/finance_cnnontax"


def control_rows(stage: Stage, books: Books, pushes: Pushes) -> Sequence[ControlRoute]:
    office = Office(stage, books, pushes)
    return (
        ControlRoute(
            "POST", f"{_HERE}/unit-node", office.listen, "Where the unit's node listens.",
            fields={"address": "host:port", "echoes?": "tell it of what it confirmed itself too"},
        ),
        ControlRoute(
            "POST", f"{_HERE}/notices", office.make, "A unit of another system issues a notice.",
            fields={
                "amount_fen?": "200.00 by default",
                "due_in_days?": "15 by default; negative means overdue, at 3 % a day",
                "unit_code?": "the charging unit", "unit_name?": "its name",
                "payer_name?": "invented by default",
                "hold1?": "Y, by default, asks for a push when it is paid",
            },
            answers="the notice, with its check_code", status=201,
        ),
        ControlRoute(
            "POST", f"{_HERE}/notices/{{pay_code}}/pay-elsewhere", office.pay_elsewhere,
            "The citizen pays at a bank's counter; the unit's node is told.",
            fields={"transaction?": "the bank's number"}, answers="the notice",
        ),
        ControlRoute(
            "POST", f"{_HERE}/notices/{{pay_code}}/void", office.void,
            "The unit withdraws the notice.", answers="the notice",
        ),
        ControlRoute("GET", f"{_HERE}/notices", office.notices, "Every notice."),
        ControlRoute("GET", f"{_HERE}/payments", office.payments, "Every payment booked."),
        ControlRoute("GET", f"{_HERE}/receipts", office.receipts, "Every receipt asked for."),
        ControlRoute("GET", f"{_HERE}/refunds", office.refunds, "What went back, as reported."),
    )  # fmt: skip


@dataclass
class Office:
    stage: Stage
    books: Books
    pushes: Pushes

    def listen(self, command: Command) -> dict[str, Any]:
        address = command.text("address")
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise Refused("host:port is wanted", field="address")
        self.pushes.address, self.pushes.echoes = address, command.flag("echoes")
        return {"address": address, "echoes": self.pushes.echoes}

    def make(self, command: Command) -> dict[str, Any]:
        now = self.stage.clock.now()
        due_in_days, amount_fen = (
            command.integer("due_in_days", 15),
            command.integer("amount_fen", 200_00),
        )
        if abs(due_in_days) > _FARTHEST_DAYS or amount_fen <= 0:
            raise Refused("a positive amount, and at most ten years", field="due_in_days")
        due_on, amount = today(now) + timedelta(days=due_in_days), yuan(amount_fen)
        values = {
            "AdmDivCode": REGION,
            "PayCode": f"{REGION}{today(now):%y}31{len(self.books.notices) + 1:010d}",
            "BillDate": f"{due_on - timedelta(days=15):%Y%m%d}",
            "ChgAgenCode": command.text("unit_code", _UNIT[0]),
            "ChgAgenName": command.text("unit_name", _UNIT[1]),
            "PayerName": command.text("payer_name", "吴示范"),
            **{"Amt": amount, "OriAmt": amount, "DelayAmt": "0.00", "PayStats": "0"},
            "PayInfo": f"103050101|交通违法罚款|{amount}|次|1|不限制|0.0-0.0#",
            "CrcCode": self.stage.randomness.digits(4),
            "Hold1": command.text("hold1", "Y"),
        }
        return _shown(
            self.books.keep(Notice(values, rate_per_10000=300, due_on=due_on)), self.stage
        )

    def pay_elsewhere(self, command: Command) -> dict[str, Any]:
        now, notice = self.stage.clock.now().replace(microsecond=0), self._notice(command)
        number = command.text("transaction", f"ICBC{self.stage.randomness.digits(16)}")
        owed = notice.principal_fen + notice.late_fee_fen(today(now))
        payment = Payment(number, notice.pay_code, owed, number, now, "11", now)
        try:
            self.books.settle(payment)
        except NodeRefused as refused:
            raise Refused(refused.words, field="pay_code", status=409) from refused
        self.pushes.paid(number)
        return _shown(self.books.notices[notice.pay_code], self.stage)

    def void(self, command: Command) -> dict[str, Any]:
        try:
            return _shown(self.books.void(self._notice(command).pay_code), self.stage)
        except NodeRefused as refused:
            raise Refused(refused.words, field="pay_code", status=409) from refused

    def notices(self, _: Command) -> list[dict[str, Any]]:
        return [_shown(notice, self.stage) for notice in self.books.notices.values()]

    def payments(self, _: Command) -> list[dict[str, Any]]:
        return [
            {
                "number": each.number,
                "pay_code": each.pay_code,
                "amount_fen": each.amount_fen,
                "transaction": each.transaction,
                "paid_at": each.paid_at.isoformat(),
            }
            for each in self.books.payments.values()
        ]

    def receipts(self, _: Command) -> list[dict[str, Any]]:
        return [
            {"for": number, "pay_code": each.pay_code, "code": each.code, "number": each.number}
            | {"amount_fen": each.amount_fen, "related": list(each.related)}
            for number, each in self.books.receipts.items()
        ]

    def refunds(self, _: Command) -> list[dict[str, Any]]:
        return [
            {"number": each.number, "pay_code": each.pay_code, "amount_fen": each.amount_fen}
            for each in self.books.refunds.values()
        ]

    def _notice(self, command: Command) -> Notice:
        try:
            return self.books.notice(command.parts["pay_code"])
        except NodeRefused as refused:
            raise Refused(refused.words, field="pay_code", status=404) from refused


def _shown(notice: Notice, stage: Stage) -> dict[str, Any]:
    on = today(stage.clock.now())
    late = notice.late_fee_fen(on)
    return {
        "pay_code": notice.pay_code,
        "check_code": notice.values.get("CrcCode", ""),
        "unit_code": notice.values["ChgAgenCode"],
        "total_fen": notice.principal_fen + late,
        "late_fee_fen": late,
        "state": notice.state,
        "paid_by": notice.paid_by,
    }
