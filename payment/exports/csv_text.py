"""Rows as CSV: UTF-8 with a BOM, CRLF, and no cell that a spreadsheet would run. Pure."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.exports.table import Cell, Column, Form, Row

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
# How a formula begins, for one spreadsheet or another; a full-width sign is one in Chinese ones.
# Source: OWASP, "CSV Injection".
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def header(columns: Sequence[Column]) -> bytes:
    """The first line, after what says that this is UTF-8."""
    return BOM + _written([[column.title for column in columns]])


def body(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    return _written(
        [_cell(column.form, cell) for column, cell in zip(columns, row, strict=True)]
        for row in rows
    )


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe says that it is text."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _cell(form: Form, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return beijing_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return yuan_from_fen(Fen(cell)) if form is Form.YUAN else str(cell)
    return defused(cell)


def _written(lines: Iterable[Sequence[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode()
