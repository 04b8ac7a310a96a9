"""What each kind of difference means, whose it is, and by when: one table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from channel_gateway.ports import Role, Workdays
from channel_gateway.workdays import workday_after
from payment.reconciliation.differences import Kind


@dataclass(frozen=True, slots=True)
class Handling:
    """How a kind is dealt with. Words are for finance staff."""

    name: str
    cause: str
    owner: Role
    next_step: str
    workdays: int  # until it must be settled, counted from the day it is about
    waits: int = 0  # working days it may take to heal before it becomes a case


HANDLING: Mapping[Kind, Handling] = {
    Kind.BALANCED: Handling("平", "渠道、网关、财政三方一致", Role.FINANCE_CLERK, "无需处理", 0),
    Kind.CALLBACK_LOST: Handling(
        "长款-漏单",
        "渠道已收款，支付结果通知没有送到，网关仍为未支付或已关闭",
        Role.OPERATOR,
        "系统已向渠道查询并补单；未补成的，核实渠道流水后重新查询该订单",
        1,
    ),
    Kind.UNKNOWN_MONEY: Handling(
        "长款-不明账款",
        "渠道账单有这笔款，网关和财政都没有对应的订单",
        Role.FINANCE_CLERK,
        "转入待处理款项；查明缴款单后认领，查不明的原路退回或移交财政",
        5,
    ),
    Kind.MISSING_MONEY: Handling(
        "短款",
        "网关记为已支付，渠道账单没有这笔款",
        Role.FINANCE_CLERK,
        "立即向渠道核实；渠道确认未收款的，冲正订单并通知财政",
        1,
    ),
    Kind.FINANCE_NOT_TOLD: Handling(
        "在途",
        "渠道已收款（退款的，已退款），财政尚未入账",
        Role.OPERATOR,
        "系统已重新通知财政；超过两个工作日仍未入账的，联系财政系统核实",
        3,
        waits=2,
    ),
    Kind.PAID_ELSEWHERE: Handling(
        "财政多-他处已缴",
        "财政已入账，渠道和网关没有这笔款，缴款人在别处缴清",
        Role.UNIT_CLERK,
        "系统已关闭该缴款单未支付的订单；未关成的，核实后通知缴款人不要重复缴款",
        3,
    ),
    Kind.AMOUNT_DIFFERS: Handling(
        "金额不符",
        "同一笔款各方金额不同，常见于零点滞纳金变化或手续费内扣",
        Role.FINANCE_CLERK,
        "核对缴款单与滞纳金计算日；多收的退付，少收的补缴",
        3,
    ),
    Kind.PAID_TWICE: Handling(
        "重复缴费",
        "同一缴款单在渠道收到两笔款，财政只入账一笔",
        Role.FINANCE_CLERK,
        "系统保留先付的一笔，后付的一笔原路退回；未退成的，办理退付",
        3,
    ),
    Kind.REFUND_DIFFERS: Handling(
        "退款长短款",
        "退款只有一方有，或各方金额不同",
        Role.FINANCE_CLERK,
        "系统已重新查询退款；先核实渠道与财政是否已退，均未退的在退付清单中重发，多退的追回",
        3,
        waits=1,
    ),
    Kind.DAY_CUT: Handling(
        "日切差异",
        "同一笔款各方记在相邻的两天：零点前后的款，或财政次日入账的款",
        Role.FINANCE_CLERK,
        "已在相邻日期自动核对一致，无需处理；次日对账单仍没有的，按短款处理",
        3,
        waits=2,
    ),
    Kind.CREDIT_DIFFERS: Handling(
        "资金差",
        "银行到账金额与渠道应结算金额不同：手续费、渠道暂扣或结算周期",
        Role.FINANCE_CLERK,
        "核对手续费、暂扣款与结算周期；说明不了的，联系渠道与开户银行",
        3,
        waits=2,
    ),
    Kind.LINE_TWICE: Handling(
        "账单重复",
        "渠道账单有几条完全相同的记录，各方合计均按一笔计",
        Role.FINANCE_CLERK,
        "账单合计只计一笔的，无需处理；按多笔计的，请渠道更正账单后重新取账单对账",
        3,
    ),
}


def due_on(kind: Kind, about: date, calendar: Workdays) -> date:
    """By when a difference of this kind must be settled."""
    return workday_after(calendar, about, HANDLING[kind].workdays)


def may_heal_until(kind: Kind, about: date, calendar: Workdays) -> date:
    """The last day on which a difference of this kind may heal before it becomes a case."""
    return workday_after(calendar, about, HANDLING[kind].waits)


def is_late_to_heal(kind: Kind, about: date, today: date, calendar: Workdays) -> bool:
    """Whether it has had the days it may take to heal by itself."""
    return today > may_heal_until(kind, about, calendar)
