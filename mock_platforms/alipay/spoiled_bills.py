"""How a bill goes wrong at the platform. Pure, on the detail's text or the zip."""

from collections.abc import Callable

from mock_platforms.faults import CALL, FaultKind

DOWNLOAD = frozenset({"bill.download"})
QUERY = frozenset({"alipay.data.dataservice.bill.downloadurl.query"})
_FIRST_COLUMNS = ("支付宝交易号", "账务流水号")

FAULTS = (
    FaultKind("bill_missing", "The platform says that there is no bill of that day.", CALL, QUERY),
    FaultKind("bill_column_added", "A column nobody announced stands in between.", CALL, DOWNLOAD),
    FaultKind("bill_line_doubled", "The first line comes twice.", CALL, DOWNLOAD),
    FaultKind("bill_line_missing", "The first line is not there.", CALL, DOWNLOAD),
    FaultKind("bill_damaged", "Half of the file is missing.", CALL, DOWNLOAD),
)


def column_added(text: str) -> str:
    rows = text.split("\r\n")
    return "\r\n".join(_widened(row) for row in rows)


def _widened(row: str) -> str:
    if row.startswith("#") or "," not in row:
        return row
    cells = row.split(",")
    extra = "业务来源" if cells[0] in _FIRST_COLUMNS else "小程序\t"
    return ",".join([*cells[:3], extra, *cells[3:]])


def line_doubled(text: str) -> str:
    return _around_first_line(text, lambda line: [line, line])


def line_missing(text: str) -> str:
    return _around_first_line(text, lambda _: [])


def _around_first_line(text: str, change: Callable[[str], list[str]]) -> str:
    rows = text.split("\r\n")
    first = next(number for number, row in enumerate(rows) if row.startswith(_FIRST_COLUMNS)) + 1
    if rows[first].startswith("#"):
        return text  # a day without business has no line to lose
    return "\r\n".join([*rows[:first], *change(rows[first]), *rows[first + 1 :]])


TEXTS = {
    "bill_column_added": column_added,
    "bill_line_doubled": line_doubled,
    "bill_line_missing": line_missing,
}
