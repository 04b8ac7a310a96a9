"""States, steps and roles in the words of finance staff, on a terminal as on a sheet. Pure."""

from collections.abc import Mapping

from channel_gateway.ports import Role
from payment.order import StrayReason
from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.cases.how_far import HowFar
from payment.reconciliation.days.day import ReconciliationState
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import FindingState
from payment.reconciliation.progress import Step
from payment.reconciliation.suspense.item import EntryStanding, SuspenseEntryKind
from payment.refund import RefundState
from payment.refund_cases.case import CITIZEN, GATEWAY, Ground, MaterialKind, ReceiptAction, Way
from payment.refund_cases.life import State, Trigger
from payment.refund_todo import Owner

DAYS: Mapping[ReconciliationState, str] = {
    ReconciliationState.PENDING_FILE: "等待对账单",
    ReconciliationState.FILE_OK: "对账单已取",
    ReconciliationState.MATCHED: "已核对",
    ReconciliationState.DIFF_OPEN: "有未处理差错",
    ReconciliationState.BALANCED: "已平",
    ReconciliationState.CLOSED: "已结账",
}
# Why a day waits, by the code before the colon; behind it stands where, in the mistake's own words.
WAITING: Mapping[str, str] = {
    "bill_late": "对账单尚未生成",
    "bill_wrong": "对账单不能使用",
    "bill_damaged": "对账单文件不完整",
    "bill_too_large": "对账单文件过大",
    "bill_hash_differs": "对账单与平台给出的摘要不符",
    "bill_columns_changed": "对账单缺少应有的列，格式可能有变",
    "bill_line_unreadable": "对账单有记录不能读取",
    "bill_line_twice": "对账单有重复记录",
    "bill_word_unknown": "对账单有未知的业务类型",
    "bill_missing": "缺少应同时提供的对账单",
    "bill_of_another_day": "对账单不是该日的",
    "bill_sums_disagree": "对账单合计与明细不符",
    "unavailable": "对方系统没有答复",
    "refused_for_now": "对方系统暂不受理",
}
STEPS: Mapping[Step, str] = {
    Step.BILLS: "取对账单",
    Step.JOURNAL: "读资金流水",
    Step.STATEMENT: "读财政日报",
    Step.BILL: "读渠道账单",
    Step.NEIGHBOURS: "读相邻日期",
    Step.OWNERS: "分清支付方式",
    Step.MATCHING: "核对",
    Step.LOOKING_UP: "查订单",
    Step.KEEPING: "记差错",
    Step.HEALING: "自动处理",
    Step.CASES: "建差错单",
}
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
FINDINGS: Mapping[FindingState, str] = {
    FindingState.OPEN: "未平",
    FindingState.HEALED: "已自动处理",
    FindingState.GONE: "已消失",
}
CASES: Mapping[DifferenceCaseState, str] = {
    DifferenceCaseState.OPEN: "待处理",
    DifferenceCaseState.IN_WORK: "处理中",
    DifferenceCaseState.CARRIED: "挂账",
    DifferenceCaseState.SUSPENSE: "待处理款项",
    DifferenceCaseState.SETTLED: "已了结",
}
HOW_FAR: Mapping[HowFar, str] = {
    HowFar.OPEN: "未处理",
    HowFar.CARRIED: "挂账或待处理款项",
    HowFar.DONE: "已处理",
    HowFar.GONE: "已消失",
}
ROLES: Mapping[Role, str] = {
    Role.FINANCE_CLERK: "财政经办人",
    Role.FINANCE_REVIEWER: "财政复核人",
    Role.UNIT_CLERK: "执收单位经办人",
    Role.OPERATOR: "平台运维人员",
    Role.AUDITOR: "审计人员",
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
REFUNDS: Mapping[RefundState, str] = {
    RefundState.REQUESTED: "已登记",
    RefundState.UNKNOWN: "核实中",
    RefundState.PROCESSING: "退款中",
    RefundState.ABNORMAL: "退款异常",
    RefundState.DONE: "已退款",
    RefundState.CLOSED: "已关闭，未退款",
    RefundState.REFUSED: "被拒绝，未退款",
    RefundState.TRANSFER: "财政转账",
}
OWNERS: Mapping[Owner, str] = {
    Owner.UNIT: "执收单位",
    Owner.FINANCE: "财政部门",
    Owner.APPLICANT: "申请人",
    Owner.PLATFORM: "支付平台",
    Owner.NOBODY: "无",
}
GROUNDS: Mapping[Ground, str] = {
    Ground.TECHNICAL: "技术差错",
    Ground.OVERPAID: "多缴",
    Ground.MISCHARGED: "超标准或超范围收取",
    Ground.SETTLED: "多退少补",
    Ground.BASIS_CHANGED: "收取依据变更",
    Ground.OTHER: "其他",
}
WAYS: Mapping[Way, str] = {Way.CHANNEL: "原路退回", Way.TRANSFER: "财政转账"}
RECEIPTS: Mapping[ReceiptAction, str] = {ReceiptAction.RED: "冲红", ReceiptAction.NONE: "无票据"}
MATERIALS: Mapping[MaterialKind, str] = {
    MaterialKind.RECEIPT_ORIGINAL: "票据原件",
    MaterialKind.RECEIPT_COPY: "票据复印件",
    MaterialKind.LEGAL_DOCUMENT: "法律文书",
    MaterialKind.UNIT_OPINION: "单位意见",
    MaterialKind.OTHER: "其他材料",
}
REFUND_STEPS: Mapping[str, str] = {
    "applied": "提交申请",
    "material_added": "上传材料",
    Trigger.TAKE: "单位受理",
    Trigger.VERIFY: "单位核实通过",
    Trigger.ASK: "要求补充材料",
    Trigger.SUPPLY_UNIT: "已补材料，继续核实",
    Trigger.SUPPLY_FINANCE: "已补材料，继续审核",
    Trigger.APPROVE: "财政审核通过",
    Trigger.FALL_SHORT: "可退余额不足，重新审核",
    Trigger.RESERVE: "登记退付",
    Trigger.FINISH: "退付完成",
    Trigger.REJECT: "未予批准",
    Trigger.WITHDRAW: "撤回申请",
    "refund_short": "可退余额不足",
    "card_named": "登记收款银行卡",
    "card_confirmed": "复核收款银行卡",
    "card_not_taken": "平台未受理该银行卡",
    "transfer_ordered": "改为财政转账",
    "transfer_said": "登记转账",
    "transfer_confirmed": "复核转账",
    "red_receipt": "开具红字票据",
    **{f"refund_{state}": f"退款：{words}" for state, words in REFUNDS.items()},
    "refund_requested": "提交退款",
}
# By their roles, who acts and is nobody of the staff.
OTHERS: Mapping[str, str] = {CITIZEN: "缴款人", GATEWAY: "系统"}


def waiting_words(why: str) -> str:
    """Why a day waits; what has no words here is told as it is written."""
    said = WAITING.get(why.partition(":")[0])
    return f"{said}（{why}）" if said else why
