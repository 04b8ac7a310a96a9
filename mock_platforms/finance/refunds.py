"""Refunds of confirmed payments, as reported afterwards: each reverses a receipt in red. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_platforms.finance.payments import Confirmed
from mock_platforms.finance.receipts import Receipt, red_as_json
from mock_platforms.finance.refusals import Refused


@dataclass(frozen=True)
class Refund:
    refund_no: str
    confirmation_no: str
    amount_fen: int
    reason: str


@dataclass(frozen=True)
class Recorded:
    refund: Refund
    red: Receipt  # 红票: the reversal of the receipt, or of a part of it
    recorded_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "state": "RECORDED",
            "refund_no": self.refund.refund_no,
            "red_receipt": red_as_json(self.red),
            "recorded_at": self.recorded_at.isoformat(),
        }


def same_again(known: Recorded, refund: Refund) -> Recorded:
    if known.refund != refund:
        raise Refused("REFUND_MISMATCH", "this refund number was used before", field="refund_no")
    return known


def check_amount(refund: Refund, confirmed: Confirmed, before: Sequence[Recorded]) -> None:
    """All refunds of a payment together may not exceed it."""
    left = confirmed.payment.amount_fen - sum(one.refund.amount_fen for one in before)
    if not 0 < refund.amount_fen <= left:
        raise Refused(
            "AMOUNT_MISMATCH",
            "more would go back than was paid",
            field="amount_fen",
            expected={"at_most_fen": left},
        )
