"""What moved on a merchant's account: payments, the platform's fees, refunds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mock_platforms.alipay.trades import Trade

FEE_PER_10000 = 60  # the merchant's fee rate: 0.6 %


@dataclass(frozen=True)
class Movement:
    """A payment or a refund; refunds are negative, and so is the platform's fee for a payment."""

    trade: Trade
    moment: datetime
    amount_fen: int
    service_fee_fen: int = 0
    out_request_no: str = ""

    @property
    def is_refund(self) -> bool:
        return self.amount_fen < 0


def movements_of(trades: Iterable[Trade]) -> list[Movement]:
    """All of them, in their order."""
    found = (movement for trade in trades for movement in _of(trade))
    return sorted(found, key=lambda movement: movement.moment)


def _of(trade: Trade) -> Iterable[Movement]:
    if trade.paid_at is not None:
        total = trade.order.total_fen
        fee = (total * FEE_PER_10000 + 5_000) // 10_000  # half up, to the fen
        yield Movement(trade, trade.paid_at, total, service_fee_fen=-fee)
    for refund in trade.refunds:
        yield Movement(
            trade, refund.refunded_at, -refund.amount_fen, out_request_no=refund.out_request_no
        )


def buyer_shown(trade: Trade) -> str:
    buyer_id = trade.order.buyer_id
    return f"*市民({buyer_id[:3]}***{buyer_id[-4:]})"
