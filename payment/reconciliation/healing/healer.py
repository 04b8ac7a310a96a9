"""Healing by kind: ask the platform, remind finance, close what is open. It never moves money.

What moves is moved by the reactions of the order, under the order's own numbers.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError, NotFound, TooMany, Unavailable
from channel_gateway.domain.tasks import Task, doing, sent_again
from channel_gateway.ports import Clock
from payment.facts import PaymentStatus, RefundStatus
from payment.issued import IssuedNotices
from payment.order import Order, State
from payment.orders import Orders
from payment.ports import PaymentMethod
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.matching.words import AWAITS, AWAITS_BEFORE, COUNTED_ONCE, FAR
from payment.refund import STUCK
from payment.settlement import CONFIRM, REPORT_REFUND
from payment.use_cases import Payments


class Outcome(StrEnum):
    HEALED = "healed"
    EXPLAINED = "explained"  # nothing is to be put right: matching again would find the same
    UNDER_WAY = "under_way"  # it was set going: the next matching sees whether it came through
    A_PERSON = "a_person"  # the gateway cannot


@dataclass(frozen=True, slots=True)
class Healing:
    outcome: Outcome
    words: str  # for staff, on the finding


_MONEY_IS_BACK = (State.STRAY, State.RETURNED)
_ANSWERS: Mapping[RefundStatus, str] = {
    RefundStatus.DONE: "已退成",
    RefundStatus.PROCESSING: "正在退款",
    RefundStatus.ABNORMAL: "退款异常，未到缴款人账户",
    RefundStatus.CLOSED: "已关闭，款项未退",
    RefundStatus.ABSENT: "没有这笔退款",
}
_UNPAID: Mapping[PaymentStatus, str] = {
    PaymentStatus.UNPAID: "未支付",
    PaymentStatus.CLOSED: "订单已关闭，未收到款",
    PaymentStatus.ABSENT: "没有这笔订单",
}
_AWAITED = {
    AWAITS: "临近零点，等待次日对账单",
    AWAITS_BEFORE: "临近零点，等待前一日对账单",
}
_NOT_ANSWERED = Healing(Outcome.UNDER_WAY, "渠道没有答复，下次对账时再查询")


class Healer:
    def __init__(
        self,
        orders: Orders,
        payments: Payments,
        issued: IssuedNotices,
        methods: Mapping[str, PaymentMethod],
        clock: Clock,
    ) -> None:
        self._orders = orders
        self._payments = payments
        self._issued = issued
        self._methods = methods
        self._clock = clock
        self._ways: Mapping[Kind, Callable[[Finding], Awaitable[Healing | None]]] = {
            Kind.CALLBACK_LOST: self._ask,
            Kind.MISSING_MONEY: self._ask_what_is_missing,
            Kind.FINANCE_NOT_TOLD: self._remind,
            Kind.PAID_ELSEWHERE: self._close,
            Kind.PAID_TWICE: self._send_back,
            Kind.REFUND_DIFFERS: self._ask_refund,
            Kind.DAY_CUT: self._matched_beside,
            Kind.LINE_TWICE: self._counted_once,
        }

    async def heal(self, finding: Finding) -> Healing | None:
        """Try; None: it does not heal by itself. Raises nothing a platform may say."""
        way = self._ways.get(finding.kind)
        if way is None:
            return None
        try:
            return await way(finding)
        except (Unavailable, TooMany):
            return _NOT_ANSWERED
        except NotFound:
            return Healing(Outcome.A_PERSON, "网关没有这笔订单")
        except GatewayError as refusal:
            return Healing(Outcome.A_PERSON, f"不能自动处理：{refusal.code}")

    async def _ask(self, finding: Finding) -> Healing:
        """A lost callback: the platform's own answer takes its place."""
        order = await self._asked(finding)
        if order.state in _MONEY_IS_BACK:
            return Healing(Outcome.HEALED, "已向渠道查询：关闭后支付的款项，系统已安排原路退回")
        if order.transaction is None:
            return Healing(Outcome.A_PERSON, "已向渠道查询：渠道答复未支付，与账单不符")
        return Healing(Outcome.HEALED, "已向渠道查询并补单，财政由系统通知")

    async def _ask_what_is_missing(self, finding: Finding) -> Healing:
        """Money we have and the bill has not: what the platform says goes to the person."""
        method = self._methods[finding.method]
        fact = await method.ask(finding.order_id)
        if fact.status is PaymentStatus.PAID:
            return Healing(Outcome.A_PERSON, "已向渠道查询：渠道答复已支付，但账单没有这笔款")
        return Healing(Outcome.A_PERSON, f"已向渠道查询：渠道答复{_UNPAID[fact.status]}")

    async def _remind(self, finding: Finding) -> Healing:
        """Finance is told now, under the same number: it books the same thing once."""
        if not finding.order_id:  # no money of ours: nobody here could tell finance of it
            return Healing(Outcome.A_PERSON, "由财政平台收款，网关没有订单：请向平台核实")
        now = self._clock.now()

        task_id = CONFIRM
        if finding.movement is Movement.REFUND:
            task_id = f"{REPORT_REFUND}:{finding.refund_no}"

        def due_now(order: Order) -> Order:
            if any(letter.id == task_id for letter in order.given_up):
                return sent_again(order, task_id, now=milliseconds(now))
            due = (_at_once(task, task_id, milliseconds(now)) for task in order.tasks)
            return replace(order, **doing(*due))

        order = await self._orders.get(finding.order_id)
        if order.confirmed_at is None and order.state in _MONEY_IS_BACK:
            return Healing(Outcome.HEALED, "该款项不能入账，已退回或正在退回缴款人")
        if order.state is State.DISPUTED:
            return Healing(Outcome.A_PERSON, "财政答复金额不符，不再重复通知；核实后重发或办理退付")
        if not any(each.id == task_id for each in (*order.tasks, *order.given_up)):
            return Healing(Outcome.UNDER_WAY, "财政已答复入账，等待财政日报体现")
        await self._orders.change(order.id, due_now)
        return Healing(Outcome.UNDER_WAY, "已重新通知财政")

    async def _close(self, finding: Finding) -> Healing:
        """Nobody is to pay it a second time."""
        orders = await self._orders.of_pay_code(finding.pay_code)
        if any(each.id == finding.order_id and each.state in _MONEY_IS_BACK for each in orders):
            return Healing(Outcome.A_PERSON, "财政已入账，网关已将该款退回或正在退回")
        await self._payments.close_all(orders)
        if await self._issued.of(finding.pay_code) is not None:
            await self._issued.end(finding.pay_code, self._clock.now())
        if not orders:
            return Healing(Outcome.EXPLAINED, "该缴款单已在他处缴清，网关没有该缴款单的订单")
        words = "该缴款单已在他处缴清，未支付的订单已关闭"
        left = await self._orders.of_pay_code(finding.pay_code)
        paid_here = any(each.transaction is not None for each in left)
        return Healing(Outcome.HEALED if paid_here else Outcome.EXPLAINED, words)

    async def _send_back(self, finding: Finding) -> Healing:
        """The later payment: believed, it goes back by itself; healed it is when it is back."""
        order = await self._asked(finding)
        if order.state is State.RETURNED:
            return Healing(Outcome.HEALED, _came_back(order))
        if order.state is not State.STRAY:
            return Healing(Outcome.A_PERSON, "两笔都已入账，需人工办理退付")
        if all(refund.is_done or refund.state in STUCK for refund in order.refunds):
            return Healing(Outcome.A_PERSON, "后付的一笔没有退成，需人工办理退付")
        return Healing(Outcome.UNDER_WAY, "后付的一笔正在退回，渠道尚未答复退成")

    async def _ask_refund(self, finding: Finding) -> Healing:
        order = await self._orders.get(finding.order_id)
        if order.refund(finding.refund_no) is None:
            return Healing(Outcome.A_PERSON, "网关没有发起过这笔退款")
        method = self._methods[finding.method]
        fact = await method.ask_refund(order.id, finding.refund_no)
        await self._orders.believe_refund(fact, method, self._clock.now())
        return Healing(Outcome.UNDER_WAY, f"已重新查询退款：渠道答复{_ANSWERS[fact.status]}")

    async def _matched_beside(self, finding: Finding) -> Healing:
        if finding.detail in _AWAITED:
            return Healing(Outcome.UNDER_WAY, _AWAITED[finding.detail])
        if finding.detail == FAR:
            return Healing(Outcome.A_PERSON, "渠道与网关记在相邻日期，但不在零点前后，需人工核实")
        return Healing(Outcome.EXPLAINED, "已在相邻日期核对一致")

    async def _counted_once(self, finding: Finding) -> Healing | None:
        """A platform that counts a repeated line once says itself that it moved once."""
        if finding.detail.endswith(COUNTED_ONCE):
            return Healing(Outcome.EXPLAINED, "账单合计与各方一致，重复的记录未计入")
        return None

    async def _asked(self, finding: Finding) -> Order:
        order = await self._orders.get(finding.order_id)
        if order.transaction is not None:
            return order
        method = self._methods[finding.method]
        return await self._orders.believe(await method.ask(order.id), method, self._clock.now())


def _came_back(order: Order) -> str:
    by_transfer = [each.by_transfer for each in order.refunds if each.is_done]
    if all(by_transfer):
        return "后付的一笔已由财政转账退付"
    return "后付的一笔已退回，部分由财政转账退付" if any(by_transfer) else "后付的一笔已原路退回"


def _at_once(task: Task, task_id: str, now_ms: int) -> Task:
    if task.id != task_id:
        return task
    return replace(task, due=min(task.due, now_ms))
