"""The layout of the non-tax platform's bill, read line by line. Pure.

The first line names the columns, which may come and go; every later cell begins with a backtick.
The last two lines are the totals' names and the totals. The number of an order of ours stands
under 缴费通知书编号(或平台订单号), since we order under our own number; it has no commas.
Source: developers.weixin.qq.com, «下载缴费对帐单» (nontaxdownloadbill). That a refund's 总金额 is
nought, and that 商户退款单号 is the number we asked under, is inferred from WeChat Pay's bills.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import fen_from_yuan
from payment.connectors.bill_sums import BillSumsDisagree
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineUnreadable,
)

MARK = "\ufeff".encode()
FIRST = "交易时间,".encode()
TOTALS = ("总交易单数", "总交易额", "总退款金额", "总企业红包退款金额", "手续费总金额")
NUMBER = "缴费通知书编号(或平台订单号)"
REFUNDS = {"SUCCESS": "done", "PROCESSING": "processing", "FAIL": "failed", "CHANGE": "failed"}
WANTED = (
    *("交易时间", "微信订单号", "交易状态", "货币种类", "总金额"),
    *("商户退款单号", "退款金额", "退款状态", "手续费", NUMBER, "执收单位编码"),
)
E5_OF_A_FEN = 1000
_FEE = re.compile(r"(-?[0-9]{1,12})(?:\.([0-9]{1,5}))?")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass
class Sums:
    """What the lines add up to, to be compared with the bill's own totals."""

    lines: int = 0
    paid_fen: int = 0
    returned_fen: int = 0
    fee_e5: int = 0

    def add(self, entry: Entry) -> None:
        self.lines += 1
        self.fee_e5 += entry.fee_e5 or 0
        if entry.movement is Movement.PAYMENT:
            self.paid_fen += entry.amount_fen
        else:
            self.returned_fen += entry.amount_fen


@dataclass
class Reader:
    """One reading of one bill."""

    places: dict[str, int] = field(default_factory=dict)
    width: int = 0
    sums: Sums = field(default_factory=Sums)

    def begin(self, header: str) -> None:
        names = _loosely(header).split(",")
        missing = [name for name in WANTED if name not in names]
        if missing:
            raise BillColumnsChanged(f"line 1: has no column {', '.join(missing)}")
        if len(set(names)) != len(names):
            raise BillColumnsChanged("line 1: names a column twice")
        self.places = {name: names.index(name) for name in WANTED}
        self.width = len(names)

    def entry(self, line: str, number: int) -> Entry:
        cells = _cells(line, number, self.width)
        say = {name: cells[place] for name, place in self.places.items()}
        if say["货币种类"] != "CNY":
            raise BillLineUnreadable(f"line {number}, 货币种类: is not CNY")
        if not _MOMENT.fullmatch(say["交易时间"]):
            raise BillLineUnreadable(f"line {number}, 交易时间: no moment")
        common = {
            "order_id": say[NUMBER],
            "transaction": say["微信订单号"],
            "at": say["交易时间"],
            "fee_e5": _e5(say["手续费"], number),
            "unit_code": say["执收单位编码"],
        }
        state = say["交易状态"]
        if state == "SUCCESS":
            fen = _fen(say["总金额"], number, "总金额")
            return Entry(Movement.PAYMENT, refund_no="", amount_fen=fen, **common)  # type: ignore[arg-type]
        if state != "REFUND":
            raise BillLineUnreadable(f"line {number}, 交易状态: a word not used before")
        if say["退款状态"] not in REFUNDS:
            raise BillLineUnreadable(f"line {number}, 退款状态: a word not used before")
        return Entry(
            Movement.REFUND,
            refund_no=say["商户退款单号"],
            amount_fen=_fen(say["退款金额"], number, "退款金额"),
            state=REFUNDS[say["退款状态"]],
            **common,  # type: ignore[arg-type]
        )

    def end(self, totals: str, number: int) -> None:
        """Raises `BillWrong` when the bill's own totals are not the sums of its lines."""
        cells = dict(zip(TOTALS, _cells(totals, number, len(TOTALS)), strict=True))
        own = {
            "总交易单数": str(self.sums.lines),
            "总交易额": self.sums.paid_fen,
            "总退款金额": self.sums.returned_fen,
            "手续费总金额": self.sums.fee_e5,
        }
        told: dict[str, object] = {
            "总交易单数": cells["总交易单数"].removesuffix(".0"),
            "总交易额": _fen(cells["总交易额"], number, "总交易额"),
            "总退款金额": _fen(cells["总退款金额"], number, "总退款金额"),
            "手续费总金额": _e5(cells["手续费总金额"], number),
        }
        for name, sum_of_lines in own.items():
            if told[name] != sum_of_lines:
                raise BillSumsDisagree(f"line {number}, {name}: is not the sum of the lines")


def entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Raises `BillWrong`, naming line and column; no line is kept longer than its turn."""
    reader, totals = Reader(), False
    number = 0
    for number, line in enumerate(map(_decoded, lines), start=1):
        if number == 1:
            reader.begin(line)
        elif line.startswith(TOTALS[0]):
            if tuple(_loosely(line).split(",")) != TOTALS:
                raise BillColumnsChanged(f"line {number}: not the totals that were agreed upon")
            totals = True
        elif totals:
            reader.end(line, number)
            return
        elif line:
            entry = reader.entry(line, number)
            reader.sums.add(entry)
            yield entry
    raise BillDamaged(f"line {number}: the bill ends without its totals")


def is_empty(content: bytes) -> bool:
    """Whether the totals follow the header: a day without business."""
    second = content.partition(b"\n")[2]
    return second.startswith(TOTALS[0].encode())


def settled_fen(moved: Iterable[Entry]) -> int:
    sums = Sums()
    for entry in moved:
        if entry.state != "failed":
            sums.add(entry)
    fees_fen = (sums.fee_e5 + E5_OF_A_FEN // 2) // E5_OF_A_FEN
    return sums.paid_fen - sums.returned_fen - fees_fen


def _decoded(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise BillLineUnreadable("a line that is not UTF-8") from None


def _loosely(header: str) -> str:
    """Full-width brackets mean the same."""
    return header.replace("（", "(").replace("）", ")")


def _cells(line: str, number: int, width: int) -> list[str]:
    if not line.startswith("`"):
        raise BillLineUnreadable(f"line {number}: does not begin with a backtick")
    cells = line[1:].split(",`")
    if len(cells) != width:
        raise BillLineUnreadable(f"line {number}: has {len(cells)} cells instead of {width}")
    return cells


def _fen(text: str, number: int, column: str) -> int:
    try:
        fen = fen_from_yuan(text)
    except Malformed:
        raise BillLineUnreadable(f"line {number}, {column}: not an amount in yuan") from None
    if fen < 0:
        raise BillLineUnreadable(f"line {number}, {column}: is negative")
    return fen


def _e5(text: str, number: int) -> int:
    """A fee has five decimals: whole hundred-thousandths of a yuan; a refund's is negative."""
    found = _FEE.fullmatch(text)
    if found is None:
        raise BillLineUnreadable(f"line {number}, 手续费: not a fee in yuan")
    whole, fraction = found.groups("")
    return int(whole + fraction.ljust(5, "0"))
