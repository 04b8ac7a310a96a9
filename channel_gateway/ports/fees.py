"""What other services must know of a fee: that it is paid, that its money went back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.money import Fen


@dataclass(frozen=True, slots=True)
class FeeMoney:
    """Money of one order for one notice."""

    pay_code: str
    order_id: str
    amount_fen: Fen
    at: datetime


class FeeWatcher(Protocol):
    """Somebody who must know. Bears being told twice."""

    async def paid(self, money: FeeMoney) -> bool:
        """Asked before finance is told. False: this money is not wanted any more, it goes back."""
        ...

    async def returned(self, money: FeeMoney) -> None:
        """All of it went back to the citizen."""
        ...
