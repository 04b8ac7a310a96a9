"""The first sheet: what it is, of which days, by whom, and what it can be held to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from payment.exports.table import Cell, Column, Form, Units
from payment.exports.what import TITLES, What

TITLE = "封面"
_ALL = "全部"


@dataclass(frozen=True, slots=True)
class Cover:
    what: What
    first: date
    last: date
    units: Units
    by: str  # an account's name, or who is at the machine
    at: datetime
    journal_number: int  # the journal's head before the first row was read; 0: it was empty
    journal_hash: str
    columns: tuple[Column, ...]
    rows: int
    sums: tuple[int, ...]  # by column
    digest: str  # SHA-256 of these rows as a CSV file


def lines(cover: Cover) -> Iterator[tuple[str, Form, Cell]]:
    """A name, and what stands beside it."""
    yield "内容", Form.TEXT, TITLES[cover.what]
    yield "起始日", Form.DAY, cover.first
    yield "截止日", Form.DAY, cover.last
    units = _ALL if cover.units is None else "、".join(sorted(cover.units))
    yield "执收单位", Form.TEXT, units
    yield "导出人", Form.TEXT, cover.by
    yield "导出时间", Form.MOMENT, cover.at
    yield "行数", Form.COUNT, cover.rows
    for column, total in zip(cover.columns, cover.sums, strict=True):
        if column.summed:
            yield f"{column.title}合计", column.form, total
    yield "流水账截至第几条", Form.COUNT, cover.journal_number
    yield "该条摘要", Form.TEXT, cover.journal_hash
    yield "内容摘要 SHA-256", Form.TEXT, cover.digest
    yield (
        "说明",
        Form.TEXT,
        "内容摘要与同一导出的 CSV 文件的 SHA-256 相同；金额单位：元；时间为北京时间",
    )
