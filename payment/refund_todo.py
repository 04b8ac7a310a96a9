"""What must happen next to a refund, in words for the staff: whose it is, and what to do. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from payment.order import Order
from payment.refund import STUCK, Refund, RefundState
from payment.settlement import REFUND


class Owner(StrEnum):
    UNIT = "unit"  # a clerk of the charging unit
    FINANCE = "finance"
    APPLICANT = "applicant"
    PLATFORM = "platform"  # nobody need act
    NOBODY = "nobody"  # it is over


@dataclass(frozen=True, slots=True)
class Todo:
    owner: Owner
    words: str
    stuck: bool = False  # it does not go on by itself, though it should


_OF_REFUND = {
    RefundState.REQUESTED: Todo(Owner.PLATFORM, "正在提交支付平台，无需处理"),
    RefundState.UNKNOWN: Todo(Owner.PLATFORM, "正在与支付平台核实，无需处理"),
    RefundState.PROCESSING: Todo(Owner.PLATFORM, "支付平台正在退款，无需处理"),
    RefundState.ABNORMAL: Todo(
        Owner.FINANCE,
        "退款未能到达缴款人账户：登记其本人的其他银行卡（两人办理），或改为财政转账",
        stuck=True,
    ),
    RefundState.CLOSED: Todo(
        Owner.FINANCE, "支付平台关闭了退款，款项未退：请重发，或改为财政转账", stuck=True
    ),
    RefundState.REFUSED: Todo(
        Owner.FINANCE, "支付平台拒绝了退款：请查明原因后重发，或改为财政转账", stuck=True
    ),
    RefundState.DONE: Todo(Owner.NOBODY, "已退付"),
}
_CARD_TO_CONFIRM = Todo(
    Owner.FINANCE, "收款银行卡已登记，请另一名人员与缴款人材料核对后复核", stuck=True
)
_CARD_TO_SEND = Todo(
    Owner.FINANCE, "收款银行卡已复核，支付平台尚无答复：请由复核人再次确认", stuck=True
)
_TO_TRANSFER = Todo(Owner.FINANCE, "由财政转账退付，完成后登记凭证号")
_TO_CONFIRM = Todo(Owner.FINANCE, "转账已登记，请另一名人员复核")
_HELD_UP = Todo(
    Owner.FINANCE,
    "支付平台暂不受理退款，多为商户账户余额不足：请充值或排除原因，系统会继续提交，也可立即重发",
    stuck=True,
)
_SILENT = "支付平台迟迟没有结果：请查明原因后重发"


def todo_of_refund(refund: Refund, *, given_up: bool = False) -> Todo:
    if refund.state is RefundState.TRANSFER:
        return _TO_CONFIRM if refund.reference else _TO_TRANSFER
    if refund.card is not None:
        return _CARD_TO_SEND if refund.card.confirmed_by else _CARD_TO_CONFIRM
    if refund.held_up:
        return _HELD_UP
    if given_up and not refund.is_done and refund.state not in STUCK:
        return Todo(Owner.FINANCE, _SILENT, stuck=True)
    return _OF_REFUND[refund.state]


def is_given_up(order: Order, refund: Refund) -> bool:
    """Whether nobody asks the platform about it any more."""
    return any(t.kind == REFUND and t.detail == refund.number for t in order.given_up)
