"""What the platform's own office sets and tells: control rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat.errors import Errcode
from mock_platforms.wechat.nontax import fields
from mock_platforms.wechat.nontax.answers import order_json
from mock_platforms.wechat.nontax.books import Books
from mock_platforms.wechat.nontax.notices import Notices


@dataclass(frozen=True, slots=True)
class Office:
    books: Books
    notices: Notices

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                "/wechat/nontax/addresses",
                self.set_addresses,
                "The non-tax platform has a department's addresses from now on.",
                {
                    "notify_url?": "told of payments and refunds",
                    "queryfee_url?": "asked what is owed",
                },
                '{"notify_url", "queryfee_url"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/nontax/settings",
                self.change,
                "Change how long non-tax orders live, or WeChat's fee in the bills.",
                {
                    "order_life_s?": "1800 unless said",
                    "fee_rate?": "in ten-thousandths; 0 unless said",
                },
                '{"order_life_s", "fee_rate"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/nontax/notices",
                self.issue,
                "Finance tells the non-tax platform of a notice: what queryfee answers.",
                {
                    "payment_notice_no": "its number",
                    "department_code": "of the unit",
                    "department_name": "its name",
                    "region_code": "six digits",
                    "fee": "in fen",
                    "items": "as in unifiedorder",
                },
            ),
            ControlRoute(
                "GET",
                "/wechat/nontax/books",
                self.tell,
                "Tell the non-tax platform's own books: what was taken and given back, in fen.",
                answers='{"captured_fen", "refunded_fen", "orders": […]}',
            ),
        ]

    def set_addresses(self, command: Command) -> dict[str, Any]:
        addresses = self.notices.addresses
        addresses.notify_url = command.text("notify_url", addresses.notify_url)
        addresses.queryfee_url = command.text("queryfee_url", addresses.queryfee_url)
        return asdict(addresses)

    def change(self, command: Command) -> dict[str, Any]:
        life_s = command.integer("order_life_s", int(self.books.order_life.total_seconds()))
        rate = command.integer("fee_rate", self.books.fee_rate)
        if life_s < 1 or not 0 <= rate <= 10000:
            raise Refused("a life of a second at least, a fee of all at most", field="fee_rate")
        self.books.order_life, self.books.fee_rate = timedelta(seconds=life_s), rate
        return {"order_life_s": life_s, "fee_rate": rate}

    def issue(self, command: Command) -> dict[str, Any]:
        notice = dict(command.body)
        try:
            fields.unit(notice)
            fields.owed(notice)
        except Errcode as error:
            raise Refused(error.message, field="items") from error
        self.books.notices[command.text("payment_notice_no")] = {**notice, "paid": False}
        return notice

    def tell(self, _: Command) -> dict[str, Any]:
        orders = self.books.orders.values()
        refunds = self.books.refunds.values()
        return {
            "captured_fen": sum(order.fee for order in orders if order.paid),
            "refunded_fen": sum(refund.fee for refund in refunds if refund.finished_at),
            "orders": [order_json(self.books, order) for order in orders],
        }
