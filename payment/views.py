"""Quotes, orders and refunds as citizens and operators are shown them. Pure."""

from channel_gateway.domain.days import moment_of
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.tasks import Task
from payment.messages import (
    EventView,
    ItemView,
    NoticeView,
    OrderHistory,
    OrderView,
    ReceiptView,
    RefundView,
    StepView,
    TaskView,
)
from payment.order import CloseReason, Event, Order, State, may_be_tapped_again
from payment.quote import Quote
from payment.refund import Refund, RefundState

SAYS: dict[State, str] = {
    State.CREATED: "订单已建立，正在向支付平台下单",
    State.UNPAID: "等待支付",
    State.UNKNOWN: "支付平台暂未答复，正在核实，请勿重复支付",
    State.CLOSING: "订单正在关闭",
    State.CLOSED: "订单已关闭，未扣款",
    State.PAID: "已收到款项，等待财政确认",
    State.DISPUTED: "已收到款项，但与应缴金额不符，财政未入账；正在核实，请勿重复缴款，可申请退款",
    State.CONFIRMED: "财政已确认，电子票据开具中",
    State.RECEIPTED: "缴费完成，财政电子票据已开具",
    State.STRAY: "款项正在原路退回",
    State.RETURNED: "款项已原路退回",
}
CLOSED_SAYS: dict[str, str] = {
    CloseReason.SETTLED: "该缴款单已另有款项缴入，本订单已关闭，未扣款",
    CloseReason.PAID_ELSEWHERE: "该缴款单已在其他渠道缴清，本订单已关闭，未扣款",
    CloseReason.VOIDED: "该缴款单已作废，本订单已关闭，未扣款",
    CloseReason.WAIVED: "该缴款单已获准减免，本订单已关闭，未扣款",
}
REFUND_SAYS: dict[RefundState, str] = {
    RefundState.REQUESTED: "退款已受理，正在提交支付平台",
    RefundState.UNKNOWN: "退款正在核实，请耐心等待",
    RefundState.PROCESSING: "支付平台正在退款，退到银行卡可能需要几天",
    RefundState.ABNORMAL: "款项未能退到您的账户，工作人员正在处理，请耐心等待",
    RefundState.DONE: "退款已原路退回",
    RefundState.CLOSED: "本次退款没有成功，工作人员将重新办理",
    RefundState.REFUSED: "退款未能提交，工作人员正在处理",
    RefundState.TRANSFER: "退款由财政转账办理，请耐心等待",
}
BY_TRANSFER = "退款已由财政转账退付"
# Of an order, some of whose money goes back by transfer: while it does, and when it has.
TRANSFERRING = "款项由财政转账退付，请耐心等待"
TRANSFERRED, PARTLY_TRANSFERRED = "款项已由财政转账退付", "款项已退回，部分由财政转账退付"
TAP_AGAIN = "尚未支付，可重新发起支付"


def says(order: Order) -> str:
    """The state in a sentence for the citizen, and what they can do."""
    if order.state is State.CLOSED:
        whys = (event.note for event in order.events if event.what == State.CLOSING)
        return next((CLOSED_SAYS[why] for why in whys if why in CLOSED_SAYS), SAYS[State.CLOSED])
    by_transfer = [each.by_transfer for each in order.refunds if not (each.short or each.is_void)]
    if order.state is State.STRAY and any(by_transfer):
        return TRANSFERRING
    if order.state is State.RETURNED and any(by_transfer):
        return TRANSFERRED if all(by_transfer) else PARTLY_TRANSFERRED
    return TAP_AGAIN if may_be_tapped_again(order) else SAYS[order.state]


def notice_view(quote: Quote) -> NoticeView:
    notice = quote.notice
    return NoticeView(
        pay_code=notice.pay_code,
        unit_name=notice.unit_name,
        payer_name=notice.payer_name.masked(),
        items=[
            ItemView(
                code=item.code,
                name=item.name,
                unit=item.unit,
                quantity=item.quantity,
                standard=item.standard,
                amount_fen=item.amount_fen,
                reduced_fen=item.reduced_fen,
                late_fee_fen=late_fen,
            )
            for item, late_fen in zip(notice.items, quote.late.by_item, strict=True)
        ],
        due_on=notice.due_on,
        principal_fen=notice.principal_fen,
        late_fee_fen=quote.late_fee_fen,
        total_fen=quote.total_fen,
        valid_until=quote.valid_until,
    )


def order_view(order: Order, pay: dict[str, str] | None = None) -> OrderView:
    return OrderView(
        order_id=order.id,
        pay_code=order.pay_code,
        method=order.method,
        state=order.state,
        says=says(order),
        amount_fen=order.amount_fen,
        late_fee_fen=order.late_fee_fen,
        created_at=order.created_at,
        expires_at=order.expires_at,
        steps=[
            StepView(name="已收款", done=order.paid_at is not None, at=order.paid_at),
            StepView(name="财政已确认", done=order.confirmed_at is not None, at=order.confirmed_at),
        ],
        receipt=receipt_view(order.receipt) if order.receipt else None,
        refunds=[refund_view(refund) for refund in order.refunds if not refund.short],
        pay=pay,
    )


def receipt_view(receipt: Receipt) -> ReceiptView:
    return ReceiptView(
        code=receipt.code,
        number=receipt.number,
        check_code=receipt.check_code,
        total_fen=receipt.total_fen,
        issued_at=receipt.issued_at,
    )


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        refund_no=refund.number,
        amount_fen=refund.amount_fen,
        reason=refund.reason,
        state=refund.state,
        says=REFUND_SAYS[refund.state] if not refund.confirmed_by else BY_TRANSFER,
        asked_at=refund.asked_at,
        done_at=refund.done_at,
        red_receipt=receipt_view(refund.red_receipt) if refund.red_receipt else None,
    )


def event_view(event: Event) -> EventView:
    return EventView(at=event.at, what=event.what, note=event.note)


def order_history(order: Order) -> OrderHistory:
    return OrderHistory(
        order=order_view(order),
        transaction=order.transaction,
        events=[event_view(event) for event in order.events],
        waiting_for=[task_view(task) for task in order.tasks],
        given_up=[task_view(task) for task in order.given_up],
    )


def task_view(task: Task) -> TaskView:
    return TaskView(
        id=task.id, kind=task.kind, due=moment_of(task.due), tries=task.tries, note=task.note
    )
