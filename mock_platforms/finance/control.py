"""What happens at the authority besides its calls: notices are made, paid elsewhere, withdrawn."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.finance import notices, receipts, wishes
from mock_platforms.finance.books import Books
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import Notice
from mock_platforms.finance.people import CITIZENS
from mock_platforms.finance.refusals import Refused as AuthorityRefused
from mock_platforms.finance.samples import TRAFFIC_POLICE
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
                "items?": "[{code, name, amount_fen, unit?, quantity?, standard?, "
                "late_rate_per_10000?, late_cap_fen?, late_starts_on?, late_code?, late_name?}]; "
                "a fine of 200.00 by default",
                "pauses?": "[{first, last?}]: days on which no late fee grows",
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
            "POST", "/finance/notices/{pay_code}/waive", office.waive,
            "An authority waives what is owed (免).", answers="the notice",
        ),
        ControlRoute(
            "POST", "/finance/notices/{pay_code}/reduce", office.reduce,
            "An authority takes something off an item (减).",
            fields={"by_fen": "how much", "code?": "of which item; the first by default"},
            answers="the notice",
        ),
        ControlRoute(
            "POST", "/finance/notices/{pay_code}/pauses", office.pause,
            "A review or a lawsuit runs: no late fee grows on these days.",
            fields={"first": "the first day", "last?": "the last one; still running by default"},
            answers="the notice",
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
            items=wishes.items(command.body.get("items")),
            issued_on=due_on - timedelta(days=15),
            due_on=due_on,
            pauses=wishes.pauses(command.body.get("pauses", [])),
        )
        self.books.keep(notice)
        return self._shown(notice)

    def pay_elsewhere(self, command: Command) -> dict[str, Any]:
        pay_code, now = command.parts["pay_code"], self.stage.clock.now()
        return self._changed(lambda: self.books.pay_elsewhere(pay_code, now))

    def void(self, command: Command) -> dict[str, Any]:
        pay_code, now = command.parts["pay_code"], self.stage.clock.now()
        return self._changed(lambda: self.books.void(pay_code, now))

    def waive(self, command: Command) -> dict[str, Any]:
        return self._changed(lambda: self.books.waive(command.parts["pay_code"]))

    def reduce(self, command: Command) -> dict[str, Any]:
        pay_code, by_fen = command.parts["pay_code"], command.integer("by_fen")
        code = command.text("code", "")
        return self._changed(lambda: self.books.reduce(pay_code, code, by_fen))

    def pause(self, command: Command) -> dict[str, Any]:
        pay_code, pause = command.parts["pay_code"], wishes.pause(command.body)
        return self._changed(lambda: self.books.pause(pay_code, pause))

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

    def _changed(self, change: Callable[[], Notice]) -> dict[str, Any]:
        try:
            return self._shown(change())
        except AuthorityRefused as refused:
            status = 404 if refused.code == "NOT_FOUND" else 409
            raise Refused(refused.message, field=refused.field, status=status) from refused

    def _shown(self, notice: Notice) -> dict[str, Any]:
        """More than the wire tells: whoever plays the citizen needs these to look it up."""
        secrets = {"check_code": notice.check_code, "id_number": notice.id_number}
        return {**notices.as_json(notice, self.stage.clock.now()), **secrets}
