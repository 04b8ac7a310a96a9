"""What an order's money is for: a line for each item, and one for each late fee. Pure."""

from dataclasses import dataclass

from channel_gateway.domain.late_fee import LateFee
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Notice


@dataclass(frozen=True, slots=True)
class OrderLine:
    code: str  # of the item (收费项目), or of the late fee's own
    name: str
    amount_fen: Fen
    late: bool = False  # whether this is what being late adds (滞纳金)
    unit: str = ""  # of the quantity
    quantity: int = 1
    standard: str = ""  # 收费标准


def lines_of(notice: Notice, late: LateFee) -> tuple[OrderLine, ...]:
    """The lines add up to what is paid; a late fee of nothing has none."""
    items = tuple(
        OrderLine(
            item.code,
            item.name,
            item.amount_fen,
            unit=item.unit,
            quantity=item.quantity,
            standard=item.standard,
        )
        for item in notice.items
    )
    fees = tuple(
        OrderLine(
            (item.late and item.late.code) or item.code,
            (item.late and item.late.name) or f"{item.name}滞纳金",
            owed,
            late=True,
        )
        for item, owed in zip(notice.items, late.by_item, strict=True)
        if owed > NOTHING
    )
    return (*items, *fees)


# What parts the cells of bills, where nothing is quoted: as a wide character it parts none.
_WIDE = str.maketrans({",": "，", "`": "‘", '"': "”", "\t": " ", "\n": " "})
_LONGEST = 40


def described(notice: Notice) -> str:
    """How a platform shows the payment to the citizen, and writes it on its bill."""
    return f"{notice.unit_name}-{notice.items[0].name}".translate(_WIDE)[:_LONGEST]
