"""Tables to write; every test changes what it is about."""

from datetime import UTC, date, datetime
from pathlib import Path

from payment.exports.asked import Asked
from payment.exports.cover import Cover
from payment.exports.table import Column, Form, yuan
from payment.exports.what import FileFormat, What
from payment.exports.writing import Standing, Written, write

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)  # half past ten in Beijing
HEAD = Standing(1042, "ab" * 32)
COLUMNS = (
    Column("日期", Form.DAY),
    Column("时间", Form.MOMENT),
    Column("订单号"),
    Column("笔数", Form.COUNT, summed=True),
    yuan("收款"),
    Column("期初", Form.YUAN),
)
PAID = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)  # a second before midnight in Beijing


def row(text="水土保持补偿费", amount_fen=20_600, *, day=DAY):
    return (day, PAID, text, 1, amount_fen, None)


class Told:
    """A source that has the rows it is told, each on its first cell's day."""

    def __init__(self, rows, columns=COLUMNS):
        self.columns = columns
        self._rows = rows

    async def of_day(self, day, units):
        for each in self._rows:
            if each[0] == day:
                yield each


def cover(*, rows, sums):
    return Cover(
        What.MOVEMENTS, DAY, DAY, None, "clerk-lin", NOW, HEAD.number, HEAD.hash, COLUMNS,
        rows, sums, "cd" * 32,
    )  # fmt: skip


async def written(
    folder: Path, form: FileFormat, rows, *, columns=COLUMNS, last=DAY, most=None
) -> tuple[Path, Written]:
    path = folder / f"export.{form}"
    asked = Asked(What.MOVEMENTS, DAY, last, None, "clerk-lin")
    told = await write(asked, Told(rows, columns), path, form, journal=HEAD, now=NOW, most=most)
    return path, told
