"""What services and payment must know of one another's fees: asked for, paid, ended, given back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import IssuedNotice, NoticeDraft


@dataclass(frozen=True, slots=True)
class FeeMoney:
    """Money of one order for one notice."""

    pay_code: str
    order_id: str
    amount_fen: Fen
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelPayment:
    """A payment as the platform knows it that took the money."""

    channel: str
    transaction: str  # the platform's own number: transaction_id, trade_no
    amount_fen: Fen
    paid_at: datetime


class PaidFees(Protocol):
    """Payments by who made them, and for what. Offered by who takes them."""

    async def paid_for(
        self, account: str, *, appointment_id: str | None = None, case_no: str | None = None
    ) -> ChannelPayment | None:
        """The account's last one that is not given back; None: it made none.

        Anybody may pay a fee; a platform knows a payment as its payer's alone.
        """
        ...


class FeeWatcher(Protocol):
    """Somebody who must know. Bears being told twice."""

    async def paid(self, money: FeeMoney) -> bool:
        """Asked before finance is told, and again until it is: once True stays True.

        False: this money is not wanted any more. The notice is withdrawn, and it goes back.
        Of a notice that is none of theirs, everybody says True.
        """
        ...

    async def returned(self, money: FeeMoney) -> None:
        """All of it went back to the citizen."""
        ...


@dataclass(frozen=True, slots=True)
class FeeMatter:
    """What a notice is for."""

    department: str
    service: str
    appointment_id: str | None = None
    case_no: str | None = None
    citizen: str | None = None  # `Session.citizen` of who may pay it without its check code
    pay_before: datetime | None = None  # no order outlives this moment


class FeeEnding(StrEnum):
    """As what a notice ended."""

    PAID = "paid"  # through us: `money` says with which order
    PAID_ELSEWHERE = "paid_elsewhere"
    VOID = "void"  # nobody can pay it any more, and nobody's money is kept for it


@dataclass(frozen=True, slots=True)
class FeeEnd:
    how: FeeEnding
    money: FeeMoney | None = None


class FeeDesk(Protocol):
    """Where other services have fees collected. Every call may be repeated."""

    async def issue(self, number: str, draft: NoticeDraft, matter: FeeMatter) -> IssuedNotice:
        """Have finance make a notice, once for a number. Raises `Refused`, `Unavailable`."""
        ...

    async def end(self, pay_code: str, reason: str) -> FeeEnd:
        """Stop it from being paid: no new orders, open ones closed at their platforms, then void.

        What is paid stays as it is. Raises `Unavailable`, `TooMany`, `NotYet` while it is unknown
        whether somebody has paid: ask again.
        """
        ...

    async def give_back(self, order_id: str, reason: str) -> None:
        """Give all that is left of an order's money back. Raises `NotYet` until finance has it."""
        ...
