"""What a table of figures is: columns with a form, rows of cells, sums. Pure."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

Cell = str | int | date | datetime | None
Row = tuple[Cell, ...]
Units = frozenset[str] | None  # whose figures somebody sees; None: every unit's


class Form(StrEnum):
    """What a cell holds, if it is not empty."""

    TEXT = "text"  # numbers of orders and notices too: nobody reckons with them
    YUAN = "yuan"  # an amount, in whole fen
    COUNT = "count"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    form: Form = Form.TEXT
    summed: bool = False


class Source(Protocol):
    """Where the rows of one kind of export come from."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        """A Beijing day's rows, streamed."""
        ...


def yuan(title: str) -> Column:
    """An amount that is summed."""
    return Column(title, Form.YUAN, summed=True)


def amount(title: str) -> Column:
    """An amount whose sum would mean nothing."""
    return Column(title, Form.YUAN)


def added(sums: Sequence[int], columns: Sequence[Column], rows: Iterable[Row]) -> list[int]:
    """The sums with these rows; of a column that is not summed the sum is nothing."""
    grown = list(sums)
    for row in rows:
        for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if column.summed and isinstance(cell, int):
                grown[at] += cell
    return grown


def sees(units: Units, unit_code: str) -> bool:
    return units is None or unit_code in units
