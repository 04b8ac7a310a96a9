"""Orders and facts to start from; every test changes what it is about."""

from datetime import UTC, datetime, timedelta

from channel_gateway.domain.money import Fen
from payment.facts import PaymentFact, PaymentStatus
from payment.order import Order
from payment.settlement import opened

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in Beijing
NOTICE = "330199|33019926010000000001"


def order(id: str = "G20260302aaaaaaaaaaaaaaaaaaaa", **given: object) -> Order:
    values = {
        "notice": NOTICE,
        "pay_code": "33019926010000000001",
        "method": "wechat_pay",
        "citizen": "citizen-1",
        "person": "citizen-1",
        "amount_fen": Fen(20600),
        "late_fee_fen": Fen(600),
        "description": "交警支队-交通违法罚款",
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=30),
        "open_key": f"citizen-1|{NOTICE}|wechat_pay",
    }
    return opened(Order(id, **(values | given)), NOW, ask_after_s=5)  # type: ignore[arg-type]


def paid(of: Order, **given: object) -> PaymentFact:
    values = {
        "order_id": of.id,
        "status": PaymentStatus.PAID,
        "app": "wx1",
        "merchant": "1900000001",
        "amount_fen": of.amount_fen,
        "transaction": "4200001",
        "paid_at": NOW + timedelta(minutes=1),
    }
    return PaymentFact(**(values | given))  # type: ignore[arg-type]
