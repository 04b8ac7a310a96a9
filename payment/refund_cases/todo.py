"""What must happen next to a refund case, in words for the staff. Pure."""

from payment.refund import Refund
from payment.refund_cases.case import RefundCase
from payment.refund_cases.life import State
from payment.refund_todo import Owner, Todo, todo_of_refund

_OF_STATE = {
    State.APPLIED: Todo(Owner.UNIT, "单位受理并核实退款申请"),
    State.UNIT_REVIEW: Todo(Owner.UNIT, "单位核实退款申请，签署意见"),
    State.FINANCE_REVIEW: Todo(Owner.FINANCE, "财政审核退款申请"),
    State.MORE_MATERIAL: Todo(Owner.APPLICANT, "等待申请人补充材料，期限暂停计算"),
    State.APPROVED: Todo(Owner.PLATFORM, "已批准，系统正在登记退款"),
    State.PAYING_BACK: Todo(Owner.PLATFORM, "系统正在办理退款"),
    State.DONE: Todo(Owner.NOBODY, "已退付"),
    State.REJECTED: Todo(Owner.NOBODY, "未予批准"),
    State.WITHDRAWN: Todo(Owner.NOBODY, "申请人已撤回"),
}


def todo_of_case(case: RefundCase, refund: Refund | None, *, given_up: bool = False) -> Todo:
    """`refund`: the present one of a case that is paid back; `given_up`: nobody asks about it."""
    if case.state is State.PAYING_BACK and refund is not None:
        return todo_of_refund(refund, given_up=given_up)
    return _OF_STATE[case.state]
