"""What the account's own bill says the bank is to receive, line by line and against its end.

GBK, lines cut at commas as bytes: none is ever the second byte of a character. Columns are found
by name, for the layouts of 2012 to 2026 differ; text cells end with a tab. A text may have commas
in it. A file that a spreadsheet has saved has commas after its totals.
Source: files that several independent projects read and keep, 2012-2026.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import fen_from_yuan
from payment.connectors.account_sums import AccountSums, hold_against
from payment.connectors.alipay.bill_archive import decoded, encoding_of
from payment.connectors.free_text import AMOUNT, CODE, MOMENT, Look, cut_around, word
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineTwice,
    BillLineUnreadable,
    BillWordUnknown,
)

_BILL = "signcustomer"
_LONGEST_LINE = 64 * 1024
_READ = _INCOME, _OUTGO, _KIND = "收入金额(+元)", "支出金额(-元)", "业务类型"
_BRACKETS = str.maketrans("（）", "()")
_TOTAL = re.compile(r"#(支出|收入)合计[：:]([0-9]+)笔[，,]共(-?[0-9.]+)元")
_AMOUNT_OR_NONE = re.compile(rb"\t?|" + AMOUNT.pattern)
_LOOKS = {
    **dict.fromkeys(("账务流水号", "业务流水号", "商户订单号"), CODE),
    **dict.fromkeys((_INCOME, _OUTGO, "账户余额(元)"), _AMOUNT_OR_NONE),
    "发生时间": MOMENT,
}

_PAYMENTS = ("在线支付", "交易付款")
# 业务类型 → whether it belongs to the day's takings; else it only moves between accounts of ours.
KINDS = {
    **dict.fromkeys(_PAYMENTS, True),
    "交易退款": True,
    "收费": True,
    "提现": False,
    "转账": False,
}


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: list[str]
    places: dict[str, int]  # of what is read
    encoding: str
    looks: dict[str, Look]

    def cells(self, line: bytes, where: str) -> dict[str, str]:
        """What is read of a line."""
        cells = line.split(b",")
        if len(cells) != len(self.columns):
            around = cut_around(cells, b",", self.columns, self.looks)
            if around is None:
                raise BillLineUnreadable(f"{where} has {len(cells)} cells, not {len(self.columns)}")
            cells = around
        return {
            name: cells[place].decode(self.encoding, "replace").strip()
            for name, place in self.places.items()
        }


def read_account_bill(content: Path) -> AccountSums:
    """What moved, and what of it is the day's business. Raises `BillWrong`, naming the line."""
    lines = enumerate(_lines(content), 1)
    layout = _found(lines)
    sums, before = AccountSums(), b""
    for number, line in lines:
        if line.startswith(b"#"):
            end = [line, *(rest for _, rest in lines)]
            _hold(sums, [decoded(each, layout.encoding) for each in end])
            return sums
        if line == before:
            raise BillLineTwice(f"{_BILL}: line {number} is line {number - 1} again")
        before = line
        where = f"{_BILL}: line {number}"
        _add(sums, layout.cells(line, where), where)
    raise BillDamaged(f"{_BILL}: ends without its totals")


def _lines(content: Path) -> Iterator[bytes]:
    with content.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield line.rstrip(b"\r\n")


def _found(lines: Iterator[tuple[int, bytes]]) -> _Layout:
    """Read to the header: the first line that is no comment."""
    encoding = ""
    for number, line in lines:
        encoding = encoding or encoding_of(line)
        if number > 1 and not line.startswith(b"#"):
            return _layout(decoded(line, encoding).split(","), encoding)
    raise BillDamaged(f"{_BILL}: ends before its columns")


def _layout(header: list[str], encoding: str) -> _Layout:
    columns = [name.strip().translate(_BRACKETS) for name in header]
    missing = [name for name in _READ if name not in columns]
    if missing:
        raise BillColumnsChanged(f"{_BILL}: there is no column {'、'.join(missing)}")
    if any(columns.count(name) > 1 for name in _READ):
        raise BillColumnsChanged(f"{_BILL}: a column that is read is named twice")
    places = {name: columns.index(name) for name in _READ}
    return _Layout(columns, places, encoding, _LOOKS | {_KIND: word(*KINDS, encoding=encoding)})


def _add(sums: AccountSums, cells: dict[str, str], where: str) -> None:
    kind = cells[_KIND]
    if kind not in KINDS:
        raise BillWordUnknown(f"{where}, {_KIND}: {kind!r} is not known")
    try:
        income = fen_from_yuan(cells[_INCOME] or "0")
        outgo = fen_from_yuan(cells[_OUTGO] or "0")
    except Malformed as error:
        raise BillLineUnreadable(f"{where}, {_INCOME}, {_OUTGO}: not an amount") from error
    sums.payments += kind in _PAYMENTS
    if income:
        sums.add_income(income, counts=KINDS[kind])
    if outgo:
        sums.add_outgo(abs(outgo), counts=KINDS[kind])


def _hold(sums: AccountSums, end: list[str]) -> None:
    totals = {
        match[1]: match for line in end if (match := _TOTAL.fullmatch(line.strip().rstrip(",")))
    }
    if len(totals) != 2:
        raise BillDamaged(f"{_BILL}: ends without its totals")
    found = {"支出": (sums.outgoes, sums.outgo_fen), "收入": (sums.incomes, sums.income_fen)}
    for name, (count, fen) in found.items():
        try:
            said = abs(fen_from_yuan(totals[name][3]))
        except Malformed as error:
            raise BillDamaged(f"{_BILL}: {name}合计 is not an amount") from error
        hold_against(_BILL, f"{name}合计, lines", int(totals[name][2]), count)
        hold_against(_BILL, f"{name}合计 in fen", said, fen)
