"""What can be exported, and its name on the sheet. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class What(StrEnum):
    MOVEMENTS = "movements"  # every payment and refund a platform moved, from the journal
    REPORT = "report"  # the sums of reconciled days, by unit and item, and what is in transit
    DIFFERENCES = "differences"
    CASES = "cases"
    SUSPENSE = "suspense"  # every entry of the suspense account
    REFUNDS = "refunds"  # refund cases, and what goes back by itself
    RECEIPTS = "receipts"  # those that are missing


class FileFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


TITLES: Mapping[What, str] = {
    What.MOVEMENTS: "收支明细",
    What.REPORT: "对账汇总",
    What.DIFFERENCES: "对账差异",
    What.CASES: "差错单",
    What.SUSPENSE: "待处理款项",
    What.REFUNDS: "退付",
    What.RECEIPTS: "未开票据",
}
