"""States and roles in the words of finance staff. Pure."""

from collections.abc import Mapping

from channel_gateway.ports import Role
from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.days.day import ReconciliationState
from payment.reconciliation.found.finding import FindingState

DAYS: Mapping[ReconciliationState, str] = {
    ReconciliationState.PENDING_FILE: "等待对账单",
    ReconciliationState.FILE_OK: "对账单已取",
    ReconciliationState.MATCHED: "已核对",
    ReconciliationState.DIFF_OPEN: "有未处理差错",
    ReconciliationState.BALANCED: "已平",
    ReconciliationState.CLOSED: "已结账",
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
ROLES: Mapping[Role, str] = {
    Role.FINANCE_CLERK: "财政经办人",
    Role.FINANCE_REVIEWER: "财政复核人",
    Role.UNIT_CLERK: "执收单位经办人",
    Role.OPERATOR: "平台运维人员",
    Role.AUDITOR: "审计人员",
}
