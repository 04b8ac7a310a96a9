"""Rows as a spreadsheet of Excel, row by row: no more than one is held at a time.

Amounts are numbers of yuan with two decimals, written exactly; numbers of orders and notices are
texts, for Excel keeps no more than fifteen digits of a number.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_rowcol_to_cell

from channel_gateway.domain.days import BEIJING
from payment.commands.wide_text import width
from payment.exports.cover import TITLE, Cover, lines
from payment.exports.table import Cell, Column, Form, Row, added

ROWS_A_SHEET = 1_000_000  # Excel has 1,048,576; a million and a header are plainly fewer
LONGEST_TEXT = 32_767  # of a cell, in Excel
_NARROWEST, _WIDEST = 8, 60  # columns, in characters
_TOTAL = "合计"
_NUMBER_FORMATS = {
    Form.TEXT: "@",
    Form.YUAN: "#,##0.00",
    Form.COUNT: "#,##0",
    Form.DAY: "yyyy-mm-dd",
    Form.MOMENT: "yyyy-mm-dd hh:mm:ss",
}


class XlsxFile:
    def __init__(
        self,
        path: Path,
        title: str,
        columns: Sequence[Column],
        *,
        now: datetime,
        most: int = ROWS_A_SHEET,
    ) -> None:
        """`now`: when the file says it was made; `most`: rows of a sheet, then another begins."""
        # Beside the file, where the room for it is, and nobody else reads.
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book: Any = Workbook(str(path), options)
        self._book.set_properties({"title": title, "created": now})
        self._formats = {form: self._format(form) for form in Form}
        self._bold = {form: self._format(form, bold=True) for form in Form}
        self._heading: Any = self._book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center"}
        )
        self._title, self._columns, self._most = title, tuple(columns), most
        self._cover: Any = self._book.add_worksheet(TITLE)
        self._sheets = 0
        self._sums: list[int] = []
        self._begin()

    def write(self, rows: Sequence[Row], text: bytes) -> None:
        for row in rows:
            if self._rows == self._most:
                self._end()
                self._begin()
            self._rows += 1
            for at, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
                self._put(self._sheet, self._rows, at, column.form, cell, self._formats)
            self._widen(row)
            self._sums = added(self._sums, self._columns, [row])

    def finish(self, cover: Cover) -> None:
        self._end()
        widest = _NARROWEST
        for at, (name, form, cell) in enumerate(lines(cover)):
            self._cover.write_string(at, 0, name, self._bold[Form.TEXT])
            self._put(self._cover, at, 1, form, cell, self._formats)
            widest = max(widest, width(name))
        self._cover.set_column(0, 0, widest + 2)
        self._cover.set_column(1, 1, 70)

    def close(self) -> None:
        try:
            self._book.close()
        except FileCreateError as failed:  # a full disk, say: what every kind of file raises
            raise OSError(str(failed)) from failed

    def _begin(self) -> None:
        self._sheets += 1
        title = self._title if self._sheets == 1 else f"{self._title}（{self._sheets}）"
        self._sheet: Any = self._book.add_worksheet(title)
        self._sheet.freeze_panes(1, 0)
        self._rows = 0
        self._sums = [0] * len(self._columns)
        self._widths = [max(_NARROWEST, width(column.title) + 2) for column in self._columns]
        for at, column in enumerate(self._columns):
            self._sheet.write_string(0, at, column.title, self._heading)

    def _end(self) -> None:
        """The sums: formulas, and what they come to, for whoever reads without reckoning."""
        last = self._rows + 1
        for at, column in enumerate(self._columns):
            if column.summed:
                self._put_sum(last, at, column.form)
            elif at == 0:
                self._sheet.write_string(last, at, _TOTAL, self._bold[Form.TEXT])
        sums = tuple(
            total if column.summed else None
            for column, total in zip(self._columns, self._sums, strict=True)
        )
        self._widen(sums)
        for at, columns in enumerate(self._widths):
            self._sheet.set_column(at, at, min(columns, _WIDEST))
        self._sheet.autofilter(0, 0, self._rows, len(self._columns) - 1)

    def _put_sum(self, row: int, at: int, form: Form) -> None:
        total = _number(form, self._sums[at])
        if not self._rows:
            self._sheet.write_number(row, at, total, self._bold[form])
            return
        first, last = xl_rowcol_to_cell(1, at), xl_rowcol_to_cell(row - 1, at)
        self._sheet.write_formula(row, at, f"=SUM({first}:{last})", self._bold[form], total)

    def _put(
        self, sheet: Any, row: int, at: int, form: Form, cell: Cell, formats: dict[Form, Any]
    ) -> None:
        if isinstance(cell, datetime):
            sheet.write_datetime(row, at, _wall_time(cell), formats[form])
        elif isinstance(cell, date):
            sheet.write_datetime(row, at, cell, formats[form])
        elif isinstance(cell, int):
            sheet.write_number(row, at, _number(form, cell), formats[form])
        elif cell:
            sheet.write_string(row, at, _fitting(cell), formats[form])

    def _widen(self, row: Row) -> None:
        for at, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
            if cell is not None and self._widths[at] < _WIDEST:
                self._widths[at] = max(self._widths[at], _room(column.form, cell))

    def _format(self, form: Form, **more: Any) -> Any:
        return self._book.add_format({"num_format": _NUMBER_FORMATS[form], **more})


def _number(form: Form, value: int) -> Decimal | int:
    """Fen as a number of yuan, exactly: a decimal is written digit by digit."""
    return Decimal(value).scaleb(-2) if form is Form.YUAN else value


def _wall_time(moment: datetime) -> datetime:
    """What a clock in Beijing shows; Excel knows no zones."""
    return moment.astimezone(BEIJING).replace(tzinfo=None, microsecond=0)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _room(form: Form, cell: Cell) -> int:
    """How wide a cell is: Chinese characters take two columns."""
    if isinstance(cell, int):
        return len(f"{cell:,}") + 3
    if isinstance(cell, datetime):
        return 20
    return width(cell) + 2 if isinstance(cell, str) else 12
