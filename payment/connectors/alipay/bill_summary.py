"""A bill's zip has a summary beside the detail: it must count what the detail counts.

Only its counts are compared: what its sums hold is known of no published file. A summary that is
not there, or is laid out another way, says nothing.
Source: what projects read of it (flypay, and csr's reconciliation), and files of 2012-2026.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from payment.connectors.alipay.bill_archive import decoded, encoding_of
from payment.connectors.bill_sums import BillSumsDisagree

FIRST_LINES = {
    "#支付宝业务明细查询": "#支付宝业务汇总查询",
    "#支付宝账务明细查询": "#支付宝账务汇总查询",
}
_TOTAL = re.compile(r"#(交易|退款|收入|支出)合计[：:]([0-9]+)笔")
_COLUMNS = {
    "交易": "交易订单总笔数",
    "退款": "退款订单总笔数",
    "收入": "收入笔数",
    "支出": "支出笔数",
}
_ALL = "合计"
_ENDS = 4096  # bytes of the detail, in which it says its totals: first or last


def hold_summary(detail: Path, summary: bytes, where: str) -> None:
    """Raises `BillSumsDisagree` where the two files of one zip do not count the same."""
    told = _told_by_summary(_lines(summary))
    for word, count in _told_by_detail(detail).items():
        column = _COLUMNS[word]
        if told.get(column, count) != count:
            raise BillSumsDisagree(
                f"{where}: the summary says {column} {told[column]}, the detail {count}"
            )


def _told_by_detail(detail: Path) -> dict[str, int]:
    with detail.open("rb") as file:
        first = file.read(_ENDS)
        file.seek(max(0, file.seek(0, 2) - _ENDS))
        last = file.read()
    encoding = encoding_of(first.partition(b"\n")[0])
    text = decoded(first, encoding) + "\n" + decoded(last, encoding)
    return {word: int(count) for word, count in _TOTAL.findall(text)}


def _told_by_summary(lines: Iterable[list[str]]) -> Mapping[str, int]:
    columns: list[str] = []
    for cells in lines:
        if set(cells) & set(_COLUMNS.values()):
            columns = cells
        elif cells[0] == _ALL and len(cells) == len(columns):
            said = dict(zip(columns, cells, strict=True))
            return {name: int(said[name]) for name in _COLUMNS.values() if _is_count(said, name)}
    return {}


def _is_count(said: Mapping[str, str], name: str) -> bool:
    return re.fullmatch("[0-9]{1,12}", said.get(name, "")) is not None


def _lines(summary: bytes) -> list[list[str]]:
    encoding = encoding_of(summary.partition(b"\n")[0])
    lines = decoded(summary, encoding).splitlines()
    return [[cell.strip() for cell in line.split(",")] for line in lines if line.strip()]
