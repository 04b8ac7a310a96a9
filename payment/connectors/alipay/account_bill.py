"""What the account's own bill says the bank is to receive, line by line and against its end.

GBK, lines cut at commas as bytes: none is ever the second byte of a character. Columns are found
by name, for the layouts of 2012 to 2026 differ; text cells end with a tab.
Source: files that several independent projects read and keep, 2012-2026.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import fen_from_yuan
from payment.connectors.account_sums import AccountSums, hold_against
from payment.connectors.alipay.bill_archive import decoded
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
_TOTAL = re.compile(r"#(支出|收入)合计：([0-9]+)笔，共(-?[0-9.]+)元")

_PAYMENTS = ("在线支付", "交易付款")
# 业务类型 → whether it belongs to the day's takings; else it only moves between accounts of ours.
KINDS = {
    **dict.fromkeys(_PAYMENTS, True),
    "交易退款": True,
    "收费": True,
    "提现": False,
    "转账": False,
}

Decode = Callable[[bytes], str]


class _Places(NamedTuple):
    columns: int
    income: int
    outgo: int
    kind: int


def read_account_bill(content: Path) -> AccountSums:
    """What moved, and what of it is the day's business. Raises `BillWrong`, naming the line."""
    lines = enumerate(_lines(content), 1)
    decode, places = _found(lines)
    sums, before = AccountSums(), b""
    for number, line in lines:
        if line.startswith(b"#"):
            _hold(sums, [decode(line), *(decode(rest) for _, rest in lines)])
            return sums
        if line == before:
            raise BillLineTwice(f"{_BILL}: line {number} is line {number - 1} again")
        before = line
        _add(sums, line.split(b","), places, decode, f"{_BILL}: line {number}")
    raise BillDamaged(f"{_BILL}: ends without its totals")


def _lines(content: Path) -> Iterator[bytes]:
    with content.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield line.rstrip(b"\r\n")


def _found(lines: Iterator[tuple[int, bytes]]) -> tuple[Decode, _Places]:
    """Read to the header: the first line that is no comment. How to decode, and where to look."""
    marked = False
    for number, line in lines:
        marked = marked or (number == 1 and line.startswith(b"\xef\xbb\xbf"))
        if number > 1 and not line.startswith(b"#"):
            decode: Decode = _utf8 if marked else decoded
            return decode, _places(decode(line).split(","))
    raise BillDamaged(f"{_BILL}: ends before its columns")


def _places(header: list[str]) -> _Places:
    columns = [name.strip().translate(_BRACKETS) for name in header]
    missing = [name for name in _READ if name not in columns]
    if missing:
        raise BillColumnsChanged(f"{_BILL}: there is no column {'、'.join(missing)}")
    return _Places(len(columns), *(columns.index(name) for name in _READ))


def _add(
    sums: AccountSums, cells: list[bytes], places: _Places, decode: Decode, where: str
) -> None:
    if len(cells) != places.columns:
        raise BillLineUnreadable(f"{where} has {len(cells)} cells, not {places.columns}")
    kind = decode(cells[places.kind]).strip()
    if kind not in KINDS:
        raise BillWordUnknown(f"{where}, {_KIND}: {kind!r} is not known")
    try:
        income = fen_from_yuan(cells[places.income].decode("ascii", "replace").strip() or "0")
        outgo = fen_from_yuan(cells[places.outgo].decode("ascii", "replace").strip() or "0")
    except Malformed as error:
        raise BillLineUnreadable(f"{where}, {_INCOME}, {_OUTGO}: not an amount") from error
    sums.payments += kind in _PAYMENTS
    if income:
        sums.add_income(income, counts=KINDS[kind])
    if outgo:
        sums.add_outgo(abs(outgo), counts=KINDS[kind])


def _hold(sums: AccountSums, end: list[str]) -> None:
    totals = {match[1]: match for line in end if (match := _TOTAL.fullmatch(line.strip()))}
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


def _utf8(line: bytes) -> str:
    return line.decode("utf-8", "replace")
