"""The layout of the non-tax platform's bill, read line by line. Pure.

The first line names the columns, which may come and go; every later cell begins with a backtick.
A text may have that separator in it; a line nobody can read is set aside.
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
from payment.connectors.bill_sums import BillSumsDisagree, left_out
from payment.connectors.setting_aside import Aside
from payment.connectors.wechat_nontax.bill_layout import (
    NUMBER,
    REFUNDS,
    Layout,
    layout_of,
    loosely,
)
from payment.ports import Remark, unsaid
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineUnreadable,
)

MARK = "\ufeff".encode()
FIRST = "交易时间,".encode()
TOTALS = ("总交易单数", "总交易额", "总退款金额", "总企业红包退款金额", "手续费总金额")
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

    layout: Layout
    sums: Sums = field(default_factory=Sums)
    aside: Aside = field(default_factory=Aside)

    def entry(self, line: str, number: int) -> Entry:
        say = self.layout.cells(line, number)
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

    def end(self, totals: str, number: int, remark: Remark) -> None:
        """Raises `BillWrong` when the bill's own totals are not the sums of its lines."""
        own = {
            "总交易单数": self.sums.lines,
            "总交易额": self.sums.paid_fen,
            "总退款金额": self.sums.returned_fen,
            "手续费总金额": self.sums.fee_e5,
        }
        told = _told(totals, number)
        if not self.aside.leaves_out(said=told["总交易单数"], read=self.sums.lines):
            for name, sum_of_lines in own.items():
                if told[name] != sum_of_lines:
                    raise BillSumsDisagree(f"line {number}, {name}: is not the sum of the lines")
        self.aside.say(remark, left_out(told, own, ("总交易额", "总退款金额")))


def entries(lines: Iterable[bytes], remark: Remark = unsaid) -> Iterator[Entry]:
    """Raises `BillWrong`, naming line and column; no line is kept longer than its turn."""
    decoded = enumerate(map(_decoded, lines), start=1)
    number, header = next(decoded, (0, ""))
    reader, totals = Reader(layout_of(header)), False
    for words in reader.layout.remarks():
        remark(words)
    for number, line in decoded:
        if totals:
            reader.end(line, number, remark)
            return
        if line.startswith(TOTALS[0]):
            if tuple(loosely(line).split(",")) != TOTALS:
                raise BillColumnsChanged(f"line {number}: not the totals that were agreed upon")
            totals = True
        elif line:
            yield from _read(reader, line, number)
    raise BillDamaged(f"line {number}: the bill ends without its totals")


def _read(reader: Reader, line: str, number: int) -> Iterator[Entry]:
    try:
        entry = reader.entry(line, number)
    except BillLineUnreadable as error:
        reader.aside.put(error)
        return
    reader.sums.add(entry)
    yield entry


def _told(totals: str, number: int) -> dict[str, int]:
    found = totals.removeprefix("`").split(",`")
    if not totals.startswith("`") or len(found) != len(TOTALS):
        raise BillLineUnreadable(f"line {number}: has {len(found)} cells instead of {len(TOTALS)}")
    cells = dict(zip(TOTALS, found, strict=True))
    count = cells["总交易单数"].removesuffix(".0")
    if not re.fullmatch("[0-9]{1,12}", count):
        raise BillLineUnreadable(f"line {number}, 总交易单数: not a count")
    return {
        "总交易单数": int(count),
        "总交易额": _fen(cells["总交易额"], number, "总交易额"),
        "总退款金额": _fen(cells["总退款金额"], number, "总退款金额"),
        "手续费总金额": _e5(cells["手续费总金额"], number),
    }


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
