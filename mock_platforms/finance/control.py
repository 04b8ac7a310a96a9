"""What happens at the authority besides its calls: notices are made, paid elsewhere, withdrawn."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.finance import notices, payments, receipts
from mock_platforms.finance.books import Books
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import ELSEWHERE, Item, Notice, Trigger
from mock_platforms.finance.people import CITIZENS
from mock_platforms.finance.refusals import Refused as AuthorityRefused
from mock_platforms.finance.samples import FINE_RATE, TRAFFIC_POLICE
from mock_platforms.stage import Stage

_FARTHEST_DAYS = 36_500


def control_rows(stage: Stage, books: Books) -> Sequence[ControlRoute]:
    office = Office(stage, books)
    return (
        ControlRoute(
            "POST", "/finance/notices", office.make, "A unit issues a notice.",
            fields={
                "payer_name?": "the first sample citizen by default",
                "id_number?": "the id number of that citizen by default",
                "items?": "[{code, name, amount_fen, unit?, quantity?, late_rate_per_10000?}]; "
                "a fine of 200.00 by default",
                "due_in_days?": "15 by default; negative means overdue",
                "unit_code?": "the charging unit", "unit_name?": "its name",
            },
            answers="the notice, with its check_code and id_number", status=201,
        ),
        ControlRoute(
            "POST", "/finance/notices/{pay_code}/pay-elsewhere", office.pay_elsewhere,
            "The citizen pays at a bank's counter.", answers="the notice",
        ),
        ControlRoute(
            "POST", "/finance/notices/{pay_code}/void", office.void,
            "The unit withdraws the notice.", answers="the notice",
        ),
        ControlRoute(
            "GET", "/finance/notices", office.list_notices,
            "Every notice, with what one must know to pay it.", answers="[notice]",
        ),
        ControlRoute(
            "GET", "/finance/payments", office.list_payments, "Every confirmed payment.",
            answers='[{"confirmation_no", "pay_code", "amount_fen", "confirmed_at", ...}]',
        ),
        ControlRoute(
            "GET", "/finance/receipts", office.list_receipts, "Every receipt that was asked for.",
            answers='[{"confirmation_no", "state", "receipt_number", ...}]',
        ),
        ControlRoute(
            "GET", "/finance/refunds", office.list_refunds, "Every refund that was reported.",
            answers='[{"refund_no", "confirmation_no", "amount_fen", ...}]',
        ),
    )  # fmt: skip


class Office:
    def __init__(self, stage: Stage, books: Books) -> None:
        self.stage, self.books = stage, books

    def make(self, command: Command) -> dict[str, Any]:
        today = beijing_day(self.stage.clock.now())
        due_in_days = command.integer("due_in_days", 15)
        if abs(due_in_days) > _FARTHEST_DAYS:
            raise Refused(f"at most {_FARTHEST_DAYS} days", field="due_in_days")
        due_on = today + timedelta(days=due_in_days)
        payer = command.text("payer_name", next(iter(CITIZENS)))
        notice = Notice(
            pay_code=self.books.next_pay_code(today),
            check_code=self.stage.randomness.digits(4),
            unit_code=command.text("unit_code", TRAFFIC_POLICE[0]),
            unit_name=command.text("unit_name", TRAFFIC_POLICE[1]),
            payer_name=payer,
            id_number=command.text("id_number", CITIZENS.get(payer)),
            items=_items(command.body.get("items")),
            issued_on=due_on - timedelta(days=15),
            due_on=due_on,
        )
        self.books.keep(notice)
        return self._shown(notice)

    def pay_elsewhere(self, command: Command) -> dict[str, Any]:
        notice = self._notice(command)
        if Trigger.PAY not in notices.TRANSITIONS[notice.state]:
            raise Refused(f"the notice is {notice.state}", field="pay_code", status=409)
        settled = payments.paid(notice, ELSEWHERE)
        self.books.keep(settled)
        return self._shown(settled)

    def void(self, command: Command) -> dict[str, Any]:
        try:
            notice = self._notice(command)
            return self._shown(self.books.void(notice.pay_code, self.stage.clock.now()))
        except AuthorityRefused as refused:
            raise Refused(refused.message, field=refused.field, status=409) from refused

    def list_notices(self, _: Command) -> list[dict[str, Any]]:
        return [self._shown(notice) for notice in self.books.notices.values()]

    def list_payments(self, _: Command) -> list[dict[str, Any]]:
        return [
            {
                "confirmation_no": one.payment.confirmation_no,
                "pay_code": one.payment.pay_code,
                "amount_fen": one.payment.amount_fen,
                "late_fee_fen": one.payment.late_fee_fen,
                "paid_at": one.payment.paid_at.isoformat(),
                "channel": one.payment.channel,
                "channel_transaction_no": one.payment.channel_transaction_no,
                "confirmed_at": one.confirmed_at.isoformat(),
            }
            for one in self.books.payments.values()
        ]

    def list_receipts(self, _: Command) -> list[dict[str, Any]]:
        now = self.stage.clock.now()
        return [
            {"confirmation_no": number, **receipts.as_json(receipt, self._paid_by(number), now)}
            for number, receipt in self.books.receipts.items()
        ]

    def list_refunds(self, _: Command) -> list[dict[str, Any]]:
        return [
            {
                "confirmation_no": one.refund.confirmation_no,
                "amount_fen": one.refund.amount_fen,
                "reason": one.refund.reason,
                **one.as_json(),
            }
            for one in self.books.refunds.values()
        ]

    def _paid_by(self, confirmation_no: str) -> Notice:
        return self.books.notice(self.books.payment(confirmation_no).payment.pay_code)

    def _notice(self, command: Command) -> Notice:
        try:
            return self.books.notice(command.parts["pay_code"])
        except AuthorityRefused as refused:
            raise Refused(refused.message, field="pay_code", status=404) from refused

    def _shown(self, notice: Notice) -> dict[str, Any]:
        """More than the wire tells: whoever plays the citizen needs these to look it up."""
        secrets = {"check_code": notice.check_code, "id_number": notice.id_number}
        return {**notices.as_json(notice, self.stage.clock.now()), **secrets}


def _items(given: object) -> tuple[Item, ...]:
    if given is None:
        return (Item("103050101", "交通违法罚款", 200_00, late_rate_per_10000=FINE_RATE),)
    if not isinstance(given, list) or not given:
        raise Refused("items must be a list that is not empty", field="items")
    try:
        items = tuple(Item(**item) for item in given)
    except TypeError as error:
        raise Refused("an item has code, name and amount_fen", field="items") from error
    if not all(isinstance(item.amount_fen, int) and item.amount_fen > 0 for item in items):
        raise Refused("an item's amount_fen is a positive whole number", field="items")
    return items
