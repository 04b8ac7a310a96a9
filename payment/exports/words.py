"""What the states and kinds of rows are called on a sheet. Pure."""

from collections.abc import Mapping

from payment.order import StrayReason
from payment.reconciliation.entries import Movement
from payment.reconciliation.suspense.item import EntryStanding, SuspenseEntryKind
from payment.refund import RefundState
from payment.refund_cases.case import Ground, Way
from payment.refund_cases.life import State

MOVEMENTS: Mapping[Movement, str] = {Movement.PAYMENT: "收款", Movement.REFUND: "退款"}
STRAYS: Mapping[StrayReason, str] = {
    StrayReason.DUPLICATE: "重复缴款，不入账",
    StrayReason.AFTER_CLOSING: "订单关闭后支付，不入账",
    StrayReason.SETTLED_ELSEWHERE: "已在他处缴清，不入账",
    StrayReason.VOIDED: "缴款单已作废，不入账",
    StrayReason.WAIVED: "缴款单已减免，不入账",
    StrayReason.SEAT_GONE: "号源已释放，不入账",
}
SUSPENSE: Mapping[SuspenseEntryKind, str] = {
    SuspenseEntryKind.ENTER: "转入",
    SuspenseEntryKind.IDENTIFY: "认领",
    SuspenseEntryKind.GIVE_BACK: "原路退回",
    SuspenseEntryKind.HAND_OVER: "移交财政",
    SuspenseEntryKind.REVERSE: "冲正",
}
ENTRIES: Mapping[EntryStanding, str] = {
    EntryStanding.ENTERED: "已入账",
    EntryStanding.WAITS: "待复核",
    EntryStanding.UNDER_WAY: "办理中",
    EntryStanding.HELD_UP: "受阻",
    EntryStanding.FAILED: "未成",
    EntryStanding.DONE: "已执行",
    EntryStanding.REVERSED: "已冲正",
}
REFUNDS: Mapping[RefundState, str] = {
    RefundState.REQUESTED: "已登记",
    RefundState.UNKNOWN: "待核实",
    RefundState.PROCESSING: "退款中",
    RefundState.ABNORMAL: "退款异常",
    RefundState.DONE: "已退款",
    RefundState.CLOSED: "已关闭，未退款",
    RefundState.REFUSED: "被拒绝，未退款",
    RefundState.TRANSFER: "财政转账",
}
REFUND_CASES: Mapping[State, str] = {
    State.APPLIED: "待受理",
    State.UNIT_REVIEW: "单位审核",
    State.FINANCE_REVIEW: "财政审核",
    State.MORE_MATERIAL: "待补材料",
    State.APPROVED: "已批准",
    State.PAYING_BACK: "退付中",
    State.DONE: "已退付",
    State.REJECTED: "未予批准",
    State.WITHDRAWN: "已撤回",
}
GROUNDS: Mapping[Ground, str] = {
    Ground.TECHNICAL: "技术原因",
    Ground.OVERPAID: "多缴",
    Ground.MISCHARGED: "超标准或超范围收取",
    Ground.SETTLED: "多退少补",
    Ground.BASIS_CHANGED: "收取依据变更",
    Ground.OTHER: "其他",
}
WAYS: Mapping[Way, str] = {Way.CHANNEL: "原路退回", Way.TRANSFER: "国库退付"}
