"""Our endpoints of fees, orders and refunds: from a call to a use case and back, as rows."""

from channel_gateway.domain.days import milliseconds
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor
from channel_gateway.service import Call, Route, Who
from payment.messages import (
    NoticeQuery,
    NoticesView,
    NoticeView,
    OrderHistory,
    OrderRequest,
    OrdersView,
    OrderView,
)
from payment.order import Order
from payment.orders import Orders
from payment.use_cases import Payments
from payment.views import notice_view, order_history, order_view

PAGE = 20


class Endpoints:
    def __init__(self, payments: Payments, orders: Orders) -> None:
        self._payments = payments
        self._orders = orders

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/notices/look-up",
                self.look_up,
                "Look a notice (缴款通知书) up by its code and check code",
                body=NoticeQuery,
                answer=NoticeView,
                errors=(
                    "notice_not_found",
                    "notice_paid",
                    "notice_void",
                    "wrong_codes_today",
                    "looking_up",
                    "notice_guessed",
                ),
            ),
            Route(
                "GET",
                "/notices",
                self.owed,
                "List what you owe",
                answer=NoticesView,
                errors=("identity_not_known",),
            ),
            Route(
                "POST",
                "/orders",
                self.order,
                "Order a notice's payment",
                body=OrderRequest,
                answer=OrderView,
                status=201,
                idempotent=True,
                errors=(
                    "notice_not_found",
                    "notice_paid",
                    "notice_void",
                    "notice_not_owed",
                    "wrong_codes_today",
                    "looking_up",
                    "notice_guessed",
                    "quote_stale",
                    "changes_at_midnight",
                    "hold_over",
                    "order_still_closing",
                    "unavailable",
                ),
            ),
            Route(
                "GET",
                "/orders",
                self.list,
                "List your orders, newest first",
                answer=OrdersView,
                query=("after",),
            ),
            Route("GET", "/orders/{order_id}", self.get, "See an order", answer=OrderView),
            Route(
                "POST",
                "/orders/{order_id}/ask",
                self.ask,
                "Ask the platform now whether an order is paid",
                answer=OrderView,
                errors=("not_found", "unavailable"),
            ),
            Route(
                "POST",
                "/orders/{order_id}/close",
                self.close,
                "Close an order that is not paid",
                answer=OrderView,
                errors=("not_found", "already_paid", "unavailable"),
            ),
            Route(
                "GET",
                "/operator/orders/{order_id}",
                self.history,
                "Where is this citizen's money: an order with all that happened to it",
                answer=OrderHistory,
                who=Who.OPERATOR,
            ),
        ]

    async def look_up(self, call: Call) -> NoticeView:
        body: NoticeQuery = call.body
        return notice_view(
            await self._payments.look_up(call.session, body.pay_code, body.check_code)
        )

    async def owed(self, call: Call) -> NoticesView:
        quotes = await self._payments.owed(call.session)
        return NoticesView(notices=[notice_view(quote) for quote in quotes])

    async def order(self, call: Call) -> OrderView:
        body: OrderRequest = call.body
        ordered = await self._payments.order(
            call.session,
            pay_code=body.pay_code,
            check_code=body.check_code,
            total_fen=body.total_fen,
            method_name=body.method,
        )
        return order_view(ordered.order, ordered.pay)

    async def list(self, call: Call) -> OrdersView:
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._payments.list(call.session, limit=PAGE, after=after)
        return OrdersView(
            orders=[order_view(order) for order in page],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> OrderView:
        return self._payable(call, await self._payments.get(call.session, call.path["order_id"]))

    async def ask(self, call: Call) -> OrderView:
        return self._payable(call, await self._payments.ask(call.session, call.path["order_id"]))

    async def close(self, call: Call) -> OrderView:
        return order_view(await self._payments.close(call.session, call.path["order_id"]))

    async def history(self, call: Call) -> OrderHistory:
        return order_history(await self._orders.get(call.path["order_id"]))

    def _payable(self, call: Call, order: Order) -> OrderView:
        return order_view(order, self._payments.pay_parameters(order, call.session))


def _next(last: Order) -> str:
    return write_cursor(Cursor(milliseconds(last.created_at), last.id))
