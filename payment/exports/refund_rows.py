"""Refund cases by the day of their application, and what goes back by itself by when it began."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Clock
from payment.exports.table import Column, Form, Row, Units, sees, yuan
from payment.journal.journal import Journal
from payment.order import WORDS, Order
from payment.orders import Orders
from payment.refund import Refund
from payment.refund_cases.worklist import Item, Worklist
from payment.words import GROUNDS, REFUND_CASES, REFUNDS, WAYS

_COLUMNS = (
    Column("日期", Form.DAY),
    Column("时间", Form.MOMENT),
    Column("类型"),
    Column("编号"),
    Column("订单号"),
    Column("缴款码"),
    Column("执收单位"),
    yuan("金额"),
    Column("事由"),
    Column("方式"),
    Column("申请状态"),
    Column("退款单号"),
    Column("退款状态"),
    Column("完成时间", Form.MOMENT),
    Column("期限", Form.DAY),
    Column("逾期"),
    Column("下一步"),
    Column("红票代码"),
    Column("红票号码"),
)
_BY_CASE, _BY_ITSELF = "申请", "自动"


class RefundRows:
    columns = _COLUMNS

    def __init__(
        self,
        worklist: Worklist,
        journal: Journal,
        orders: Orders,
        methods: Sequence[str],
        clock: Clock,
    ) -> None:
        self._worklist = worklist
        self._journal = journal
        self._orders = orders
        self._methods = tuple(sorted(methods))
        self._clock = clock

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        now = self._clock.now()
        async for case in self._worklist.applied_on(day):
            if sees(units, case.unit_code):
                yield _row(day, await self._worklist.item_of(case, now))
        for method in self._methods:
            async for order_id, number in self._journal.refunds_asked(method, day):
                found = await self._by_itself(order_id, number)
                if found and sees(units, found[0].unit_code):
                    order, refund = found
                    yield _row(day, self._worklist.item_by_itself(order, refund, now), order)

    async def _by_itself(self, order_id: str, number: str) -> tuple[Order, Refund] | None:
        """One that nobody applied for, and its order is still here."""
        try:
            order = await self._orders.get(order_id)
        except NotFound:
            return None
        refund = order.refund(number)
        return (order, refund) if refund and refund.case_id is None else None


def _row(day: date, item: Item, order: Order | None = None) -> Row:
    case, refund = item.case, item.refund
    red = refund.red_receipt if refund else None
    stray = order.stray_reason if order else None
    return (
        day,
        item.since,
        _BY_CASE if case else _BY_ITSELF,
        item.number,
        item.order_id,
        item.pay_code,
        item.unit_code,
        item.amount_fen,
        GROUNDS[case.ground] if case else WORDS[stray] if stray else "",
        WAYS[case.way] if case else "",
        REFUND_CASES[case.state] if case else "",
        refund.number if refund else "",
        REFUNDS[refund.state] if refund else "",
        refund.done_at if refund else None,
        item.due_on,
        "逾期" if item.overdue else "",
        item.todo.words,
        red.code if red else "",
        red.number if red else "",
    )
