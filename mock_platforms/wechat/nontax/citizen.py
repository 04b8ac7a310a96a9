"""What the citizen does on the platform's payment page: control rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage
from mock_platforms.wechat.nontax.answers import order_json
from mock_platforms.wechat.nontax.books import Books, Order, Status
from mock_platforms.wechat.nontax.desk import Desk
from mock_platforms.wechat.nontax.fields import day
from mock_platforms.wechat.nontax.moments import beijing_day
from mock_platforms.wechat.nontax.notices import Notices
from mock_platforms.wechat.nontax.sealing import errcode_of, opened_answer

ORDER = "/wechat/nontax/orders/{order}"


@dataclass(frozen=True, slots=True)
class Citizen:
    """`order` is the platform's order_id, or the department's number."""

    stage: Stage
    books: Books
    notices: Notices
    desk: Desk

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                f"{ORDER}/pay",
                self.pay,
                "The citizen pays on the non-tax platform's page; the notification follows.",
                {
                    "openid?": "who pays; must be the order's payer",
                    "at?": "when (RFC 3339), also in the past, so that past days have bills",
                    "late?": "true pays whatever became of the order: it was under way before",
                },
                '{"status", "trans_id"}',
            ),
            ControlRoute(
                "POST",
                f"{ORDER}/cancel",
                self.cancel,
                "The citizen leaves the non-tax platform's page; the order stays unpaid.",
                answers='{"status"}',
            ),
            ControlRoute("GET", ORDER, self.look, "Look a non-tax order up, its history included."),
        ]

    async def pay(self, command: Command) -> dict[str, Any]:
        order = self._order(command)
        now = self.stage.clock.now()
        at = command.moment("at") or now
        if at > now:
            raise Refused("nobody pays in the future", field="at")
        if command.body.get("openid", order.asked.get("openid")) != order.asked.get("openid"):
            raise Refused("this order is another citizen's", field="openid", status=409)
        if self.books.paid_under(order.number) is not None:
            raise Refused("it is paid: one order of a number is paid at most", status=409)
        last = day(order.asked, "payment_expire_date", needed=False)
        over = order.status is Status.CLOSED or (last is not None and beijing_day(at) > last)
        if over and not command.flag("late"):
            raise Refused("the order's time is over", status=409)
        if not command.flag("late"):
            await self._still_owed(order)
        paid = self.desk.capture(order, at)
        return {"status": int(paid.status), "trans_id": paid.trans_id}

    def cancel(self, command: Command) -> dict[str, Any]:
        return {"status": int(self._order(command).status)}

    def look(self, command: Command) -> dict[str, Any]:
        order = self._order(command)
        return {**order_json(self.books, order), "notify_history": self.notices.history(order)}

    async def _still_owed(self, order: Order) -> None:
        """Ask the department what is owed, if it has an address for that. Raises Refused."""
        url = self.notices.addresses.queryfee_url
        if not url:
            return
        names = ("order_no", "payment_notice_no", "department_code", "region_code", "bank_id")
        asked = {name: order.asked[name] for name in names if name in order.asked}
        came = await self.stage.deliveries.try_once(self.notices.compose(url, asked))
        errcode = errcode_of(came["answer"])
        if errcode != 0:
            raise Refused(f"the department does not want it: errcode {errcode}", status=409)
        told = opened_answer(self.notices.keys, came["answer"])
        if told is None or told.get("fee") != order.fee:
            raise Refused("the department says another amount", status=409)

    def _order(self, command: Command) -> Order:
        number = command.parts["order"]
        order = self.books.find(number)
        if order is None:
            raise Refused(f"no order {number}", field="order", status=404)
        return order
