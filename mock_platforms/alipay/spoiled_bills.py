"""How a bill goes wrong at the platform. Pure: on what moved, on the detail's text, on the zip."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mock_platforms.alipay.bill_periods import Period
from mock_platforms.alipay.movements import Movement
from mock_platforms.faults import CALL, FaultKind

DOWNLOAD = frozenset({"bill.download"})
QUERY = frozenset({"alipay.data.dataservice.bill.downloadurl.query"})
_FIRST_COLUMNS = ("支付宝交易号", "账务流水号")
# Whether the bill's own counts and sums go along with its lines.
_RIGHT_SUMS, _WRONG_SUMS = {"sums_follow": True}, {"sums_follow": False}

FAULTS = (
    FaultKind("bill_missing", "NO_BILL_DATA, though there was trade.", CALL, QUERY),
    FaultKind("bill_late", "BILL_NOT_EXIST, though it is past nine.", CALL, QUERY),
    FaultKind("bill_changed_column", "The first column has a new name and place.", CALL, DOWNLOAD),
    FaultKind("bill_added_column", "A column nobody announced stands in between.", CALL, DOWNLOAD),
    FaultKind("bill_short_line", "The first line has lost its last cell.", CALL, DOWNLOAD),
    FaultKind(
        "bill_duplicate_line", "The first line stands there twice.", CALL, DOWNLOAD, _WRONG_SUMS
    ),
    FaultKind("bill_missing_line", "The first line is left out.", CALL, DOWNLOAD, _RIGHT_SUMS),
    FaultKind(
        "bill_foreign_line",
        "There is a line of a trade nobody made.",
        CALL,
        DOWNLOAD,
        _RIGHT_SUMS,
    ),
    FaultKind(
        "bill_wrong_amount", "The first line says one fen too much.", CALL, DOWNLOAD, _RIGHT_SUMS
    ),
    FaultKind("bill_truncated", "Half of the file is missing.", CALL, DOWNLOAD),
    FaultKind("bill_address_expired", "The address is no more.", CALL, DOWNLOAD),
)

Moves = list[Movement]


def duplicate_line(moves: Moves) -> Moves:
    return [moves[0], *moves]


def missing_line(moves: Moves) -> Moves:
    return moves[1:]


def foreign_line(moves: Moves) -> Moves:
    """Add a copy of the first line under numbers nobody knows."""
    trade = moves[0].trade
    order = replace(trade.order, out_trade_no=_stranger(trade.order.out_trade_no))
    stranger = replace(trade, trade_no=_stranger(trade.trade_no), order=order)
    return [*moves, replace(moves[0], trade=stranger)]


def wrong_amount(moves: Moves) -> Moves:
    return [replace(moves[0], amount_fen=moves[0].amount_fen + 1), *moves[1:]]


MOVES: dict[str, Callable[[Moves], Moves]] = {
    "bill_duplicate_line": duplicate_line,
    "bill_missing_line": missing_line,
    "bill_foreign_line": foreign_line,
    "bill_wrong_amount": wrong_amount,
}


def spoiled(
    spoil: Callable[[Moves], Moves], moves: Sequence[Movement], period: Period
) -> list[Movement]:
    """What moved, as a bill of this period is made to say; a day without business has no line."""
    inside = [move for move in moves if period.holds(move.moment)]
    before = [move for move in moves if not period.holds(move.moment)]
    return [*before, *(spoil(inside) if inside else [])]


def with_end_of(text: str, other: str) -> str:
    """The lines of one detail over the counts and sums of another."""
    rows, others = text.split("\r\n"), other.split("\r\n")
    return "\r\n".join([*rows[: _end(rows)], *others[_end(others) :]])


def changed_column(text: str) -> str:
    return _each_row(text, lambda cells: [*cells[1:], _renamed(cells[0])])


def added_column(text: str) -> str:
    return _each_row(text, lambda cells: [*cells[:3], _extra(cells[0]), *cells[3:]])


def short_line(text: str) -> str:
    rows = text.split("\r\n")
    header = next(at for at, row in enumerate(rows) if row.startswith(_FIRST_COLUMNS))
    if not rows[header + 1].startswith("#"):
        rows[header + 1] = rows[header + 1].rpartition(",")[0]
    return "\r\n".join(rows)


TEXTS: dict[str, Callable[[str], str]] = {
    "bill_changed_column": changed_column,
    "bill_added_column": added_column,
    "bill_short_line": short_line,
}


def _stranger(number: str) -> str:
    return f"9{number[1:-1]}9"


def _end(rows: list[str]) -> int:
    return next(at for at, row in enumerate(rows) if "列表结束" in row)


def _each_row(text: str, change: Callable[[list[str]], list[str]]) -> str:
    return "\r\n".join(
        row if row.startswith("#") or "," not in row else ",".join(change(row.split(",")))
        for row in text.split("\r\n")
    )


def _renamed(cell: str) -> str:
    return f"{cell}（新）" if cell in _FIRST_COLUMNS else cell


def _extra(first_cell: str) -> str:
    return "业务来源" if first_cell in _FIRST_COLUMNS else "小程序\t"
