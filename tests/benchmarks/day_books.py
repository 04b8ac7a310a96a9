"""A day's books for `reconciling`: a bill in WeChat's layout, a journal, a statement, and what is
planted in them. Pure, but for `write`.

Every cell is a function of the number of its order, so that books of any size need no memory. One
order in a thousand is planted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

DAY, DAY_BEFORE = "2026-01-05", "2026-01-04"
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
ROWS = "movement,order_id,refund_no,transaction,amount_fen,at,state,fee_e5,pay_code,unit_code\n"
GOODS = (
    "不动产登记费",
    '护照工本费, 加急 "本"',
    "停车费,罚款",
    "诉讼费",
    "'考试费'",
    "Fee, 50% off",
)
UNITS = 40
EVERY = 1000  # one order in so many is planted
REFUNDS = 50  # one movement in so many is a refund


class Plant(NamedTuple):
    """What is wrong with an order: its kind, and how each side has it (None: it has not)."""

    kind: str
    channel: str | None = "done"
    gateway: str | None = "done"
    finance: str | None = "done"
    refund: bool = False
    near: bool = False  # our journal has it on the day before
    fen: tuple[int, int, int] = (0, 0, 0)  # added to the amount of channel, gateway, finance
    fee: int = 0  # added to the channel's fee
    twin: bool = False  # it pays the notice of the order before
    lines: int = 1  # on the bill


PLANTS = (
    Plant("M1", gateway="open", finance=None),
    Plant("M1", gateway="closed", finance=None),
    Plant("M2", gateway=None, finance=None),
    Plant("M3", channel=None),
    Plant("M3", channel=None, finance=None),
    Plant("M4", finance=None),
    Plant("M5", channel=None, gateway=None),
    Plant("M5", channel=None, gateway="closed"),
    Plant("M6", fen=(0, 1, 0)),
    Plant("M6", fen=(5000, 0, 0)),
    Plant("M6", fen=(0, 0, 1)),
    Plant("M6", fee=1000),
    Plant("M7", gateway="stray", finance=None, twin=True),
    Plant("M7", gateway="closed", finance=None, twin=True),
    Plant("M8", gateway=None, finance=None, refund=True),
    Plant("M8", channel=None, refund=True),
    Plant("M8", channel="failed", refund=True),
    Plant("M8", channel="processing", finance=None, refund=True),
    Plant("M9", near=True),
    Plant("repeated", lines=2),
)
_REFUND_WORDS = {"done": "SUCCESS", "failed": "FAIL", "processing": "PROCESSING"}
_FINE = Plant("")
_FINE_REFUND = Plant("", refund=True)


@dataclass(frozen=True)
class Books:
    bill: Path
    journal: Path
    near: Path  # our journal of the day before, near midnight
    statement: Path
    lines: int


def write(folder: Path, orders: int) -> Books:
    """Write the files; they hold the same for the same number of orders."""
    books = Books(
        folder / "bill.csv",
        folder / "journal.csv",
        folder / "near.csv",
        folder / "statement.csv",
        orders,
    )
    _write_bill(books.bill, orders)
    with (
        open(books.journal, "w", buffering=2**20) as journal,
        open(books.near, "w") as near,
        open(books.statement, "w", buffering=2**20) as statement,
    ):
        for file in (journal, near, statement):
            file.write(ROWS)
        step = 1 if orders < 7919 or orders % 7919 == 0 else 7919  # other orders than the bill's
        for place in range(orders):
            number = place * step % orders
            plant = plant_of(number)
            if plant.gateway:
                (near if plant.near else journal).write(_row(number, plant, 1))
            if plant.finance:
                statement.write(_row(number, plant, 2))
    return books


def plant_of(number: int) -> Plant:
    if number % EVERY == EVERY // 2:
        return PLANTS[number // EVERY % len(PLANTS)]
    return _FINE_REFUND if number % REFUNDS == 1 else _FINE


def planted(orders: int) -> Iterator[tuple[str, str]]:
    """Kind and number of everything that a matching must find."""
    for number in range(EVERY // 2, orders, EVERY):
        plant = plant_of(number)
        yield plant.kind, refund_no(number) if plant.refund else order_id(number)


def order_id(number: int) -> str:
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}fee{number:010d}"


def refund_no(number: int) -> str:
    return f"R{order_id(number)}"


def amount_fen(number: int) -> int:
    return 100 + number * 7919 % 500_000


def fee_e5(amount: int) -> int:
    return amount * 6  # 0.60 %: 6 of 10⁻⁵ yuan for each fen


def _at(number: int, day: str = DAY) -> str:
    second = number % 80_000
    return f"{day} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _row(number: int, plant: Plant, side: int) -> str:
    """A line of the journal (side 1) or the statement (2)."""
    movement, refund = ("refund", refund_no(number)) if plant.refund else ("payment", "")
    amount = amount_fen(number) + plant.fen[side]
    state = plant.gateway if side == 1 else "done"
    at = f"{DAY_BEFORE} 23:59:58" if plant.near and side == 1 else _at(number)
    fee = -fee_e5(amount) if plant.refund else fee_e5(amount)
    if side == 2 or plant.fen[1]:
        fee = ""  # finance knows no fee
    pay_code = number - 1 if plant.twin else number
    return (
        f"{movement},{order_id(number)},{refund},{transaction(number)},{amount},{at},{state},{fee},"
        f"32068226{pay_code:012d},{pay_code % UNITS:06d}\n"
    )


def transaction(number: int) -> str:
    return f"4200002100202601{number:012d}"


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _e5(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100_000}.{abs(amount) % 100_000:05d}"


def _write_bill(path: Path, orders: int) -> None:
    count = paid = back = fees = 0
    with open(path, "w", encoding="utf-8-sig", newline="", buffering=2**20) as bill:
        bill.write(f"{HEADER}\r\n")
        for number in range(orders):
            plant = plant_of(number)
            if not plant.channel:
                continue
            amount = amount_fen(number) + plant.fen[0]
            fee = -fee_e5(amount) if plant.refund else fee_e5(amount) + plant.fee
            line = _bill_line(number, amount, fee, _REFUND_WORDS[plant.channel], plant.refund)
            bill.write(line * plant.lines)
            count, fees = count + plant.lines, fees + fee * plant.lines
            if plant.refund:
                back += amount
            else:
                paid += amount * plant.lines
        bill.write(f"{SUMMARY}\r\n")
        bill.write(
            f"`{count}.0,`{yuan(paid)},`{yuan(back)},`0.0,`{_e5(fees)},`{yuan(paid)},`{yuan(back)}\r\n"
        )


def _bill_line(number: int, amount: int, fee: int, word: str, refund: bool) -> str:
    money, goods = yuan(amount), GOODS[number % len(GOODS)]
    head = (
        f"`{_at(number)},`wx8888888888888888,`1900000109,`0,`,`{transaction(number)},"
        f"`{order_id(number)},`oUpF8uMuAJO_{number:016d},`JSAPI,"
    )
    if refund:
        return (
            f"{head}`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030000{number:021d},`{refund_no(number)},"
            f"`{money},`0.00,`ORIGINAL,`{word},`{goods},`,`{_e5(fee)},`0.60%,`0.00,`{money},`\r\n"
        )
    return (
        f"{head}`SUCCESS,`CMB_DEBIT,`CNY,`{money},`0.00,`0,`0,`0.00,`0.00,`,`,"
        f"`{goods},`,`{_e5(fee)},`0.60%,`{money},`0.00,`\r\n"
    )
