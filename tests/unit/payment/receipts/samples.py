"""A paid fine with its receipt, and what reverses it."""

from dataclasses import replace

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Receipt
from payment.lines import OrderLine
from payment.order import Order
from payment.refund import Refund
from payment.settlement import confirmed, receipted, received, refund_asked, reversed_by
from tests.unit.payment.samples import NOW, order, paid

RECEIPT = Receipt("33010126", "0013933922", "a1b2c3", Fen(20600), NOW)
LINES = (
    OrderLine("103050101", "交通违法罚款", Fen(20000), unit="次", standard="200.00元/次"),
    OrderLine("103050199", "交通违法加处罚款", Fen(600), late=True),
)


def with_receipt(**given: object) -> Order:
    fresh = order(lines=LINES, unit_name="示例市公安局交通警察支队", **given)
    return receipted(confirmed(received(fresh, paid(fresh), NOW), NOW, NOW), RECEIPT, NOW)


def reversed_in_part(of: Order, amount_fen: int, number: str = "R1") -> Order:
    asked = refund_asked(of, Refund(number, Fen(amount_fen), "多收", NOW), NOW)
    red_number = f"{int(RECEIPT.number) + len(asked.refunds):010d}"
    red = replace(
        RECEIPT,
        number=red_number,
        check_code="d4e5f6",
        total_fen=Fen(-amount_fen),
        related_code=RECEIPT.code,
        related_number=RECEIPT.number,
    )
    return reversed_by(asked, number, red, NOW)
